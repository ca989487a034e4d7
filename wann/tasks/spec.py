"""The spec of a task, the one line that stands for it in files.

A spec is a name in `registry.TASKS` (`swingup`), or `gym:ID` for any Gymnasium environment, or
`data:PATH` for a data set of one's own; behind a space there may be settings, one JSON object:
`gym:CartPole-v1 {"kwargs": {"sutton_barto_reward": true}}`.
"""

import json
from collections.abc import Mapping
from typing import Any

from wann.errors import UserError

Settings = Mapping[str, Any]


def parse_spec(spec: str) -> tuple[str, dict[str, Any]]:
    """Return name and settings of `spec`.

    UserError unless what is behind the name is a JSON object.
    """
    name, brace, text = spec.partition(" {")  # a path may have spaces
    try:
        settings = json.loads("{" + text) if brace else {}
    except (ValueError, RecursionError) as error:
        raise UserError(
            f"task {name!r}: expected settings as a JSON object behind the name, {error}"
        ) from None
    return name, settings


def make_spec(name: str, settings: Settings) -> str:
    """Return the spec of `name` with `settings`, in one canonical form."""
    return f"{name} {json.dumps(settings, sort_keys=True)}" if settings else name
