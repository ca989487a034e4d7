"""Paths at which something is to be made."""

import os
from pathlib import Path

from wann.errors import UserError, in_short
from wann.terminal import has_control_characters

# Bytes of a path, and of each name in it. File systems take names of 255, but what is written is
# first called a little longer, and files and figures are called after it.
_LONGEST_PATH, _LONGEST_NAME = 4000, 200


def check_new_path(given: str) -> None:
    """Raise UserError for a path at which nothing can be made, however free the disk is."""
    if not given.strip() or has_control_characters(given):
        raise UserError(
            f"expected a path that is not empty and has no control characters, got "
            f"{in_short(given)}"
        )
    whole_path = Path(given)
    if not whole_path.name and whole_path.is_absolute():
        raise UserError(f"expected a path with a name in it, got {in_short(given)}")
    names = [len(os.fsencode(part)) for part in whole_path.parts]
    if len(os.fsencode(given)) > _LONGEST_PATH or max(names, default=0) > _LONGEST_NAME:
        raise UserError(
            f"expected a path of at most {_LONGEST_PATH:,} bytes, and of {_LONGEST_NAME} in each "
            f"name, got {in_short(given)}"
        )
