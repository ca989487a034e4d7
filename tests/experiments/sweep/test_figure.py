"""The figure of a sweep says what the means of its champions are of."""

from typing import Any

import pytest

from wann.config import EvaluateConfig, SearchConfig
from wann.experiments.sweep.figure import figure_of
from wann.experiments.sweep.plan import SweepPlan
from wann.experiments.sweep.run_states import FINISHED, RunState
from wann.experiments.sweep.summary import SweepSummary, describe_runs, summarise_settings

EVOLVED: dict[str, Any] = {"task": "digits", "method": "evolution"}
TRAINED: dict[str, Any] = {"task": "digits", "method": "gradient"}


@pytest.mark.parametrize(
    ("settings", "fresh", "said"),
    [
        ({}, False, "champion's return, held-out episodes"),
        ({}, True, "champion's return, fresh episodes"),
        (EVOLVED, False, "minus the champion's loss, validation examples"),
        (EVOLVED, True, "champion's accuracy, test examples"),
        (TRAINED, False, "champion's accuracy, validation examples"),
        (TRAINED, True, "champion's accuracy, test examples"),
    ],
)
def test_the_axis_says_what_champions_earn(settings: Any, fresh: bool, said: str) -> None:
    evaluate = EvaluateConfig() if fresh else None
    plan = SweepPlan(SearchConfig(**settings), {}, (0, 1), evaluate)
    states = [RunState(run, FINISHED, 1, 0.5, 3, 1, 1.0, "digest") for run in plan.runs]
    rows = summarise_settings(plan, states), describe_runs(states)
    assert figure_of(plan, SweepSummary("sweep", True, *rows)).axes[0].get_xlabel() == said


def test_runs_on_several_tasks_have_a_mean_alone() -> None:
    plan = SweepPlan(SearchConfig(), {"task": ("swingup", "digits")}, (0,))
    states = [RunState(run, FINISHED, 1, 0.5, 3, 1, 1.0, "digest") for run in plan.runs]
    rows = summarise_settings(plan, states), describe_runs(states)
    figure = figure_of(plan, SweepSummary("sweep", True, *rows))
    assert figure.axes[0].get_xlabel() == "champion's mean"
