"""Rankings: from the scores of a generation to an order, best first (NSGA-II: Deb et al. 2002; paper, section 3.2)."""

import numpy as np
from numpy.typing import NDArray

from wann.jit import kernel


@kernel
def dominance_fronts(objectives: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the front of each row of `objectives` (n, m), all maximised; front 0 is dominated by none.

    A row dominates another if it is nowhere worse and somewhere better. Rows must be free of NaN.
    """
    n, m = objectives.shape
    dominated_by = np.zeros(n, np.int64)
    front = np.full(n, -1, np.int64)
    better = np.zeros((n, n), np.bool_)
    for a in range(n):
        for b in range(a + 1, n):
            wins = losses = 0
            for k in range(m):
                wins += objectives[a, k] > objectives[b, k]
                losses += objectives[a, k] < objectives[b, k]
            if wins and not losses:
                better[a, b] = True
                dominated_by[b] += 1
            elif losses and not wins:
                better[b, a] = True
                dominated_by[a] += 1
    current = np.flatnonzero(dominated_by == 0)
    level = 0
    while len(current):
        front[current] = level
        for a in current:
            for b in range(n):
                dominated_by[b] -= better[a, b]
        current = np.flatnonzero((dominated_by == 0) & (front < 0))
        level += 1
    return front


@kernel
def crowding_distance(objectives: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the crowding distance of each row of `objectives` (n, m): large where neighbours are far, inf at ends.

    The rows are those of one front (Deb et al. 2002, section III-B); an objective in which all agree adds nothing.
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
