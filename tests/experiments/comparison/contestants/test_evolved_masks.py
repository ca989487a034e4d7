"""Masks of random weights that a genetic algorithm evolves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wann.config import Making
from wann.errors import UserError
from wann.evaluators.threads import ThreadEvaluator
from wann.experiments.comparison.contestants.contestant import ContestantSetup
from wann.experiments.comparison.contestants.evolved_masks import (
    crossed,
    evolved_mask,
    mutated,
    next_generation,
)
from wann.network.weightings import Weightings
from wann.tasks.registry import make_task

SWINGUP = make_task("swingup")


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 30), st.data())
def test_crossing_and_mutation_keep_the_count(places: int, data: st.DataObject) -> None:
    keep = data.draw(st.integers(1, places))
    rng = np.random.default_rng(data.draw(st.integers(0, 100)))
    parents = np.zeros((3, places), dtype=np.bool_)
    for mask in parents:
        mask[rng.choice(places, keep, replace=False)] = True
    one, other, _ = parents
    child = crossed(one, other, rng)
    assert child.sum() == keep
    assert (child >= (one & other)).all()
    assert (child <= (one | other)).all()
    changed = mutated(one, rng)
    assert changed.sum() == keep
    assert (changed != one).any() == (keep < places)
    following = next_generation(parents, rng)
    assert (following.sum(axis=1) == keep).all()
    assert np.array_equal(following[:3], parents)


def returns_after(generations: int, threads: int = 1) -> tuple[float, bytes]:
    making = Making(hidden=(6,), generations=generations)
    found = evolved_mask(ContestantSetup(SWINGUP, ThreadEvaluator(threads), 0, making), 20)
    assert found.network.connections == 20
    assert found.cost["evaluations"] == 64 * generations + 16
    assert found.weights is not None
    assert found.weights.all()
    weights, episodes = Weightings.individual(found.weights), np.random.default_rng(9)
    drawn = SWINGUP.draw_episodes(16, episodes)
    earned = ThreadEvaluator(1).evaluate(SWINGUP, [found.network], weights, drawn)
    return float(earned.returns.mean()), found.weights.tobytes()


def test_more_generations_earn_more_on_a_task_without_labels() -> None:
    few, _ = returns_after(1)
    more, weights = returns_after(25)
    assert more > few
    assert returns_after(25, threads=2)[1] == weights


def test_more_connections_than_weights() -> None:
    setup = ContestantSetup(SWINGUP, ThreadEvaluator(1), 0, Making(hidden=(6,)))
    with pytest.raises(UserError, match="has 42 weights, fewer than the 43"):
        evolved_mask(setup, 43)
