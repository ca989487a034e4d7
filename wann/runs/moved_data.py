"""Where the data lie that a file of a run names: beside it, also where the folder was moved.

Files of earlier versions name data that were given in memory by their whole path. Where that is
gone, the file of that name is taken which the folder lists as one that its search began with.
"""

from pathlib import Path
from typing import Any

from wann.config import own_data
from wann.errors import UserError
from wann.files import sha256
from wann.reading import read_shaped
from wann.runs.filenames import ENVIRONMENT
from wann.runs.versions import Environment

_FAMILY = "data:"


def located(spec: str, folder: Path) -> str:
    """Return the spec that a file in `folder` has, with the whole path of its data."""
    name, brace, settings = own_data.located(spec, folder).partition(" {")
    path = Path(name.removeprefix(_FAMILY))
    if name.startswith(_FAMILY) and path.is_absolute() and not path.exists():
        for place in own_data.places(folder):
            if _is_listed(place / path.name):
                return f"{_FAMILY}{place / path.name}{brace}{settings}"
    return f"{name}{brace}{settings}"


def located_in(settings: Any, folder: Path) -> Any:
    """Return JSON settings that a file in `folder` has, with the whole path of the data."""
    task = settings.get("task") if isinstance(settings, dict) else None
    return {**settings, "task": located(task, folder)} if isinstance(task, str) else settings


def _is_listed(file: Path) -> bool:
    """Return whether a file is the one that its folder lists as begun with."""
    environment = file.parent / ENVIRONMENT
    if not (file.is_file() and environment.is_file()):
        return False
    try:
        listed = read_shaped(environment, Environment).get("begun_with", {}).get(file.name)
    except UserError:  # a run is read without its record of versions, too
        return False
    return bool(listed == sha256(file.read_bytes()))
