"""Data that were written beside what was made of them: files there name them without a path.

So a folder can be moved, and what comes out of a search does not depend on where it was written.
The spec of such data has the SHA-256 of their file, by which they are known, and no other file of
that name is taken for them: `data:./data.csv {"label": "y", "sha256": "..."}`. In memory a spec has
the whole path, since workers may have another current folder.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from wann.config.objects import parse_object
from wann.errors import UserError

SHA256 = "sha256"  # the setting in the spec of such data
_FAMILY, _HERE = "data:", "./"
# Networks of a run lie a folder below it, and runs of a sweep a folder below their data
_FOLDERS = 3


def named_in(spec: str, folder: Path) -> str:
    """Return a spec as a file in `folder` has it: data there or right above it have no path."""
    path, settings = _parts(spec)
    if path is None or not path.is_absolute():
        return spec
    for place in places(folder):
        if place == path.parent:
            return f"{_FAMILY}{_HERE}{path.name}{settings}"
        if (place / path.name).exists():
            return spec
    return spec


def located(spec: str, folder: Path) -> str:
    """Return the spec that a file in `folder` has, with the whole path of its data."""
    path, settings = _parts(spec)
    if path is None or not spec.startswith(_FAMILY + _HERE):
        return spec
    beside, *above = (place / path for place in places(folder))
    found = next((one for one in (beside, *above) if one.is_file()), beside)
    return f"{_FAMILY}{found}{settings}"


def settings_named_in(settings: Any, folder: Path) -> Any:
    """Return JSON settings as a file in `folder` has them."""
    task = settings.get("task") if isinstance(settings, dict) else None
    return {**settings, "task": named_in(task, folder)} if isinstance(task, str) else settings


def as_before(spec: str, known: str) -> str:
    """Return `known` where an earlier version called the same data so, without their sum.

    Otherwise the spec as it is.
    """
    path, text = _parts(spec)
    if path is None:
        return spec
    settings = parse_object(text.removeprefix(" "), "settings")
    del settings[SHA256]
    behind = f" {json.dumps(settings, sort_keys=True)}" if settings else ""
    return known if known == f"{_FAMILY}{path}{behind}" else spec


def places(folder: Path) -> Iterator[Path]:
    """Yield the folders in which data of a file in `folder` may lie, the nearest first."""
    whole = folder.resolve()
    yield from (whole, *whole.parents)[:_FOLDERS]


def _parts(spec: str) -> tuple[Path | None, str]:
    """Return the path in a spec and what is behind it, None for a path of any other spec."""
    name, brace, text = spec.partition(" {")
    if not name.startswith(_FAMILY) or not brace:
        return None, ""
    try:
        known = SHA256 in parse_object("{" + text, "settings")
    except UserError:  # whoever makes the task says so
        known = False
    return (Path(name.removeprefix(_FAMILY)) if known else None), brace + text
