"""Flags made of declared settings, and the settings that were given by them."""

import argparse
import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from wann.cli.readers import reader
from wann.config import Config, Settings, kind_of, make_config, parse_setting


def add_settings(
    parser: Any,
    kind: type[Settings],
    names: Sequence[str] | None = None,
    *,
    shown: str | None = None,
) -> None:
    """Add the flags of the settings that `kind` declares, or of those in `names`, in this order.

    `shown` stands in the help texts for all defaults, where they depend on another flag.
    `given_settings` and `settings_of` read what was given.
    """
    declared = {entry.name: entry for entry in dataclasses.fields(kind)}
    for name in declared if names is None else names:
        _add(parser, destination(kind, name), declared[name], shown)


def destination(kind: type[Settings], name: str) -> str:
    """Return the attribute of the parsed options that holds a setting."""
    return f"{kind.__name__}.{name}"


def given_settings(options: argparse.Namespace, kind: type[Settings]) -> dict[str, Any]:
    """Return the settings of `kind` whose flags were given, by name."""
    prefix = destination(kind, "")
    return {
        # A flag that may be given several times leaves a list
        key.removeprefix(prefix): tuple(value) if isinstance(value, list) else value
        for key, value in vars(options).items()
        if key.startswith(prefix)
    }


def settings_of(options: argparse.Namespace, base: Config) -> Config:
    """Return `base` with the settings that were given; UserError where one is out of bounds."""
    return make_config(given_settings(options, type(base)), base)


def flag_of(entry: "dataclasses.Field[Any]") -> str:
    """Return the flag of a setting, with its dashes."""
    return "--" + (entry.metadata["flag"] or entry.name).replace("_", "-")


def default_text(entry: "dataclasses.Field[Any]") -> str:
    """Return what the help text says of the default, "" where there is nothing to say."""
    shown = entry.metadata["shown"]
    if shown is not None:
        return str(shown)
    if entry.default is None:
        return ""
    default: Any = entry.default
    return ",".join(map(str, default)) if kind_of(entry)[1] else str(default)


def _add(parser: Any, target: str, entry: "dataclasses.Field[Any]", shown: str | None) -> None:
    kind, several = kind_of(entry)
    how: dict[str, Any] = {"dest": target, "default": argparse.SUPPRESS}
    if kind is bool:
        how |= _switch(entry)
        parser.add_argument(flag_of(entry), help=entry.metadata["help"], **how)
        return
    text = entry.metadata["help"]
    if entry.metadata["choices"]:
        text += f"; one of {', '.join(entry.metadata['choices'])}"
    if several and kind is float and not entry.metadata["metavar"]:
        text += "; separated by commas, as in --weights=-1,1"
    default = default_text(entry) if shown is None else shown
    if default:
        text += f" (default: {default})"
    if entry.metadata["bare"] is not None:
        how |= {"nargs": "?", "const": entry.metadata["bare"]}
    if entry.metadata["repeat"]:
        how["action"] = "extend"
    if entry.metadata["required"]:
        how["required"] = True
    metavar = entry.metadata["metavar"] or kind.__name__.upper() + "S" * several
    parser.add_argument(
        flag_of(entry),
        metavar=metavar,
        type=_reader(entry),
        help=text.replace("%", "%%"),
        **how,
    )


def _switch(entry: "dataclasses.Field[Any]") -> dict[str, Any]:
    if entry.metadata["flag"] is None:
        return {"action": argparse.BooleanOptionalAction}
    return {"action": "store_const", "const": not entry.default}


def _reader(entry: "dataclasses.Field[Any]") -> Callable[[str], Any]:
    """Return what reads the value of a setting from the text of its flag."""
    return reader(lambda text: parse_setting(entry, text))
