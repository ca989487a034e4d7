"""The end of a file of JSON lines, which somebody else may be writing to."""

from pathlib import Path
from typing import Any

from wann.errors import UserError
from wann.reading import in_part, parse_shaped


def tail(path: Path, size: int) -> bytes:
    """Return the last `size` bytes of a file, fewer if it has fewer, none if there is none."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - size))
            return file.read()
    except FileNotFoundError:
        return b""


def last_rows(end: bytes, shape: Any) -> list[dict[str, Any]]:
    """Return the rows in the end of a file of JSON lines, as far as they are whole.

    A line that was cut off, or is no row of the `shape` (see `reading.in_part`), is left out.
    """
    lines = end[: end.rfind(b"\n") + 1].splitlines()
    rows = (read_if_whole(line, in_part(shape)) for line in lines)
    return [row for row in rows if row is not None]


def read_if_whole(content: bytes | None, shape: Any) -> Any:
    """Return a JSON value of the `shape`, None for what is missing or damaged.

    Whoever works on the run will complain of the damage.
    """
    try:
        return None if content is None else parse_shaped(content, shape, "the file")
    except UserError:
        return None
