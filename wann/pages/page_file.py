"""Pages as files: one that is made again replaces itself, and nothing else."""

import os
from pathlib import Path

from wann.errors import UserError
from wann.files import write_atomically
from wann.pages.page import MARK

_ENDINGS = (".html", ".htm")
_LOOKED_AT = 2000  # bytes at the beginning of a file, where the mark of a page stands


def check_page_file(path: Path) -> None:
    """Raise UserError unless a page may be written to `path`.

    That is a new file, or one that is such a page already, called .html.
    """
    if path.suffix.lower() not in _ENDINGS:
        raise UserError(
            f"expected a file name that ends in .html for the page, got {str(path)!r}; such as "
            f"{path.with_suffix('.html').name}"
        )
    if not path.parent.is_dir():
        raise UserError(f"{path.parent} is no folder: make it first, or name another file")
    if os.path.lexists(path) and not _is_page(path):
        raise UserError(
            f"{path} exists already and is no page of wann: name another file, or remove it first"
        )


def write_page(path: Path, text: str) -> Path:
    """Write the text of a page to `path`, and return that; UserError as `check_page_file`."""
    check_page_file(path)
    write_atomically(path, text.encode())
    return path


def _is_page(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return MARK.encode() in file.read(_LOOKED_AT)
