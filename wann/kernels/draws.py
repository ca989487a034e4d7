"""Whole numbers drawn in kernels: the bits of `Generator.integers`, quicker to compile and to run.

numba's own makes an array for each number, and takes a second to compile.
"""

from typing import Any

import numpy as np
from numba.core import config
from numba.np.random import generator_core

from wann.kernels.jit import kernel

next_uint32: Any = generator_core.next_uint32  # numba's; its types are not known
_LOW = np.uint64(0xFFFFFFFF)


def plain_below(rng: np.random.Generator, count: int) -> int:
    """Return a random whole number from 0 on and below `count`, which is at most 2^32 - 1."""
    return int(rng.integers(0, count))


@kernel
def _below(rng: np.random.Generator, count: int) -> int:
    # By multiplication and, rarely, rejection (Lemire 2019, algorithm 5), as NumPy does.
    if count <= 1:
        return 0
    width = np.uint64(count)
    product = np.uint64(next_uint32(rng.bit_generator)) * width
    if (product & _LOW) < width:
        threshold = (_LOW + np.uint64(1) - width) % width
        while (product & _LOW) < threshold:
            product = np.uint64(next_uint32(rng.bit_generator)) * width
    return int(np.int64(product >> np.uint64(32)))


draw_below = plain_below if vars(config)["DISABLE_JIT"] else _below
