"""Likelihoods on a (simulated) card are those of the CPU, to the bit."""

from typing import Any

import numpy as np
import pytest
import scoring_toys

from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.tasks.cuda import room
from wann.tasks.registry import make_task

WEIGHTS = Weightings.shared([-1.5, 0.3])


@pytest.fixture(scope="module")
def task() -> Any:
    return make_task("digits")


def both(task: Any, networks: list[Network], blocks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what the CPU finds, and what the card does."""
    expected = np.empty((len(networks), len(WEIGHTS), len(blocks)))
    found, steps = expected.copy(), np.zeros((2, len(networks)), np.int64)
    task.score(task.pack(networks), (0, len(networks)), WEIGHTS, blocks, expected, steps[0])
    with np.errstate(all="ignore"):
        task.score_on_card(networks, WEIGHTS, blocks, found, steps[1])
    np.testing.assert_array_equal(*steps)
    return expected, found


def test_a_card_finds_what_the_cpu_finds(task: Any) -> None:
    blocks = task.draw_episodes(2, np.random.default_rng(0))[:, :9]
    np.testing.assert_array_equal(*both(task, scoring_toys.networks(task), blocks))


def test_what_does_not_fit_at_once_is_computed_in_parts(
    task: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    networks = scoring_toys.networks(task, 4)
    nodes = max(len(network.activation) for network in networks)
    lanes = len(WEIGHTS) * 5
    monkeypatch.setattr(room, "free_bytes", lambda: 3 * lanes * (nodes + 1) * room.NUMBER // 2)
    blocks = task.draw_episodes(1, np.random.default_rng(0))[:, :5]
    np.testing.assert_array_equal(*both(task, networks, blocks))


def test_accuracies_and_individual_weights_are_left_to_the_cpu(task: Any) -> None:
    assert task.fits_card(WEIGHTS)
    assert not task.fits_card(Weightings.individual(np.ones((1, 3))))
    assert not task.held_out.fits_card(WEIGHTS)
