"""Rankings by several objectives at once: by front, then by crowding, as in NSGA-II.

Source: Deb et al. 2002. There are three of them: the paper's (Gaier & Ha 2019, section 3.2),
the one of the 2019 release, and one by all objectives at once.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from wann.config import SearchConfig
from wann.evolution.ranking.crowding import crowding_distance, reference_crowding
from wann.evolution.ranking.dominance import dominance_fronts
from wann.evolution.ranking.selection import (
    Scores,
    Selected,
    by_order,
    elites_of,
    tournaments,
    without_culled,
)


def select_paper(scores: Scores, config: SearchConfig, rng: np.random.Generator) -> Selected:
    """Order by (mean, economy), in some generations by (mean, best weight); then tournaments.

    The share `max_share` of the generations is ordered by the best weight. Elites are a share of
    the generation; parents win a tournament among those that are not culled. Source: paper, section
    3.2.
    """
    order = pareto_order(_paper_objectives(scores, config, rng), crowding_distance)
    return by_order(order, config, rng)


def select_reference(scores: Scores, config: SearchConfig, rng: np.random.Generator) -> Selected:
    """Order and select as the 2019 release does, where that differs from the paper.

    Its crowding distance divides by the largest value and subtracts the smallest, elites are a
    share of what culling left, and the better of two tournament winners becomes the parent. Source:
    nsga_sort.py, line 129, and _variation.py, lines 69 to 77, of the release.
    """
    order = pareto_order(_paper_objectives(scores, config, rng), reference_crowding)
    left = without_culled(order, config)
    elites = elites_of(left, config)
    return Selected(
        elites,
        tournaments(left, 2 * config.tournament, config.population - len(elites), rng),
        order,
    )


def select_nsga2(scores: Scores, config: SearchConfig, rng: np.random.Generator) -> Selected:
    """Order by all three objectives at once (mean, economy, best weight); then tournaments."""
    objectives = np.stack([scores.mean, scores.economy, scores.best_weight], axis=1)
    order = pareto_order(objectives, crowding_distance)
    return by_order(order, config, rng)


def pareto_order(
    objectives: NDArray[np.float64], crowding: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> NDArray[np.int64]:
    """Return the rows (n,) of `objectives` (n, m), best first: by front, by crowding, by index.

    All objectives are maximised. `crowding` gives the crowding distance of each row of one front.
    """
    front = dominance_fronts(objectives)
    by_front = np.argsort(front, kind="stable")
    laid = objectives[by_front]
    ends = np.cumsum(np.bincount(front)).tolist()
    distance = np.full(len(front), np.inf)
    for first, last in zip([0, *ends[:-1]], ends, strict=True):
        if last - first > 2:  # fewer are all ends
            distance[by_front[first:last]] = crowding(laid[first:last])
    return np.lexsort((-distance, front))


def _paper_objectives(
    scores: Scores, config: SearchConfig, rng: np.random.Generator
) -> NDArray[np.float64]:
    second = scores.best_weight if rng.random() < config.max_share else scores.economy
    return np.stack([scores.mean, second], axis=1)
