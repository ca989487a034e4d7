"""The episodes of a generation: all drawn anew, or half of them from the hardest of many.

The hard ones count for no more than their share of all. A policy may fail from one start in some
hundred and lose more by it than by anything else it does. A generation meets few such starts, or
none, and chance decides which candidate is best on the others. On the 2019 release's swing-up
champion, the last stage done twice from the same state, with two seeds, left 0.11 and 0.06 % of
episodes below 800 with hard episodes, 0.22 and 0.28 % without.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.network.weightings import Weightings
from wann.tasks.task import Task
from wann.weights.measuring import Measuring
from wann.weights.shared import finite
from wann.weights.tuned import Floats

_HARD = 0.05  # of the pool


class Drawn(NamedTuple):
    """Episodes, and what each of them counts for in the fitness of a candidate."""

    episodes: NDArray[Any]
    shares: Floats  # (episodes,), their sum is 1


Draw = Callable[[int, np.random.Generator], Drawn]  # of so many episodes


def new_episodes(task: Task) -> Draw:
    """Return a function that draws from all episodes of the task."""
    return lambda count, rng: Drawn(task.draw_episodes(count, rng), np.full(count, 1.0 / count))


def from_pool(
    measuring: Measuring, weights: Weightings, size: int, rng: np.random.Generator
) -> Draw:
    """Return a function that draws from a pool, half of it where `weights` earn least.

    The pool has `size` episodes, and `weights` is a single weighting. Each half counts for its part
    of the pool, so that the expected fitness is the mean over the pool (stratified sampling). At
    least 2 episodes can be drawn, and at most a quarter of the pool.
    """
    pool = measuring.task.draw_episodes(size, rng)
    returns = measuring.returns(weights, pool)[0]
    order = np.argsort(finite(returns), kind="stable")

    def draw(count: int, rng: np.random.Generator) -> Drawn:
        half = count // 2
        hard = max(half, round(_HARD * size))
        indices = [
            rng.choice(order[:hard], half, replace=False),
            rng.choice(order[hard:], count - half, replace=False),
        ]
        part = hard / size
        shares = np.repeat([part / half, (1.0 - part) / (count - half)], [half, count - half])
        return Drawn(pool[np.concatenate(indices)], shares)

    return draw
