"""Names of files: what may stand in one, and one that is not taken yet."""

import re
from collections.abc import Callable


def as_file_name(text: str, filler: str, *, ascii_only: bool = False) -> str:
    """Return `text` with `filler` for each run of characters that do not belong in a file's name.

    Letters, digits and the characters `_.+-` stay, but with `ascii_only` no letters and digits
    other than those of ASCII.
    """
    return re.sub(r"[^\w.+-]+", filler, text, flags=re.ASCII if ascii_only else 0)


def free_name(name: str, is_taken: Callable[[str], bool]) -> str:
    """Return `name`, or with -2, -3, ... behind it where that is taken."""
    free, number = name, 1
    while is_taken(free):
        number += 1
        free = f"{name}-{number}"
    return free
