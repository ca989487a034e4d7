"""The best of a few weightings, found on episodes that are new to all of them."""

import numpy as np
import pytest
from genome_toys import grow

from wann.evaluators.threads import ThreadEvaluator
from wann.network.compile import compile_genome
from wann.network.weightings import Weightings
from wann.tasks.swingup import CartPoleSwingUp
from wann.weights.confirm import confirm
from wann.weights.measuring import Measuring
from wann.weights.shared import finite


class Simulated(CartPoleSwingUp):
    """As slow as a simulator in Python, by what it says."""

    workers = "processes"


CANDIDATES = Weightings.shared(np.linspace(-2, 2, 8))


@pytest.mark.parametrize(
    ("task", "rounds"),
    [(CartPoleSwingUp(steps=3), (200, 3000)), (Simulated(steps=3), (20, 300))],
)
def test_all_play_first_then_the_best_six_play_more_and_simulators_a_tenth(
    task: CartPoleSwingUp, rounds: tuple[int, int]
) -> None:
    network = compile_genome(grow(0, 5, 5, 1))
    with ThreadEvaluator(1) as evaluator:
        best, evaluations = confirm(Measuring(task, network, evaluator, 4), CANDIDATES)
    assert evaluations == 8 * rounds[0] + 6 * rounds[1]
    assert len(best) == 1


def test_the_best_of_the_last_round_is_returned() -> None:
    measuring_seed, network = 4, compile_genome(grow(3, 30, 5, 1))
    with ThreadEvaluator(2) as evaluator:
        measuring = Measuring(CartPoleSwingUp(steps=60), network, evaluator, measuring_seed)
        best, _ = confirm(measuring, CANDIDATES)
        starts = measuring.task.draw_episodes(2000, np.random.default_rng(1))
        means = finite(measuring.returns(CANDIDATES, starts).mean(axis=1))
        found = finite(measuring.returns(best, starts).mean(axis=1))[0]
    assert found >= means.max() - 0.05 * abs(means.max())
