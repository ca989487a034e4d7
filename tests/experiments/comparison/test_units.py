"""Rows that share work are made by one worker, and come out as if each were made alone."""

import dataclasses

import pytest

from wann.config import Making
from wann.evaluators.threads import ThreadEvaluator
from wann.experiments.comparison.contestants.contestant import ContestantSetup
from wann.experiments.comparison.contestants.make import is_in_rounds, make_to_size
from wann.experiments.comparison.contestants.places import dense_places
from wann.experiments.comparison.plan import ComparisonPlan
from wann.experiments.comparison.units import units_of
from wann.pruning.methods import METHODS, When
from wann.tasks.registry import make_task

SIZES = {"a": 50, "b": 50, "c": 30, "c-at-20": 20, "budget-40": 40}
PLAN = ComparisonPlan(
    "digits",
    {"a": "one", "b": "one", "c": "two"},
    ("imp", "snip", "rewired", "module:own"),
    (0, 1),
    Making(),
    points={"c-at-20": "three"},
    budgets={40: {"c": "c"}},
)


def labels(name: str, seed: int) -> list[list[str]]:
    units = [unit.jobs for unit in units_of(PLAN, PLAN.jobs(), lambda job: SIZES[job.champion])]
    assert sorted(job for jobs in units for job in jobs) == sorted(PLAN.jobs())
    assert all(len({(job.name, job.seed) for job in jobs}) == 1 for jobs in units)
    return [
        [job.champion for job in jobs]
        for jobs in units
        if (jobs[0].name, jobs[0].seed) == (name, seed)
    ]


@pytest.mark.parametrize(
    ("name", "shared"),
    [
        ("imp", [["a", "b", "budget-40", "c", "c-at-20"]]),  # the largest first
        ("snip", [["a", "b"], ["c"], ["c-at-20"], ["budget-40"]]),
        ("dense", [["a", "b", "c"]]),
        ("rewired", [["a", "b"], ["c"], ["c-at-20"]]),  # by the network that they are made of
        ("grown", [["a", "b"], ["c"], ["c-at-20"]]),
        ("module:own", [["a"], ["b"], ["c"], ["c-at-20"]]),  # it may look at anything
    ],
)
def test_rows_are_made_together_where_they_have_something_in_common(
    name: str, shared: list[list[str]]
) -> None:
    assert labels(name, 0) == labels(name, 1) == shared


def test_all_methods_in_rounds_are_made_at_all_sizes_by_one_worker() -> None:
    rounds = {name for name, method in METHODS.items() if method.when is When.ROUNDS}
    assert all(map(is_in_rounds, rounds))
    assert not is_in_rounds("snip")


@pytest.mark.parametrize(("task", "name"), [("digits", "imp-mixed"), ("swingup", "magnitude")])
def test_every_size_is_what_it_is_when_it_is_made_alone(task: str, name: str) -> None:
    making = Making(steps=2, hidden=(2,), generations=1, races=1, episodes=2)
    with ThreadEvaluator(1) as evaluator:
        setup = ContestantSetup(make_task(task), evaluator, 3, making)
        places = dense_places(setup.task, making)
        make_to_size(name, places * 3 // 4, setup)
        shared = make_to_size(name, places // 2, setup)
        alone = make_to_size(name, places // 2, dataclasses.replace(setup, _kept={}))
    assert shared.network.source.tobytes() == alone.network.source.tobytes()
    assert shared.weights is not None
    assert alone.weights is not None
    assert shared.weights.tobytes() == alone.weights.tobytes()
    assert {**shared.cost, "seconds": 0} == {**alone.cost, "seconds": 0}
    assert shared.about == alone.about
