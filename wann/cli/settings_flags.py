"""Flags made of declared settings, and the settings that were given by them."""

import argparse
import dataclasses
from collections.abc import Callable
from typing import Any

from wann.config import kind_of, parse_setting
from wann.errors import UserError

_SETTING = "setting_"  # begins the destinations of settings


def add_setting(parser: Any, entry: "dataclasses.Field[Any]") -> None:
    """Add the flag of one field of a `Settings`; `given_settings` reads it."""
    kind, several = kind_of(entry)
    default: Any = entry.default
    flag, destination = "--" + entry.name.replace("_", "-"), _SETTING + entry.name
    if kind is bool:
        switch, text = argparse.BooleanOptionalAction, entry.metadata["help"]
        parser.add_argument(
            flag, dest=destination, action=switch, default=argparse.SUPPRESS, help=text
        )
        return
    shown = entry.metadata["shown"]
    if shown is None:
        shown = ",".join(map(str, default)) if several else default
    text = entry.metadata["help"] + (
        f"; one of {', '.join(entry.metadata['choices'])}" if entry.metadata["choices"] else ""
    )
    several_text = (
        "; separated by commas, as in --weights=-1,1" if several and kind is float else ""
    )
    parser.add_argument(
        flag,
        dest=destination,
        metavar=kind.__name__.upper() + ("S" if several else ""),
        type=_reader(entry),
        default=argparse.SUPPRESS,
        help=(f"{text}{several_text}" + (f" (default: {shown})" if shown != "" else "")).replace(
            "%", "%%"
        ),
    )


def given_settings(options: argparse.Namespace) -> dict[str, Any]:
    """Return the settings whose flags were given, by name."""
    return {
        key.removeprefix(_SETTING): value
        for key, value in vars(options).items()
        if key.startswith(_SETTING)
    }


def _reader(entry: "dataclasses.Field[Any]") -> Callable[[str], Any]:
    """Return what reads the value of a setting from the text of its flag."""

    def read(text: str) -> Any:
        try:
            return parse_setting(entry, text)
        except UserError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return read
