"""The IDX format of MNIST: a few big-endian numbers, then the values."""

import math

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError

_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def parse_idx(content: bytes, origin: object) -> NDArray[np.generic]:
    """Return the array in `content`; UserError, naming `origin`, if it is no whole IDX file."""
    if (
        len(content) < 4
        or content[:2] != b"\0\0"
        or content[2] not in _TYPES
        or not 1 <= content[3] <= 8
    ):
        raise UserError(
            f"{origin}: expected an IDX file (0, 0, type, dimensions), it begins with "
            f"{content[:4]!r}"
        )
    dimensions, dtype = content[3], np.dtype(_TYPES[content[2]])
    start = 4 + 4 * dimensions
    if len(content) < start:
        raise UserError(f"{origin}: cut off within its first {start} bytes: fetch it again")
    shape = tuple(int(n) for n in np.frombuffer(content, ">u4", dimensions, 4))
    if 0 in shape:  # whatever the other dimensions are, which NumPy might refuse
        raise UserError(f"{origin}: expected values, got an array of {shape}, which has none")
    expected = start + math.prod(shape) * dtype.itemsize
    if len(content) != expected:
        raise UserError(
            f"{origin}: expected {expected} bytes for an array of {shape}, got {len(content)}: "
            "fetch it again"
        )
    return np.frombuffer(content, dtype, offset=start).reshape(shape)
