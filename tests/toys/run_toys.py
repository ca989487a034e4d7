"""Searches of seconds, and results without what differs from one run to the next."""

from collections.abc import Collection
from typing import Any

# Settings of a search; `SMALL | {...}` has others
TINY: dict[str, Any] = {"population": 16, "generations": 2, "episodes": 1, "confirm_episodes": 2}
SMALL: dict[str, Any] = TINY | {"threads": 1, "figures": False}


def as_flags(settings: dict[str, Any]) -> list[str]:
    """Return settings as the command line takes them; figures are left out by a switch."""
    valued = {key: value for key, value in settings.items() if key != "figures"}
    flags = [f"--{key.replace('_', '-')}={value}" for key, value in valued.items()]
    return flags if settings.get("figures", True) else [*flags, "--no-figures"]


def without(value: Any, keys: Collection[str]) -> Any:
    """Return JSON values without the entries of `keys`, such as seconds, however deep they lie."""
    if isinstance(value, dict):
        return {key: without(some, keys) for key, some in value.items() if key not in keys}
    return [without(some, keys) for some in value] if isinstance(value, list) else value
