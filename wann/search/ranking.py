"""Rankings: which genomes of a generation survive, and which become parents.

`RANKINGS` holds them by name. Each is a function of the scores, the settings and a generator;
another one is another entry. Fronts and crowding are those of NSGA-II (Deb et al. 2002).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.config import SearchConfig
from wann.kernels.jit import kernel


class Scores(NamedTuple):
    """What a generation earned; all values are finite."""

    by_weight: NDArray[np.float64]  # (genomes, weights) mean over episodes
    connections: NDArray[np.int64]  # (genomes,) of the compiled networks

    @property
    def mean(self) -> NDArray[np.float64]:
        """(genomes,) mean over weights."""
        return np.asarray(self.by_weight.mean(axis=1))

    @property
    def best_weight(self) -> NDArray[np.float64]:
        """(genomes,) return at the weight that suits each genome best."""
        return np.asarray(self.by_weight.max(axis=1))

    @property
    def economy(self) -> NDArray[np.float64]:
        """(genomes,) 1 / connections.

        An empty network counts as one connection, so that it is not infinitely good.
        """
        return 1.0 / np.maximum(self.connections, 1)


class Selected(NamedTuple):
    """Indices into the generation."""

    elites: NDArray[np.int64]  # survive as they are, best first
    parents: NDArray[np.int64]  # one for each child
    order: NDArray[np.int64]  # all, best first


def select_paper(scores: Scores, config: SearchConfig, rng: np.random.Generator) -> Selected:
    """NSGA-II order by (mean, economy) or, in `max_share` of the generations, by (mean, best weight); tournaments.

    Source: paper, section 3.2. Elites are a share of the generation; parents win a tournament among
    those not culled.
    """
    order = pareto_order(_paper_objectives(scores, config, rng), crowding_distance)
    elites = _elites(order, config)
    candidates, children = _without_culled(order, config), config.population - len(elites)
    return Selected(elites, _tournaments(candidates, config.tournament, children, rng), order)


def select_reference(scores: Scores, config: SearchConfig, rng: np.random.Generator) -> Selected:
    """As the 2019 release does it, where that differs from the paper.

    Its crowding distance divides by the largest value and subtracts the smallest, elites are a
    share of what culling left, and the better of two tournament winners becomes the parent
    (nsga_sort.py:129, _variation.py:69-77).
    """
    order = pareto_order(_paper_objectives(scores, config, rng), reference_crowding)
    left = _without_culled(order, config)
    elites = _elites(left, config)
    return Selected(
        elites,
        _tournaments(left, 2 * config.tournament, config.population - len(elites), rng),
        order,
    )


def select_nsga2(scores: Scores, config: SearchConfig, rng: np.random.Generator) -> Selected:
    """NSGA-II order by all three objectives at once (mean, economy, best weight); tournaments."""
    objectives = np.stack([scores.mean, scores.economy, scores.best_weight], axis=1)
    order = pareto_order(objectives, crowding_distance)
    elites = _elites(order, config)
    candidates, children = _without_culled(order, config), config.population - len(elites)
    return Selected(elites, _tournaments(candidates, config.tournament, children, rng), order)


def select_lexicase(scores: Scores, config: SearchConfig, rng: np.random.Generator) -> Selected:
    """Parents by epsilon-lexicase selection (La Cava et al. 2016).

    The cases are the shared weights, and smallness.

    Each parent is sought in a random pool of `tournament` genomes: the cases are gone through in
    random order, and at each only those stay that are within one median absolute deviation of the
    best. So a network that excels at one weight, and fails at others, has children too, which keeps
    the search from settling on what is mediocre at all. Smallness is a case for `size_share` of the
    parents, so that networks do not bloat. Elites as NSGA-II's.
    """
    order = pareto_order(np.stack([scores.mean, scores.economy], axis=1), crowding_distance)
    cases = np.column_stack([scores.by_weight, -scores.connections])
    tolerance = _median(np.abs(cases - _median(cases)))
    elites = _elites(order, config)
    children = config.population - len(elites)
    pools = rng.integers(0, len(cases), (children, min(config.tournament, len(order))))
    return Selected(
        elites, lexicase_parents(cases, tolerance, config.size_share, pools, rng), order
    )


def select_mean(scores: Scores, config: SearchConfig, rng: np.random.Generator) -> Selected:
    """Order by the mean alone, the smaller one of two equals first.

    Tournaments. Size is left to `max_connections`.
    """
    order: NDArray[np.int64] = np.lexsort((scores.connections, -scores.mean))
    elites = _elites(order, config)
    candidates, children = _without_culled(order, config), config.population - len(elites)
    return Selected(elites, _tournaments(candidates, config.tournament, children, rng), order)


RANKINGS: dict[str, Callable[[Scores, SearchConfig, np.random.Generator], Selected]] = {
    "paper": select_paper,
    "reference": select_reference,
    "nsga2": select_nsga2,
    "lexicase": select_lexicase,
    "mean": select_mean,
}


def pareto_order(
    objectives: NDArray[np.float64], crowding: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> NDArray[np.int64]:
    """Return the rows of `objectives` (n, m), all maximised, best first: by front, then by crowding, then by index."""
    front = dominance_fronts(objectives)
    by_front = np.argsort(front, kind="stable")
    laid = objectives[by_front]
    ends = np.cumsum(np.bincount(front)).tolist()
    distance = np.full(len(front), np.inf)
    for first, last in zip([0, *ends[:-1]], ends, strict=True):
        if last - first > 2:  # fewer are all ends
            distance[by_front[first:last]] = crowding(laid[first:last])
    return np.lexsort((-distance, front))


def _median(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the median of each column; NumPy's own takes four times as long on so few rows."""
    ranked = np.sort(values, axis=0)
    return np.asarray((ranked[(len(ranked) - 1) // 2] + ranked[len(ranked) // 2]) * 0.5)


def _paper_objectives(
    scores: Scores, config: SearchConfig, rng: np.random.Generator
) -> NDArray[np.float64]:
    second = scores.best_weight if rng.random() < config.max_share else scores.economy
    return np.stack([scores.mean, second], axis=1)


def _elites(order: NDArray[np.int64], config: SearchConfig) -> NDArray[np.int64]:
    """Return the first `elite` share of `order`."""
    return order[: int(config.elite * len(order))]


def _without_culled(order: NDArray[np.int64], config: SearchConfig) -> NDArray[np.int64]:
    """Return `order` without its last `cull` share."""
    return order[: len(order) - int(config.cull * len(order))]


def _tournaments(
    order: NDArray[np.int64], size: int, count: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return the winners of `count` tournaments: the best of `size` random members of `order`."""
    winners: NDArray[np.int64] = order[rng.integers(0, len(order), (count, size)).min(axis=1)]
    return winners


@kernel
def lexicase_parents(
    cases: NDArray[np.float64],
    tolerance: NDArray[np.float64],
    last_share: float,
    pools: NDArray[np.int64],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Return the indices of genomes chosen by epsilon-lexicase, one from each row of `pools` (parents, pool).

    `cases` (genomes, cases), more is better; values within `tolerance` (cases,) of the best are as
    good as the best. The last case counts for `last_share` of the parents. `pools` comes drawn: one
    by one, draws would take longer than all the rest.
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
            k = rng.integers(j, used)
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
        chosen[i] = pool[rng.integers(0, left)]
    return chosen


def dominance_fronts(objectives: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the front of each row of `objectives` (n, m), all maximised.

    Front 0 is dominated by none.

    A row dominates another if it is nowhere worse and somewhere better. Rows must be free of NaN.
    The rows are entered from the lexicographically best on, so that none is dominated by a later
    one (Zhang et al. 2015, ENS-SS).
    """
    order: NDArray[np.int64] = np.lexsort(objectives.T[::-1])[::-1]
    return _enter_fronts(np.ascontiguousarray(objectives), order)


@kernel
def _enter_fronts(objectives: NDArray[np.float64], order: NDArray[np.int64]) -> NDArray[np.int64]:
    """Put the rows, in `order`, into the first front of which no member dominates them."""
    n, m = objectives.shape
    front = np.zeros(n, np.int64)
    newest = np.full(n, -1)  # the last member of each front
    older = np.full(n, -1)  # the member that entered a row's front before it
    for row in order:
        level = 0
        while True:
            other = newest[level]
            while other >= 0:
                worse = better = False
                for k in range(m):
                    worse |= objectives[row, k] < objectives[other, k]
                    better |= objectives[row, k] > objectives[other, k]
                if worse and not better:
                    break
                other = older[other]
            if other < 0:
                break
            level += 1
        front[row], older[row], newest[level] = level, newest[level], row
    return front


@kernel
def crowding_distance(objectives: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the crowding distance of each row of `objectives` (n, m): large where neighbours are far, inf at ends.

    The rows are those of one front (Deb et al. 2002, section III-B); of an objective in which
    all agree, the first and the last row are ends all the same.
    """
    n, m = objectives.shape
    distance = np.zeros(n)
    for k in range(m):
        order = np.argsort(objectives[:, k], kind="mergesort")
        span = objectives[order[-1], k] - objectives[order[0], k]
        distance[order[0]] = distance[order[-1]] = np.inf
        for i in range(1, n - 1 if span > 0.0 else 0):
            distance[order[i]] += (objectives[order[i + 1], k] - objectives[order[i - 1], k]) / span
    return distance


@kernel
def reference_crowding(objectives: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the crowding distance as the 2019 release computes it: the sum is scaled by |1 / max - min|.

    What was meant is 1 / (max - min); as it stands, returns outweigh 1 / connections by orders of
    magnitude.
    """
    n, m = objectives.shape
    distance = np.zeros(n)
    for k in range(m):
        order = np.argsort(objectives[:, k], kind="mergesort")
        smallest, largest = objectives[order[0], k], objectives[order[-1], k]
        distance[order[0]] = distance[order[-1]] = np.inf
        scale = abs(1.0 / largest - smallest) if largest != 0.0 else np.inf
        for i in range(1, n - 1):
            gap = objectives[order[i + 1], k] - objectives[order[i - 1], k]
            distance[order[i]] += gap * scale if gap > 0.0 else 0.0
    return distance
