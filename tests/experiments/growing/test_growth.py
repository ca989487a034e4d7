from typing import Any

import numpy as np
import pytest

from wann.config import SearchConfig
from wann.evaluators.threads import ThreadEvaluator
from wann.experiments.growing.growth import Growth, grow
from wann.network.compile import compile_genome
from wann.tasks.registry import make_task
from wann.tasks.swingup import CartPoleSwingUp
from wann.weights.evaluate import evaluate
from wann.weights.measures import Measure, profile, random_shared, summarise
from wann.weights.measuring import Measuring


def small(**settings: object) -> SearchConfig:
    return SearchConfig(
        **{"population": 32, "generations": 8, "confirm_episodes": 10, "tournament": 8, **settings}
    )


def test_grow_yields_a_row_a_generation_and_confirms_its_champion() -> None:
    with ThreadEvaluator(2) as evaluator:
        growth = Growth(small(), evaluator)
        rows = list(grow(growth))
        assert [row["generation"] for row in rows] == list(range(8))
        champion = growth.champion
        assert champion is not None
        assert champion.trials == 60
        # Confirmed on the held-out episodes: the same numbers come out of a fresh evaluation there.
        again = Growth(small(), evaluator)
        list(grow(again))
        assert again.champion is not None
        assert (again.champion.mean, again.champion.connections) == (
            champion.mean,
            champion.connections,
        )
        assert rows[-1]["champion"] == champion.mean
        assert growth.finish()["connections"] == champion.connections


class Counted(CartPoleSwingUp):
    """Counts how often episodes for confirming were drawn."""

    draws = 0

    def draw_confirmation(self, episodes: int, rng: np.random.Generator) -> Any:
        type(self).draws += 1
        return super().draw_confirmation(episodes, rng)


def test_the_episodes_for_confirming_are_drawn_once() -> None:
    with ThreadEvaluator(1) as evaluator:
        growth = Growth(small(), evaluator)
        growth.task = Counted()
        list(grow(growth))
    assert len(growth.front.tried) > 2
    assert Counted.draws == 1


def test_what_is_kept_does_not_keep_its_generation_in_memory() -> None:
    with ThreadEvaluator(1) as evaluator:
        growth = Growth(small(), evaluator)
        list(grow(growth))
    assert growth.search.best is not None
    for genome in [growth.search.best[1], *(member.genome for member in growth.front.members)]:
        assert all(array.base is None for array in genome[2:])


def test_stop_ends_after_the_generation() -> None:
    with ThreadEvaluator(1) as evaluator:
        growth = Growth(small(), evaluator)
        rows = list(grow(growth, stop=lambda: growth.search.generation >= 3))
    assert len(rows) == 3
    assert not growth.search.finished


def test_env_steps_count_every_step_of_evaluation_and_confirmation() -> None:
    with ThreadEvaluator(1) as evaluator:
        growth = Growth(small(), evaluator)
        first = growth.step()["env_steps"]
        assert growth.step()["env_steps"] > first > 0


def test_summary_says_what_it_is_over() -> None:
    assert summarise(np.array([[1.0, 3.0]]), "pairs") == Measure(
        2.0, pytest.approx(2**0.5), "pairs", 2
    )
    assert summarise(np.array([4.0])).sd == 0.0


def test_measures_are_reproducible_and_of_the_stated_size() -> None:
    task = make_task("swingup-hard")
    with ThreadEvaluator(2) as evaluator:
        growth = Growth(small(task="swingup-hard"), evaluator)
        list(grow(growth))
        assert growth.champion is not None
        network = compile_genome(growth.champion.genome)
        one, two = (evaluate(network, task, evaluator, episodes=6, seed=3) for _ in range(2))
        assert one == two
        assert evaluate(network, task, evaluator, episodes=6, seed=4) != one
        assert one["training_weights"]["n"] == 36
        assert one["training_weights"]["mean"] == pytest.approx(
            np.mean([row["mean"] for row in one["by_weight"]])
        )
        measuring = Measuring(task, network, evaluator, seed=3)
        assert random_shared(measuring, 6).n == 60
        grid = profile(measuring, 6)
        assert [weight for weight, _ in grid] == pytest.approx(np.linspace(-2, 2, 41))
        assert all(measure.n == 6 and measure.sd_over == "episodes" for _, measure in grid)


def test_own_weights_equal_to_one_value_score_as_that_shared_weight() -> None:
    task = make_task("swingup-hard")
    with ThreadEvaluator(1) as evaluator:
        growth = Growth(small(task="swingup-hard", generations=4), evaluator)
        list(grow(growth))
        assert growth.champion is not None
        network = compile_genome(growth.champion.genome)
        result = evaluate(
            network, task, evaluator, weights=np.full(network.connections, 1.0), episodes=4
        )
    at_one = next(row for row in result["by_weight"] if row["weight"] == 1.0)
    assert result["own_weights"]["mean"] == pytest.approx(at_one["mean"], rel=1e-6)
