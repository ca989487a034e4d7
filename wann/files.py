"""Writing files so that nothing is ever half written, and JSON as all files have it."""

import contextlib
import json
import os
import tempfile
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


def write_json(path: Path, value: Any) -> None:
    """Replace a JSON file, atomically; see `json_bytes`."""
    write_atomically(path, json_bytes(value))
