"""What went wrong, in one line: what was expected, what came, what to do."""

import dataclasses
import difflib
import errno
import os
import traceback
from collections.abc import Iterable
from typing import Any

from wann.terminal import printable

_LONGEST_VALUE = 80  # characters of a value that an error shows
_LONGEST_LINE = 2000
_LONGEST_FOREIGN = 500  # of what another library says, which stands within a line of ours
_MOST_ITEMS = 6  # of a list or mapping that a short description shows
_MOST_LISTED = 20  # names of which an error lists all


class UserError(ValueError):
    """A mistake in what the user gave.

    Its message is one line; the command line prints it without a traceback.
    """


class Taken(UserError):
    """Something lies where something new was to be made, or another process makes it there."""


class ClusterLost(UserError):
    """The head of a Ray cluster is gone. What was saved is intact, and can be gone on with."""


def unknown(kind: str, name: str, known: Iterable[str]) -> UserError:
    """Return the error for a `name` that is none of the `known` ones; it says the nearest."""
    names = sorted(known)
    near = difflib.get_close_matches(name[:_LONGEST_VALUE], names, n=3, cutoff=0.5)
    hint = f"did you mean {near[0]!r}? " if near else ""
    listed = ", ".join(names)
    if len(names) > _MOST_LISTED:
        some = list(dict.fromkeys([*near, *names]))[:3]
        listed = f"{len(names)} names, such as {', '.join(some)}"
    return UserError(f"unknown {kind} {in_short(name)}: {hint}expected one of {listed}")


def several(number: int, noun: str) -> str:
    """Return a number of things, as in "1 seed" and "2 seeds"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def in_short(value: object) -> str:
    """Return a value as errors show it: as Python writes it, cut where that is long."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # thousands of digits, or thousands of lists in lists
        return f"a value of type {type(value).__name__} that is too long to be shown"
    if "\n" in text:  # an array or a table
        text = " ".join(text.split())
    if len(text) <= _LONGEST_VALUE:
        return text
    return f"{text[:_LONGEST_VALUE]}... ({len(text):,} characters)"


def short_repr(value: Any) -> str:
    """Return a named tuple or a dataclass with its fields in short, on one line.

    Arrays and tensors are told by type and shape, and long lists and mappings by their length. To
    be used as a class's `__repr__`.
    """
    names = getattr(value, "_fields", None) or [
        entry.name for entry in dataclasses.fields(value) if entry.repr
    ]
    fields = ", ".join(f"{name}={_field(getattr(value, name))}" for name in names)
    return f"{type(value).__name__}({fields})"


def _field(value: Any) -> str:
    """Return what `short_repr` says of the value of a field."""
    shape, kind = getattr(value, "shape", None), getattr(value, "dtype", None)
    if shape is not None and kind is not None and not hasattr(value, "_fields"):
        return f"{str(kind).removeprefix('torch.')} {tuple(shape)}" if shape else repr(value.item())
    if isinstance(value, list | tuple | dict | set | frozenset) and not hasattr(value, "_fields"):
        if len(value) > _MOST_ITEMS:
            return f"<{len(value)} items>"
        items = (
            [f"{_field(key)}: {_field(item)}" for key, item in value.items()]
            if isinstance(value, dict)
            else list(map(_field, value))
        )
        text = ", ".join(items)
        return f"{{{text}}}" if isinstance(value, dict | set | frozenset) else f"[{text}]"
    text = in_short(value)
    return " ".join(text.split())


def in_one_line(error: Exception, *, traced: bool = False) -> str:
    """Return what went wrong, in one line.

    A mistake of the user is told in its own words, anything else with its type. `traced` adds the
    file and line where the error was raised.
    """
    if isinstance(error, UserError):
        return _flat(error)
    text = _flat(error, _LONGEST_FOREIGN)
    kind = type(error).__name__
    said = f"{kind}: {text}" if text else kind
    return f"{said}{_where_raised(error)}" if traced else said


def explain(error: Exception) -> str:
    """Return what the command line says of an error: what went wrong, and what to do about it."""
    if not isinstance(error, OSError) or not error.strerror:
        return _flat(error)
    where = f"{_cut(os.fsdecode(error.filename))}: " if _is_path(error.filename) else ""
    full = error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO)
    advice = "what was saved so far is intact" if full else "check the path and its permissions"
    return f"{where}{error.strerror}; {advice}"


def _is_path(name: object) -> bool:
    return bool(name) and isinstance(name, str | bytes | os.PathLike)


def _flat(error: Exception, longest: int = _LONGEST_LINE) -> str:
    return _cut(" ".join(str(error).split()), longest)


def _cut(line: str, longest: int = _LONGEST_LINE) -> str:
    """Return a line that can be printed; of one that is too long the middle is left out."""
    text = printable(line)
    half = longest // 2
    return text if len(text) <= longest else f"{text[:half]} ... {text[-half:]}"


def _where_raised(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return ""
    return f" ({os.path.basename(frames[-1].filename)}, line {frames[-1].lineno})"
