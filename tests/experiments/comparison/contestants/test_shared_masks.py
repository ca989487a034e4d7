import numpy as np
import pytest
import torch

from wann.activations import Activation
from wann.config import SHARED_MASKS, Making
from wann.errors import UserError
from wann.evaluators.threads import ThreadEvaluator
from wann.experiments.comparison.contestants.contestant import ContestantSetup
from wann.experiments.comparison.contestants.shared_masks import shared_mask
from wann.tasks.registry import make_task

torch.set_num_threads(1)
DIGITS = make_task("digits")
KINDS = {
    "shared-mask": {Activation.LINEAR, Activation.INVERSE, Activation.ABSOLUTE},
    "shared-gates": {Activation.LINEAR, Activation.INVERSE, Activation.ABSOLUTE},
    "mixed-mask": set(Activation) - {Activation.SQUARE, Activation.SIGN},
    "rectified-mask": {Activation.LINEAR, Activation.INVERSE, Activation.RELU},
}


def setup() -> ContestantSetup:
    making = Making(steps=150, batch=60, hidden=(30,))
    return ContestantSetup(DIGITS, ThreadEvaluator(1), 0, making)


@pytest.mark.parametrize("name", SHARED_MASKS)
def test_they_learn_to_classify_under_shared_weights(name: str) -> None:
    found = shared_mask(setup(), name, 500)
    assert found.network.connections == 500
    assert set(found.network.activation.tolist()) <= KINDS[name]
    assert found.weights is None
    assert found.cost["steps"] == 150
    test = DIGITS.held_out
    said = [found.network(test.images, weight).argmax(1) for weight in (-1.7, -0.6, 0.6, 1.7)]
    accuracies = [(classes == test.labels).mean() for classes in said]
    assert np.mean(accuracies) > (0.5 if name.startswith("shared") else 0.3)
    if name.startswith("shared"):
        assert np.ptp(accuracies) < 0.02  # the same but for ties


@pytest.mark.parametrize(
    ("connections", "problem"),
    [(2251, "2250 places for connections"), (3, "4 connections at least: expected as many, got 3")],
)
def test_sizes_that_the_parent_does_not_have(connections: int, problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        shared_mask(setup(), "shared-mask", connections)
