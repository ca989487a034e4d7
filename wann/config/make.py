"""Settings out of what a user gave, from a file or by flags."""

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar, overload

from wann.config.search import SearchConfig
from wann.config.settings import Settings
from wann.errors import UserError, unknown

Config = TypeVar("Config", bound=Settings)


@overload
def make_config(settings: object, base: None = None) -> SearchConfig: ...
@overload
def make_config(settings: object, base: Config) -> Config: ...
def make_config(settings: object, base: Settings | None = None) -> Settings:
    """Return `base` (a default search) with `settings` in place of its own.

    `settings` are names and values as read from TOML, JSON or flags. UserError where they are no
    mapping of known names to values within their bounds.
    """
    base = base or SearchConfig()
    if not isinstance(settings, Mapping):
        raise UserError(
            f"expected an object of settings, got {type(settings).__name__}: is the file damaged?"
        )
    known = [entry.name for entry in dataclasses.fields(base)]
    for name in settings:
        if name not in known:
            raise unknown("setting", name, known)
    values: dict[str, Any] = {
        key: tuple(map(_plain, value)) if isinstance(value, list) else _plain(value)
        for key, value in settings.items()
    }
    return dataclasses.replace(base, **values)


def _plain(value: Any) -> Any:
    """Return a value of a setting, zero in place of minus zero: they are one value."""
    return 0.0 if isinstance(value, float) and value == 0.0 else value
