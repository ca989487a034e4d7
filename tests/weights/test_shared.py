"""The best shared weight."""

import numpy as np
import pytest
from genome_toys import grow

from wann.evaluators.threads import ThreadEvaluator
from wann.network.compile import compile_genome
from wann.tasks.swingup import CartPoleSwingUp
from wann.weights.measuring import Measuring
from wann.weights.shared import finite, golden_section, peaks, tune_shared

TASK = CartPoleSwingUp(steps=60)


def test_golden_section_narrows_to_the_maximum() -> None:
    tried = golden_section(lambda x: -((x - 0.3) ** 2), -1.0, 1.0, 30)
    assert max(tried)[1] == pytest.approx(0.3, abs=1e-4)
    assert len(tried) == 32
    assert all(-1.0 <= place <= 1.0 for _, place in tried)


@pytest.mark.parametrize(
    ("height", "expected"),
    [
        ([1, 3, 2, 5, 4], [3, 1]),
        ([5, 1, 1, 4], [0, 3]),
        ([2, 2, 2], [0]),
        ([0, 1, 2], [2]),
        ([7], [0]),
    ],
)
def test_peaks(height: list[float], expected: list[int]) -> None:
    assert peaks(np.array(height, dtype=np.float64), 2) == expected


def test_what_is_not_finite_ranks_last() -> None:
    values = finite(np.array([np.nan, -np.inf, 1.0, np.inf]))
    assert np.isfinite(values).all()
    assert int(np.argmax(values)) == 2


@pytest.mark.parametrize("seed", range(3))
def test_no_weight_of_a_grid_is_better_on_the_same_episodes(seed: int) -> None:
    network = compile_genome(grow(seed, 40, 5, 1))
    with ThreadEvaluator(2) as two, ThreadEvaluator(1) as one:
        tuned = tune_shared(Measuring(TASK, network, two, seed), episodes=20)
        again = tune_shared(Measuring(TASK, network, one, seed), episodes=20)
    assert tuned.weights.values.shape == (1, 1)
    assert tuned.weights.is_shared
    assert abs(tuned.weights.values[0, 0]) <= 2.0
    assert tuned.weights.values.tobytes() == again.weights.values.tobytes()
    assert tuned.evaluations == again.evaluations > 81 * 20


class Simulated(CartPoleSwingUp):
    """As slow as a simulator in Python, by what it says."""

    workers = "processes"


@pytest.mark.parametrize(("task", "episodes"), [(TASK, 400), (Simulated(steps=2), 40)])
def test_simulators_play_a_tenth_of_the_episodes(task: CartPoleSwingUp, episodes: int) -> None:
    with ThreadEvaluator(1) as evaluator:
        tuned = tune_shared(Measuring(task, compile_genome(grow(0, 5, 5, 1)), evaluator, 0))
    # 81 weights of a grid, then 14 around each of up to three peaks
    assert episodes * (81 + 14) <= tuned.evaluations <= episodes * (81 + 3 * 14)
