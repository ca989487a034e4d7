"""Weights for a fixed network: the best shared one, or one for each connection.

Everything here is a pure function of the network, the settings and, for a tuning that goes on after a stop, of the
fitness values written so far: random numbers come from streams by name and generation.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.config import TuneConfig as TuneConfig
from wann.tasks import Task

Floats = NDArray[np.float64]
Row = dict[str, Any]


def enough(task: Task, episodes: int) -> int:
    """Return how many episodes compare two weightings as well as `episodes` do in a control task.

    An episode of a classification task is a block of many images, and tells as much as several starts.
    """
    return episodes if task.measure == "return" else max(2, episodes // 5)


class Tuned(NamedTuple):
    """Weights that a tuning found. What they are worth is measured by others, on episodes not used here."""

    weights: Floats  # (1,) shared, or (connections,)
    method: str
    evaluations: int  # episodes run
    generations: int
