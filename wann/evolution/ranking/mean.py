"""The ranking by mean return alone."""

import numpy as np
from numpy.typing import NDArray

from wann.config import SearchConfig
from wann.evolution.ranking.selection import Scores, Selected, by_order


def select_mean(scores: Scores, config: SearchConfig, rng: np.random.Generator) -> Selected:
    """Order by the mean alone, the smaller one of two equals first; parents win tournaments.

    Size is left to the setting `max_connections`.
    """
    order: NDArray[np.int64] = np.lexsort((scores.connections, -scores.mean))
    return by_order(order, config, rng)
