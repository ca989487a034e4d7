"""Fronts of non-dominated rows, as NSGA-II sorts by (Deb et al. 2002, section III-A)."""

import numpy as np
from numpy.typing import NDArray

from wann.kernels.jit import kernel


def dominance_fronts(objectives: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the front (n,) of each row of `objectives` (n, m), all of which are maximised.

    Front 0 is dominated by none, front 1 by rows of front 0 alone, and so on. A row
    dominates another if it is nowhere worse and somewhere better. Rows must be free of NaN. They
    are entered from the lexicographically best on, so that none is dominated by a later one (Zhang
    et al. 2015, ENS-SS).
    """
    order: NDArray[np.int64] = np.lexsort(objectives.T[::-1])[::-1]
    return enter_fronts(np.ascontiguousarray(objectives), order)


@kernel
def enter_fronts(objectives: NDArray[np.float64], order: NDArray[np.int64]) -> NDArray[np.int64]:
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
