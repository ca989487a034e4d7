"""What genomes and networks, which are tuples that end with arrays, are compared by."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def same_arrays(mine: Sequence[NDArray[Any]], others: Sequence[NDArray[Any]]) -> bool:
    """Return whether as many arrays have the same shapes and the same numbers, one by one."""
    return all(np.array_equal(one, other) for one, other in zip(mine, others, strict=True))


def hash_of_arrays(arrays: Sequence[NDArray[Any]]) -> int:
    """Return the same number for arrays of the same numbers and types."""
    return hash(tuple(array.tobytes() for array in arrays))
