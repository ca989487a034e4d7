"""Writing files so that nothing is ever half written, JSON as all files have it, and file names."""

import contextlib
import json
import math
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

_UNFINISHED = ".unfinished"


def is_unfinished(path: Path) -> bool:
    """Return whether `path` is what a process that was killed while writing leaves."""
    return path.name.startswith(".") and path.name.endswith(_UNFINISHED)


def remove_unfinished(folder: Path) -> None:
    """Remove what a process that was killed while writing left in `folder` and below.

    Nobody may be writing there.
    """
    for path in folder.rglob(f".*{_UNFINISHED}"):
        path.unlink(missing_ok=True)


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that at any moment either the old or the new content is there, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(
        dir=path.parent, prefix=f".{path.name}.", suffix=_UNFINISHED
    )
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def json_bytes(value: Any) -> bytes:
    """Return the content of a JSON file: indented by two blanks, and a newline at the end.

    ValueError where `value` holds a number that is not finite: JSON has none.
    """
    return (json.dumps(value, indent=2, allow_nan=False) + "\n").encode()


def finite(value: Any) -> Any:
    """Return JSON values with Python's own numbers, None in place of those that are not finite."""
    import numpy as np  # not at the top: the command line writes files, and begins without numpy

    if isinstance(value, Mapping):
        return {key: finite(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [finite(entry) for entry in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def write_json(path: Path, value: Any) -> None:
    """Replace a JSON file, atomically; see `json_bytes`."""
    write_atomically(path, json_bytes(value))


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
