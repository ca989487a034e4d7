"""Settings out of keyword arguments, as Python users write them.

What a flag spells as text may be that text here, too: `densities="0.2,0.05"` and
`densities=[0.2, 0.05]` are the same.
"""

import dataclasses
import os
from collections.abc import Iterable, Mapping
from typing import Any

from wann.config.make import Config, make_config
from wann.config.numbers import of_python
from wann.config.settings import Settings, kind_of, parse_setting
from wann.errors import UserError, unknown


def config_of(given: Mapping[str, object], base: Config) -> Config:
    """Return `base` with keyword arguments in place of its own settings.

    A setting of several values takes any iterable, a single value, or the text of its flag; numbers
    may be NumPy's, and names may be paths. UserError for a name that is no setting, and for a value
    of another type or out of its bounds.
    """
    return make_config(values_of(given, type(base)), base)


def values_of(given: Mapping[str, object], kind: type[Settings]) -> dict[str, Any]:
    """Return keyword arguments as values of the settings that `kind` declares, not yet checked.

    UserError for a name that is none of them, and for a text that cannot be read.
    """
    declared = {entry.name: entry for entry in dataclasses.fields(kind)}
    check_known(given, declared)
    return {name: _value(declared[name], value) for name, value in given.items()}


def check_known(given: Iterable[str], known: Iterable[str]) -> None:
    """Raise UserError for the first keyword argument that is none of the `known` ones."""
    names = list(known)
    for name in given:
        if name not in names:
            raise unknown("argument", name, names)


def _value(entry: "dataclasses.Field[Any]", value: object) -> Any:
    kind, several = kind_of(entry)
    if not several or value is None:
        return _plain(value, kind)
    if isinstance(value, Mapping) and entry.metadata["repeat"]:
        return value  # functions and their frequencies
    if isinstance(value, str):
        try:
            return parse_setting(entry, value)
        except UserError as error:
            raise UserError(f"{entry.name}: {error}") from None
    if isinstance(value, Iterable) and not isinstance(value, bytes | Mapping):
        return tuple(_plain(item, kind) for item in value)
    return (_plain(value, kind),)


def _plain(value: object, kind: type) -> object:
    """Return a value of Python's own for one of NumPy's, and the text of a path."""
    if kind is str and isinstance(value, os.PathLike):
        return os.fspath(value)
    return of_python(value)
