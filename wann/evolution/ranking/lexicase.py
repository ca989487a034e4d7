"""Epsilon-lexicase selection: parents that are good at some weights, not on average.

Source: La Cava, Spector & Danai 2016.
"""

import numpy as np
from numpy.typing import NDArray

from wann.config import SearchConfig
from wann.evolution.ranking.crowding import crowding_distance
from wann.evolution.ranking.nsga2 import pareto_order
from wann.evolution.ranking.selection import Scores, Selected, elites_of
from wann.kernels.draws import draw_below
from wann.kernels.jit import kernel


def select_lexicase(scores: Scores, config: SearchConfig, rng: np.random.Generator) -> Selected:
    """Choose parents by epsilon-lexicase; the cases are the shared weights, and smallness.

    Each parent is sought in a random pool of `tournament` genomes. The cases are gone through in
    random order, and at each only those genomes stay that are within one median absolute deviation
    of the best. So a network that excels at one weight and fails at others has children too, which
    keeps the search from settling on what is mediocre everywhere. Smallness is a case for the share
    `size_share` of the parents, so that networks do not bloat. Elites are chosen as NSGA-II does.
    """
    order = pareto_order(np.stack([scores.mean, scores.economy], axis=1), crowding_distance)
    cases = np.column_stack([scores.by_weight, -scores.connections])
    tolerance = _median(np.abs(cases - _median(cases)))
    elites = elites_of(order, config)
    children = config.population - len(elites)
    pools = rng.integers(0, len(cases), (children, min(config.tournament, len(order))))
    return Selected(
        elites, lexicase_parents(cases, tolerance, config.size_share, pools, rng), order
    )


@kernel
def lexicase_parents(
    cases: NDArray[np.float64],
    tolerance: NDArray[np.float64],
    last_share: float,
    pools: NDArray[np.int64],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Return the indices (parents,) of genomes chosen by epsilon-lexicase, one from each pool.

    Args:
        cases: (genomes, cases) what each genome earned; more is better.
        tolerance: (cases,) what is within this of the best is as good as the best.
        last_share: for this share of the parents the last case counts, for the others it does not.
        pools: (parents, pool) indices of the genomes among which each parent is sought. They come
            drawn: to draw them one by one would take longer than all the rest.
        rng: where the random numbers come from.
    """
    chosen = np.empty(len(pools), np.int64)
    pool, values = np.empty(pools.shape[1], np.int64), np.empty(pools.shape[1])
    for i in range(len(pools)):
        for j in range(len(pool)):
            pool[j] = pools[i, j]
        left = len(pool)
        used = cases.shape[1] if rng.random() < last_share else cases.shape[1] - 1
        order = np.arange(used)
        for j in range(used):
            k = j + draw_below(rng, used - j)
            order[j], order[k] = order[k], order[j]
            case, best = order[j], -np.inf
            for a in range(left):
                values[a] = cases[pool[a], case]
                best = max(best, values[a])
            least = best - tolerance[case]
            kept = 0
            for a in range(left):
                pool[kept] = pool[a]
                kept += values[a] >= least
            left = kept
        chosen[i] = pool[draw_below(rng, left)]
    return chosen


def _median(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the median of each column; NumPy's own takes four times as long on so few rows."""
    ranked = np.sort(values, axis=0)
    return np.asarray((ranked[(len(ranked) - 1) // 2] + ranked[len(ranked) // 2]) * 0.5)
