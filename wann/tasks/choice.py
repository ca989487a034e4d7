"""Which of several outputs counts: the one rule of actions and of classes.

It is the largest, the first of equals. NaN never wins, not even over minus infinity; where all are
NaN, it is the first. Kernels, exported files and pages keep to the same rule.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def largest(outputs: NDArray[np.floating[Any]], axis: int = 0) -> NDArray[np.int64]:
    """Return the number of the largest of `outputs` along an axis, which the result lacks."""
    if not np.isnan(outputs).any():
        return np.asarray(outputs.argmax(axis))
    # No number equals NaN, so that of nothing but NaN the first is taken
    is_most = outputs == np.fmax.reduce(outputs, axis, keepdims=True)
    return np.asarray(is_most.argmax(axis))
