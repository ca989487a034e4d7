"""Files that users name themselves: new ones are written, and what is there already is kept."""

import os
from pathlib import Path

from wann.errors import UserError
from wann.files.folder import write_atomically


def write_new(path: Path, content: bytes, *, force: bool = False) -> Path:
    """Write `content` to `path` and return that.

    UserError where there is something already, unless it is to be replaced (`force`).
    """
    if not force:
        check_free(path)
    try:
        write_atomically(path, content)
    except OSError as problem:
        why = problem.strerror or type(problem).__name__
        raise UserError(f"{path} cannot be written: {why}; give another path") from None
    return path


def check_free(path: Path) -> None:
    """Raise UserError where there is something at `path` already."""
    if os.path.lexists(path):
        raise UserError(f"{path} exists already: give another path, or remove it first")
