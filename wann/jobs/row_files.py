"""Files of one row each, written last: where the row lies, what it belongs to is finished."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypedDict, TypeVar

from wann.errors import UserError
from wann.files import check_listed, json_bytes, sha256
from wann.reading import read_shaped

Row = TypeVar("Row")

# The key under which a row's file lists the files beside it.
_LISTED = "sha256"


class _Listed(TypedDict, total=False):
    sha256: dict[str, str]


def row_bytes(row: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """Return the content of a row's file, which lists the SHA-256 of the `files` beside it."""
    return json_bytes({**row, _LISTED: {name: sha256(found) for name, found in files.items()}})


def check_file(row: Path, name: str, remedy: str) -> None:
    """Raise UserError if the file `name` beside a row's file is not the one that this lists.

    A row of before that was kept lists none, and where there is no row nothing is known. `remedy`
    is as in `read_row`.
    """
    if row.exists():
        listed = read_shaped(row, _Listed).get(_LISTED, {})
        advice = f"remove {row.parent}, and {remedy}"
        check_listed(row.parent / name, listed.get(name), row, advice)


def read_row(path: Path, from_json: Callable[[Any], Row], remedy: str) -> Row | None:
    """Return the row in a file, None if there is no such file.

    UserError if the file is damaged: no JSON, or JSON values of which `from_json` cannot make a row
    and raises ValueError, KeyError or TypeError. `remedy` says what comes of it if the user removes
    the file: "the step is done again".
    """
    try:
        content = read_shaped(path, dict[str, Any])
        content.pop(_LISTED, None)
        return from_json(content)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        problem = f"it lacks {error}" if isinstance(error, KeyError) else str(error)
        problem = problem.removeprefix(f"{path} is damaged: ")
        raise UserError(f"{path} is damaged: {problem}; remove it, and {remedy}") from None
