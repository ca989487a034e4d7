"""The flags of all commands, found by walking the parser, and the settings they stand for."""

import argparse
import dataclasses
from collections.abc import Iterator

from wann import config
from wann.cli.commands import COMMANDS, make_parser
from wann.cli.settings_flags import destination
from wann.config import Settings

KINDS = [
    kind
    for kind in map(config.__dict__.get, config.__all__)
    if isinstance(kind, type) and issubclass(kind, Settings) and kind is not Settings
]
DECLARED = {
    destination(kind, entry.name): (kind, entry)
    for kind in KINDS
    for entry in dataclasses.fields(kind)
}
# What a command insists on, so that its line can be read.
NEEDED = {
    "sweep": ["swingup", "--seeds", "0"],
    "compare": ["a.json", "b.json", "--out", "o"],
    "resume": ["run"],
    "watch": ["run"],
    "evaluate": ["run"],
    "tune": ["run"],
    "render": ["run"],
    "export": ["run", "--to", "json"],
    "completion": ["bash"],
}


def flag_actions() -> Iterator[tuple[str, argparse.Action]]:
    parser = make_parser()
    for name in COMMANDS:
        for action in parser.command(name)._actions:
            if action.option_strings and action.dest != "help":
                yield name, action
