"""Arrays out of npz files, whose headers are looked at before anything is unpacked.

An npz file is a zip archive of npy files, packed or not: a thousandfold less room on the disk than
in memory. What the headers say is added up first, and what is then read is what they said.
"""

import math
import struct
import zipfile
from collections.abc import Sequence
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from wann.machine.memory import in_words
from wann.terminal import printable

# No header of an array of numbers is longer; those of tables with named columns may be.
_LONGEST_HEADER = 4096
_SHOWN = 300  # characters of the names that an archive has
_LENGTHS = {(1, 0): "<H", (2, 0): "<I"}
_HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


def read_npz(
    file: IO[bytes], names: Sequence[str] | None = None, *, most: int
) -> dict[str, NDArray[Any]]:
    """Return arrays out of an npz file, by their names.

    Args:
        file: the archive, opened for reading.
        names: the arrays to read (default: all).
        most: the bytes that they may have in memory, together.

    Raises:
        KeyError: an array is missing; it names those that are there.
        ValueError: the arrays are too large, hold Python objects, or are no arrays.
        Exception: of many kinds, where the archive is damaged.
    """
    with zipfile.ZipFile(file) as archive:
        there = {name.removesuffix(".npy"): name for name in archive.namelist()}
        wanted = list(there) if names is None else list(names)
        missing = [name for name in wanted if name not in there]
        if missing:
            found = printable(", ".join(there))[:_SHOWN] or "nothing"
            raise KeyError(f"{', '.join(missing)} missing, found {found}")
        size = sum(_size(archive, there[name]) for name in wanted)
        if size > most:
            raise ValueError(
                f"its arrays have {in_words(size)} unpacked, expected at most {in_words(most)}"
            )
        return {name: _read(archive, there[name]) for name in wanted}


def _size(archive: zipfile.ZipFile, name: str) -> int:
    """Return how many bytes an array has, by its header; ValueError unless the archive agrees."""
    with archive.open(name) as file:
        start, shape, dtype = _header(file, name)
    if dtype.hasobject or not dtype.itemsize:
        raise ValueError(f"{name} has the type {dtype}, expected numbers")
    size = math.prod(shape) * dtype.itemsize  # of Python's numbers: they do not overflow
    stored = archive.getinfo(name).file_size
    if start + size != stored:
        raise ValueError(
            f"{name} is damaged: an array of shape {shape} and type {dtype} has {size} bytes, the "
            f"archive {stored - start}"
        )
    return size


def _header(file: IO[bytes], name: str) -> tuple[int, tuple[int, ...], np.dtype[Any]]:
    """Return how long the header of an array is, and the shape and type that it gives."""
    version = npy.read_magic(file)
    if version not in _LENGTHS:
        raise ValueError(f"{name} is of version {version}, expected 1.0 or 2.0")
    width = struct.calcsize(_LENGTHS[version])
    packed = file.read(width)
    if len(packed) < width:
        raise ValueError(f"{name} is cut off")
    (length,) = struct.unpack(_LENGTHS[version], packed)
    if length > _LONGEST_HEADER:
        raise ValueError(
            f"{name} has a header of {length} bytes, expected at most {_LONGEST_HEADER}"
        )
    file.seek(npy.MAGIC_LEN)
    shape, _, dtype = _HEADERS[version](file, max_header_size=_LONGEST_HEADER)
    if any(not isinstance(count, int) or count < 0 for count in shape):
        raise ValueError(f"{name} has the shape {shape}, expected whole numbers")
    return npy.MAGIC_LEN + width + length, shape, dtype


def _read(archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    with archive.open(name) as file:
        found: NDArray[Any] = npy.read_array(file, allow_pickle=False)
    return found
