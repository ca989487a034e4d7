from typing import Any

import numpy as np
import pytest

from wann.config import SearchConfig
from wann.evaluators.threads import ThreadEvaluator
from wann.experiments.growing.growth import Growth, grow
from wann.tasks.swingup import CartPoleSwingUp


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


@pytest.mark.parametrize("settings", [{}, {"asynchronous": True}, {"method": "es"}])
def test_a_champion_is_confirmed_on_whole_episodes(settings: dict[str, Any]) -> None:
    """Each step costs one, so that all episodes of the search are stuck at once."""
    task = 'gym:MountainCar-v0 {"backend": "gymnasium", "max_steps": 30, "stuck_steps": 10}'
    few = {"population": 4, "generations": 1, "episodes": 1, "confirm_episodes": 2, **settings}
    with ThreadEvaluator(1) as evaluator:
        growth = Growth(small(task=task, **few), evaluator)
        rows = list(grow(growth))
    assert growth.champion is not None
    assert rows[0]["best"] == -10.0
    assert growth.champion.mean == -30.0
