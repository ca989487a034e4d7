"""Arrays as the bytes of a `safetensors` file, written and read without PyTorch.

Equal arrays give equal bytes. What is read is checked first: a header that says something else than
the bytes behind it is refused before any array is made.
"""

import json
import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError, in_short

_TYPES: dict[str, np.dtype[Any]] = {
    "F16": np.dtype("<f2"),
    "F32": np.dtype("<f4"),
    "F64": np.dtype("<f8"),
}
_WHOLE: dict[str, np.dtype[Any]] = {"I64": np.dtype("<i8")}
_NAMES = {kind: name for name, kind in (_TYPES | _WHOLE).items()}
_METADATA = "__metadata__"
_LENGTH = 8  # bytes at the start, which hold the length of the header
_LONGEST_HEADER = 2**20


class Tensors(NamedTuple):
    """What a file holds."""

    arrays: dict[str, NDArray[Any]]
    metadata: dict[str, str]


def tensors_bytes(arrays: Mapping[str, NDArray[Any]], metadata: Mapping[str, str]) -> bytes:
    """Return arrays and texts as the content of a `safetensors` file.

    The arrays are of floating types or int64.
    """
    header: dict[str, Any] = {_METADATA: dict(sorted(metadata.items()))}
    parts, end = [], 0
    for name, array in sorted(arrays.items()):
        kind = array.dtype.newbyteorder("<")
        content = np.ascontiguousarray(array, dtype=kind).tobytes()
        header[name] = {
            "dtype": _NAMES[kind],
            "shape": list(array.shape),
            "data_offsets": [end, end + len(content)],
        }
        parts.append(content)
        end += len(content)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % _LENGTH)  # arrays begin at a multiple of eight bytes
    return b"".join([len(text).to_bytes(_LENGTH, "little"), text, *parts])


def read_tensors(content: bytes, *, whole: bool = False) -> Tensors:
    """Return what a `safetensors` file of floating arrays holds, or with `whole` of int64, too.

    UserError, without the file's name, if it is none, is damaged, or holds a number that is not
    finite.
    """
    from wann.reading import parse_json

    length = int.from_bytes(content[:_LENGTH], "little")
    if len(content) < _LENGTH or length > min(_LONGEST_HEADER, len(content) - _LENGTH):
        raise UserError("expected a safetensors file, got something else, or a part of one")
    header = parse_json(content[_LENGTH : _LENGTH + length])
    if not isinstance(header, dict):
        raise UserError(f"expected an object as header, got {in_short(header)}")
    metadata = header.pop(_METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise UserError(f"expected texts as metadata, got {in_short(metadata)}")
    data = memoryview(content)[_LENGTH + length :]
    types = _TYPES | _WHOLE if whole else _TYPES
    arrays = {name: _array(name, said, data, types) for name, said in header.items()}
    return Tensors(arrays, metadata)


def _array(
    name: str, said: Any, data: memoryview, types: Mapping[str, np.dtype[Any]]
) -> NDArray[Any]:
    try:
        kind, shape = types[said["dtype"]], said["shape"]
        start, end = said["data_offsets"]
        whole = all(type(number) is int and number >= 0 for number in (*shape, start, end))
        fits = whole and start <= end <= len(data)
        fits = fits and end - start == math.prod(shape) * kind.itemsize
    except (KeyError, TypeError, ValueError):
        fits = False
    if not fits:
        raise UserError(
            f"the entry {in_short(name)} is damaged: expected a floating type and a shape that fit "
            f"its bytes, got {in_short(said)}"
        )
    array: NDArray[Any] = np.frombuffer(data[start:end], dtype=kind).reshape(shape)
    if not np.isfinite(array).all():
        raise UserError(f"{in_short(name)} holds numbers that are not finite")
    return array
