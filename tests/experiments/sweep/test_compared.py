"""Runs of a sweep are compared by one measure that all of them have, or not at all."""

from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

from wann.config import SearchConfig
from wann.experiments.sweep.compared import ACCURACY, MEAN, NOTHING, compared
from wann.experiments.sweep.figure import figure_of
from wann.experiments.sweep.plan import SweepPlan
from wann.experiments.sweep.run_states import FINISHED, WAITING, FreshReturns, RunState
from wann.experiments.sweep.summary import summarise
from wann.experiments.sweep.summary_text import as_text

METHODS = {"method": ("evolution", "gradient")}
GRIDS: dict[str, tuple[str, dict[str, tuple[Any, ...]], str]] = {
    "methods": ("digits", METHODS, ACCURACY),
    "evolution alone": ("digits", {"population": (16, 32)}, MEAN),
    "gradients alone": ("digits", {"method": ("gradient",), "steps": (10, 20)}, MEAN),
    "floors": ("", {"task": ("digits", 'digits {"floor": -5}')}, ACCURACY),
    "no other floor": ("", {"task": ("digits", 'digits {"floor": -20}')}, MEAN),
    "sizes": ("", {"task": ("data:a.npz", 'data:a.npz {"size": 8}')}, MEAN),
    "sizes and methods": ("", {"task": ("mnist", 'mnist {"size": 8}'), **METHODS}, ACCURACY),
    "data": ("", {"task": ("data:a.npz", "data:b.npz")}, NOTHING),
    "splits": ("", {"task": ("data:a.csv", 'data:a.csv {"split_seed": 1}')}, NOTHING),
    "tasks": ("", {"task": ("swingup", "swingup-hard")}, NOTHING),
    "steps": ("", {"task": ("gym:A", 'gym:A {"max_steps": 9}')}, NOTHING),
    "wrappers": ("", {"task": ("gym:A", 'gym:A {"wrap": ["a:B"]}')}, NOTHING),
    "scaling": ("", {"task": ("gym:A", 'gym:A {"normalise": true}')}, MEAN),
    "cuts": ("", {"task": ("gym:A", 'gym:A {"search_steps": 9, "backend": "jit"}')}, MEAN),
    "precision": ("swingup", {"precision": ("double", "single")}, MEAN),
}


def plan_of(task: str, grid: dict[str, tuple[Any, ...]], evaluate: int | None = None) -> SweepPlan:
    fixed = {name: values[0] for name, values in grid.items()}
    base = SearchConfig(**{"task": task, "population": 16, "tournament": 8, **fixed})
    return SweepPlan(base, grid, (0, 1), evaluate)


@pytest.mark.parametrize("name", GRIDS)
def test_a_sweep_knows_by_what_its_runs_can_be_compared(name: str) -> None:
    task, grid, by = GRIDS[name]
    found = compared(plan_of(task, grid))
    assert found.by == by
    assert (found.why is None) == (by == MEAN)
    assert compared(plan_of(task, grid, evaluate=3)).by == (NOTHING if by == NOTHING else MEAN)


def states_of(plan: SweepPlan, means: list[float], accuracies: list[float]) -> list[RunState]:
    return [
        RunState(run, FINISHED, 1, mean, 5, accuracy=accuracy)
        for run, mean, accuracy in zip(plan.runs, means, accuracies, strict=True)
    ]


def label_of(figure: Figure) -> str:
    return figure.axes[0].get_xlabel()


def test_losses_are_not_compared_with_accuracies() -> None:
    plan = plan_of("digits", METHODS)
    states = states_of(plan, [-0.6, -0.5, 0.62, 0.61], [0.65, 0.69, 0.62, 0.61])
    states[3] = states[3]._replace(state=WAITING)
    found = summarise("sweep", plan, states)
    assert [row.mean for row in found.runs] == [0.65, 0.69, 0.62, None]
    assert [row.confirmed for row in found.runs] == [-0.6, -0.5, 0.62, 0.61]
    assert [(row.n, row.median, row.best) for row in found.settings] == [
        (2, pytest.approx(0.67), 0.69),
        (1, 0.62, 0.62),
    ]
    assert found.to_json()["by"] == ACCURACY
    text = as_text(found.settings, None, found.compared)
    assert text.splitlines()[1].split()[2:7] == [
        *("67.0", "%", "67.0", "%", "66.0"),
    ]
    assert text.endswith("all runs are compared by their accuracy on validation examples.")
    assert label_of(figure_of(plan, found)) == "champion's accuracy, validation examples"


def test_what_is_measured_alike_stays_as_it_was() -> None:
    plan = plan_of("digits", {"population": (16, 32)})
    found = summarise("sweep", plan, states_of(plan, [-0.6, -0.5, -0.4, -0.3], [0.5] * 4))
    assert [row.mean for row in found.runs] == [-0.6, -0.5, -0.4, -0.3]
    assert set(found.to_json()) == {"sweep", "finished", "settings", "runs"}
    assert as_text(found.settings, None, found.compared) == as_text(found.settings)
    assert label_of(figure_of(plan, found)) == "minus the champion's loss, validation examples"


def test_what_is_measured_on_fresh_examples_is_an_accuracy_for_all() -> None:
    plan = plan_of("digits", METHODS, evaluate=1)
    states = states_of(plan, [-0.6, -0.5, 0.62, 0.61], [0.65, 0.69, 0.62, 0.61])
    fresh = [state._replace(fresh=FreshReturns(0.5, 0.4)) for state in states]
    found = summarise("sweep", plan, fresh)
    assert [row.mean for row in found.runs] == [0.5] * 4
    assert label_of(figure_of(plan, found)) == "champion's accuracy, test examples"


def test_runs_of_different_tasks_are_said_to_be_such() -> None:
    plan = plan_of("swingup", {"task": ("swingup", "swingup-hard")})
    found = summarise(Path("sweep").name, plan, states_of(plan, [1.0, 2.0, 3.0, 4.0], [0.0] * 4))
    assert [row.mean for row in found.runs] == [1.0, 2.0, 3.0, 4.0]
    assert "Runs of different tasks" in as_text(found.settings, None, found.compared)
    assert label_of(figure_of(plan, found)) == "champion's mean, of different tasks"
