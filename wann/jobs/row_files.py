"""Files of one row each, written last: where the row lies, what it belongs to is finished."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from wann.errors import UserError
from wann.reading import read_shaped

Row = TypeVar("Row")


def read_row(path: Path, from_json: Callable[[Any], Row], remedy: str) -> Row | None:
    """Return the row in a file, None if there is no such file.

    UserError if the file is damaged: no JSON, or JSON values of which `from_json` cannot make a row
    and raises ValueError. `remedy` says what comes of it if the user removes the file: "the step is
    done again".
    """
    try:
        return from_json(read_shaped(path, dict[str, Any]))
    except FileNotFoundError:
        return None
    except ValueError as error:
        problem = str(error).removeprefix(f"{path} is damaged: ")
        raise UserError(f"{path} is damaged: {problem}; remove it, and {remedy}") from None
