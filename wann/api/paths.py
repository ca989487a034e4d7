"""Paths as users give them: texts, `pathlib` paths, or what has one, such as a `Run`."""

import os
from pathlib import Path

from wann.errors import UserError, in_short
from wann.files.new_paths import check_new_path
from wann.machine.home import expanded

Place = str | os.PathLike[str]


def is_place(given: object) -> bool:
    """Return whether something is a path."""
    return isinstance(given, str | os.PathLike)


def path_of(given: Place, argument: str) -> Path:
    """Return the path of something that is there; UserError for what is no path."""
    try:
        text = os.fspath(given)
    except TypeError:
        raise UserError(f"{argument}: expected a path, got {in_short(given)}") from None
    if not isinstance(text, str) or not text.strip():
        raise UserError(f"{argument}: expected a path, got {in_short(given)}")
    return expanded(text, argument)


def new_path_of(given: Place | None, argument: str = "out") -> Path | None:
    """Return the path of something that is to be made, None where none is given."""
    if given is None:
        return None
    path = path_of(given, argument)
    check_new_path(str(path))
    return path


def address_of(given: Place, argument: str) -> str:
    """Return a path or a URL, with the home in place of a `~`; UserError for what is neither."""
    text = os.fspath(given) if is_place(given) else ""
    if isinstance(text, str) and "://" in text:
        return text
    path = path_of(given, argument)
    return str(path) if text.startswith("~") else text
