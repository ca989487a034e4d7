"""Episodes of a generation: the hardest of a pool are drawn more often, and count for no more."""

import numpy as np
import pytest
from genome_toys import grow

from wann.evaluators.threads import ThreadEvaluator
from wann.network.compile import compile_genome
from wann.network.weightings import Weightings
from wann.tasks.swingup import CartPoleSwingUp
from wann.weights.hard_episodes import from_pool, new_episodes
from wann.weights.measuring import Measuring

TASK = CartPoleSwingUp(steps=60)
SIZE = 400


def test_new_episodes_are_those_of_the_task_and_count_alike() -> None:
    drawn = new_episodes(TASK)(7, np.random.default_rng(3))
    np.testing.assert_array_equal(drawn.episodes, TASK.draw_episodes(7, np.random.default_rng(3)))
    np.testing.assert_array_equal(drawn.shares, np.full(7, 1.0 / 7.0))


@pytest.mark.parametrize("count", [2, 3, 24, 100])
def test_half_is_drawn_from_the_hardest(count: int) -> None:
    network = compile_genome(grow(1, 40, 5, 1))
    weights = Weightings.individual(np.full(network.connections, 0.7))
    pool = TASK.draw_episodes(SIZE, np.random.default_rng(4))
    half = count // 2
    hard = max(half, SIZE // 20)
    with ThreadEvaluator(1) as evaluator:
        measuring = Measuring(TASK, network, evaluator)
        draw = from_pool(measuring, weights, SIZE, np.random.default_rng(4))
        drawn = draw(count, np.random.default_rng(5))
        earned, of_pool = (
            evaluator.evaluate(TASK, [network], weights, episodes).returns[0, 0]
            for episodes in (drawn.episodes, pool)
        )
    assert len(np.unique(drawn.episodes, axis=0)) == count
    limit = np.sort(of_pool)[hard - 1]
    np.testing.assert_array_equal(earned <= limit, np.arange(count) < half)
    assert drawn.shares.sum() == pytest.approx(1.0)
    assert drawn.shares[:half].sum() == pytest.approx(hard / SIZE)


def test_what_is_expected_is_the_mean_over_the_pool() -> None:
    network = compile_genome(grow(1, 40, 5, 1))
    some, other = (
        Weightings.individual(np.full(network.connections, weight)) for weight in (0.7, -0.4)
    )
    with ThreadEvaluator(1) as evaluator:
        measuring = Measuring(TASK, network, evaluator)
        draw = from_pool(measuring, some, SIZE, np.random.default_rng(4))
        pool = TASK.draw_episodes(SIZE, np.random.default_rng(4))
        mean = evaluator.evaluate(TASK, [network], other, pool).returns.mean()
        fitness = []
        for seed in range(400):
            drawn = draw(20, np.random.default_rng(seed))
            returns = evaluator.evaluate(TASK, [network], other, drawn.episodes).returns[0, 0]
            fitness.append((returns * drawn.shares).sum())
    assert abs(np.mean(fitness) - mean) < 4.0 * np.std(fitness) / 20.0
