"""The ranking by mean return alone."""

import numpy as np
from numpy.typing import NDArray

from wann.config import SearchConfig
from wann.search.ranking.selection import (
    Scores,
    Selected,
    elites_of,
    tournaments,
    without_culled,
)


def select_mean(scores: Scores, config: SearchConfig, rng: np.random.Generator) -> Selected:
    """Order by the mean alone, the smaller one of two equals first; parents win tournaments.

    Size is left to the setting `max_connections`.
    """
    order: NDArray[np.int64] = np.lexsort((scores.connections, -scores.mean))
    elites = elites_of(order, config)
    candidates, children = without_culled(order, config), config.population - len(elites)
    return Selected(elites, tournaments(candidates, config.tournament, children, rng), order)
