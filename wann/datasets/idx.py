"""The IDX format of MNIST: a few big-endian numbers, then the values; gzipped or not."""

import gzip
import math
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError

_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_LARGEST = 4 * 2**30


def read_bytes(path: Path) -> bytes:
    """Return the content of `path`, uncompressed.

    UserError where it is damaged, is too large, or cannot be read.
    """
    try:
        with path.open("rb") as plain:
            packed = plain.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UserError(
            f"{path}: damaged or cut off ({error}); expected a whole gzip file: fetch it again"
        ) from None
    except OSError as error:
        raise UserError(
            f"{path}: cannot be read ({error.strerror}); check the path and its permissions"
        ) from None
    if len(content) > _LARGEST:
        raise UserError(
            f"{path}: expected at most {_LARGEST >> 30} GiB, got more; use a smaller data set"
        )
    return content


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
    expected = start + math.prod(shape) * dtype.itemsize
    if len(content) != expected:
        raise UserError(
            f"{origin}: expected {expected} bytes for an array of {shape}, got {len(content)}: "
            "fetch it again"
        )
    return np.frombuffer(content, dtype, offset=start).reshape(shape)
