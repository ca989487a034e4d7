"""A vote over weightings: who wins, and how sure that is."""

import numpy as np
import pytest

from wann.weights.condition_measures import VoteOverWeights
from wann.weights.ensemble import ensemble


def logits_of(winners: list[list[int]], classes: int = 3) -> np.ndarray:
    """Outputs (weightings, images, classes), the largest at `winners` (weightings, images)."""
    return np.eye(classes)[np.array(winners)]


def test_the_majority_wins_and_of_equal_votes_the_first_class() -> None:
    found = ensemble(logits_of([[0, 1, 2, 2], [0, 1, 1, 2], [1, 2, 0, 2]]), np.array([0, 1, 0, 1]))
    measure = found.measure
    assert measure.mean == 0.75  # the third image has a vote for each class
    assert (measure.n, measure.sd) == (4, pytest.approx(np.sqrt(0.75 * 0.25)))
    assert found.ci95 == pytest.approx((0.75 - 1.96 * measure.sd / 2.0, 1.0))


def test_probabilities_may_overrule_the_majority() -> None:
    sure = np.array([[[0.0, 9.0]], [[0.1, 0.0]], [[0.1, 0.0]]])
    found = ensemble(sure, np.array([1]))
    assert isinstance(found.origin, VoteOverWeights)
    assert (found.measure.mean, found.origin.mean_probability) == (0.0, 1.0)
