"""What a tuning returns, and how many episodes one compares weightings by."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.network.weightings import Weightings
from wann.tasks.task import Task

Floats = NDArray[np.float64]


# Of what is simulated one in so many episodes is played, and so many at least
_SIMULATED_SHARE = 10
_LEAST_EPISODES = 10


def affordable(task: Task, episodes: int) -> int:
    """Return how many of `episodes` are played where there are many weightings.

    All in compiled tasks; of what processes simulate, which may take seconds an episode, a tenth.
    """
    if task.workers == "threads":
        return episodes
    return min(episodes, max(_LEAST_EPISODES, episodes // _SIMULATED_SHARE))


def enough(task: Task, episodes: int) -> int:
    """Return how many episodes compare two weightings, where a compiled control task takes so many.

    An episode of a classification task is a block of many images, and tells as much as several
    starts. Of a simulated task there are as many as can be afforded.
    """
    return affordable(task, episodes) if task.measure == "return" else max(2, episodes // 5)


class Tuned(NamedTuple):
    """Weights that a tuning found.

    What they are worth is measured by others, on episodes not used here.
    """

    weights: Weightings  # a single weighting
    method: str
    evaluations: int  # episodes run
    generations: int
