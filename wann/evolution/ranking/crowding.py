"""The crowding distance: how far a row of a front is from its neighbours.

Source: NSGA-II (Deb et al. 2002, section III-B).
"""

import numpy as np
from numpy.typing import NDArray

from wann.kernels.jit import kernel
from wann.kernels.order import stable_order


@kernel
def crowding_distance(objectives: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the crowding distance (n,) of each row of `objectives` (n, m), those of one front.

    It is large where neighbours are far, and inf at the ends. Of an objective in which all agree,
    the first and the last row are ends all the same.
    """
    n, m = objectives.shape
    distance = np.zeros(n)
    for k in range(m):
        order = stable_order(objectives[:, k])
        span = objectives[order[-1], k] - objectives[order[0], k]
        distance[order[0]] = distance[order[-1]] = np.inf
        for i in range(1, n - 1 if span > 0.0 else 0):
            distance[order[i]] += (objectives[order[i + 1], k] - objectives[order[i - 1], k]) / span
    return distance


@kernel
def reference_crowding(objectives: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the crowding distance (n,) as the 2019 release computes it (nsga_sort.py, line 129).

    The sum is scaled by |1 / max - min|. What was meant is 1 / (max - min); as it stands, returns
    outweigh 1 / connections by orders of magnitude.
    """
    n, m = objectives.shape
    distance = np.zeros(n)
    for k in range(m):
        order = stable_order(objectives[:, k])
        smallest, largest = objectives[order[0], k], objectives[order[-1], k]
        distance[order[0]] = distance[order[-1]] = np.inf
        scale = abs(1.0 / largest - smallest) if largest != 0.0 else np.inf
        for i in range(1, n - 1):
            gap = objectives[order[i + 1], k] - objectives[order[i - 1], k]
            distance[order[i]] += gap * scale if gap > 0.0 else 0.0
    return distance
