"""Abilities: who has which, and what is said of those without."""

import pytest

from wann.tasks.optional_abilities import (
    Classifying,
    Filmable,
    Labelled,
    Tunable,
    excerpts_of,
    tuning_of,
)
from wann.tasks.registry import make_task
from wann.tasks.task import Task

ABILITIES = {
    "swingup": {Filmable, Tunable},
    "digits": {Classifying, Labelled, Tunable},
    "gym:CartPole-v1": {Filmable},
}


@pytest.mark.parametrize("spec", ABILITIES)
def test_tasks_have_their_abilities_and_no_others(spec: str) -> None:
    task = make_task(spec)
    abilities = (Classifying, Filmable, Labelled, Tunable)
    assert {ability for ability in abilities if isinstance(task, ability)} == ABILITIES[spec]


def test_a_task_without_relatives_is_tuned_on_itself() -> None:
    task = make_task("gym:CartPole-v1")
    assert tuning_of(task) is task
    assert excerpts_of(task) == ()


def test_relatives_are_those_of_the_task() -> None:
    swingup, digits = make_task("swingup"), make_task("digits")
    assert tuning_of(digits).measure == "accuracy" != digits.measure
    assert (tuning_of(swingup), len(excerpts_of(swingup))) == (swingup, 3)


def test_a_task_that_lacks_something_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="abstract"):
        type("Nothing", (Task,), {})()
