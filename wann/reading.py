"""Values out of JSON: read strictly, and held against a declared shape before anything uses them.

A shape is a type: `dict[str, int]`, a TypedDict, or a row of the project (a NamedTuple or a
dataclass), which stands for an object with its fields. What a file has beyond its shape makes no
difference, so that newer files can be read; what it lacks, or has of another type, is one line that
names the file and the place.
"""

import dataclasses
import json
import math
import re
import typing
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NotRequired, TypedDict, is_typeddict

from wann.errors import UserError, in_short

# More is no file of the project, and reading it could exhaust the memory.
MAX_BYTES = 128 * 2**20
# Deeper values cannot be written again, or walked over, by everything that takes JSON values.
_MAX_DEPTH = 100
# The widest whole number of a row or a setting fits into 64 bits, with and without a sign.
_TOO_LARGE = 2**64
_MANY_DIGITS = re.compile(r"\d{19}")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def parse_json(text: str | bytes) -> Any:
    """Return the value of a JSON text.

    UserError, without the name of a file, if it is no JSON in UTF-8, or holds what JSON values of
    the project never do: NaN, an infinity, a key twice in one object, halves of a character, or
    lists and objects a hundred deep.
    """
    text = _as_text(text)
    try:
        value = json.loads(
            text, parse_constant=_reject, parse_float=_parse_float, object_pairs_hook=_unique_keys
        )
    except UserError:
        raise
    except json.JSONDecodeError as error:
        raise UserError(
            f"line {error.lineno}, column {error.colno}: expected JSON, got "
            f"{text[error.pos : error.pos + 10]!r} ({error.msg}); is the file complete?"
        ) from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError:  # Python refuses to convert integers of more than 4300 digits
        raise UserError(
            "expected numbers, got an integer of thousands of digits; correct it"
        ) from None
    _check_depth(value)
    if _SURROGATE.search(text):
        _check_characters(value)
    return value


def parse_shaped(text: str | bytes, shape: Any, origin: object) -> Any:
    """Return the value of a JSON text, which is of the `shape`.

    UserError that names `origin` where it is not, or has whole numbers beyond 64 bits.
    """
    try:
        text = _as_text(text)
        value = parse_json(text)
        _check_numbers(value, text)
    except UserError as error:
        raise UserError(f"{origin} is damaged: {error}") from None
    return shaped(value, shape, origin)


def read_shaped(path: Path, shape: Any) -> Any:
    """Return the value in a JSON file, which is of the `shape`.

    UserError if it is not, OSError if the file cannot be read.
    """
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise UserError(f"{path} is damaged: expected at most {MAX_BYTES:,} bytes, got more")
    return parse_shaped(content, shape, path)


def shaped(value: Any, shape: Any, origin: object) -> Any:
    """Return `value`, as it is, if it is of the `shape`; UserError that names `origin` if not."""
    import msgspec  # not at the top: the command line begins without it

    try:
        msgspec.convert(value, _shape_of(shape))
    except msgspec.ValidationError as error:
        problem = str(error).replace("`", "")
        raise UserError(f"{origin} is damaged: {problem[0].lower()}{problem[1:]}") from None
    return value


def in_part(row: Any) -> Any:
    """Return the shape of an object with the fields of a row, none of which needs to be there.

    For files of earlier versions, and for readers that take what they find.
    """
    return _object_of(row, complete=False)


def _shape_of(shape: Any) -> Any:
    """Return a row type as the type of an object with its fields, any other type as it is."""
    if dataclasses.is_dataclass(shape) or hasattr(shape, "_fields") or is_typeddict(shape):
        return _object_of(shape)
    origin, inner = typing.get_origin(shape), typing.get_args(shape)
    if origin in (list, dict):
        return origin[tuple(map(_shape_of, inner))]
    return shape


@cache
def _object_of(row: Any, complete: bool = True) -> Any:
    hints = typing.get_type_hints(row)
    if dataclasses.is_dataclass(row):
        optional = {
            entry.name
            for entry in dataclasses.fields(row)
            if entry.default is not dataclasses.MISSING
            or entry.default_factory is not dataclasses.MISSING
        }
        names = [entry.name for entry in dataclasses.fields(row)]
    elif is_typeddict(row):
        optional, names = set(row.__optional_keys__), list(hints)
    else:
        optional, names = set(row._field_defaults), list(row._fields)
    fields = {
        name: _shape_of(hints[name])
        if complete and name not in optional
        else NotRequired[_shape_of(hints[name])]
        for name in names
    }
    return TypedDict(row.__name__, fields)  # type: ignore[operator]


def _as_text(text: str | bytes) -> str:
    if isinstance(text, str):
        return text
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(
            f"expected UTF-8 text, got byte 0x{text[error.start]:02x} at {error.start}"
        ) from None


def _check_depth(value: Any) -> None:
    """Raise UserError if lists and objects lie too deeply in each other."""
    level = [value]
    for _ in range(_MAX_DEPTH):
        level = [inner for outer in level for inner in _contents(outer)]
        if not level:
            return
    raise _too_deep()


def _contents(value: Any) -> list[Any]:
    """Return the lists and objects that lie in a value."""
    if isinstance(value, dict):
        return [inner for inner in value.values() if isinstance(inner, dict | list)]
    if isinstance(value, list):
        return [inner for inner in value if isinstance(inner, dict | list)]
    return []


def _check_numbers(value: Any, text: str) -> None:
    if not _MANY_DIGITS.search(text):
        return
    for inner in _leaves(value):
        if isinstance(inner, int) and abs(inner) >= _TOO_LARGE:
            raise UserError("expected numbers of at most 64 bits, got a longer one; correct it")


def _check_characters(value: Any) -> None:
    for inner in _leaves(value):
        if isinstance(inner, str):
            try:
                # Our own files hold paths, whose bytes need be no text: Python escapes those
                inner.encode(errors="surrogateescape")
            except UnicodeEncodeError:
                raise UserError(
                    f"expected text, got half of a character in {in_short(inner)}; correct it"
                ) from None


def _leaves(value: Any) -> Iterator[Any]:
    """Yield everything in a value that is neither list nor object, keys among it."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield value


def _too_deep() -> UserError:
    return UserError("expected values, got lists or objects nested too deeply; correct it")


def _reject(constant: str) -> None:
    raise UserError(f"expected finite numbers, got {constant}; correct it")


def _parse_float(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise UserError(
            f"expected finite numbers, got {in_short(text)}, which is beyond float64; correct it"
        )
    return value


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entry = dict(pairs)
    if len(entry) != len(pairs):
        counts = Counter(key for key, _ in pairs)
        twice = next(key for key, count in counts.items() if count > 1)
        raise UserError(
            f"expected every key once, got {in_short(twice)} twice in one object; remove one"
        )
    return entry
