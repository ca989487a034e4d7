"""The order of numbers, in kernels: what `np.argsort` gives, quicker to compile."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.kernels.jit import kernel


@kernel
def stable_order(values: NDArray[Any]) -> NDArray[np.int64]:
    """Return the indices (n,) that sort numbers (n,), none of them nan, equal ones as they stand.

    A merge sort from the bottom up: runs of 1, 2, 4, ... numbers are merged in pairs.
    """
    count = len(values)
    order, merged = np.empty(count, np.int64), np.empty(count, np.int64)
    for i in range(count):
        order[i] = i
    width = 1
    while width < count:
        for first in range(0, count, 2 * width):
            left, middle = first, min(first + width, count)
            right, stop = middle, min(first + 2 * width, count)
            for k in range(first, stop):
                from_left = right == stop or (
                    left < middle and values[order[left]] <= values[order[right]]
                )
                if from_left:
                    merged[k] = order[left]
                    left += 1
                else:
                    merged[k] = order[right]
                    right += 1
        order, merged = merged, order
        width *= 2
    return order
