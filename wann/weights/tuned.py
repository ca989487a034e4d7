"""What a tuning returns, and how many episodes one compares weightings by."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.network.weightings import Weightings
from wann.tasks.task import Task

Floats = NDArray[np.float64]


def enough(task: Task, episodes: int) -> int:
    """Return how many episodes compare two weightings as well as `episodes` do in a control task.

    An episode of a classification task is a block of many images, and tells as much as several
    starts.
    """
    return episodes if task.measure == "return" else max(2, episodes // 5)


class Tuned(NamedTuple):
    """Weights that a tuning found.

    What they are worth is measured by others, on episodes not used here.
    """

    weights: Weightings  # a single weighting
    method: str
    evaluations: int  # episodes run
    generations: int
