"""`wann completion SHELL` prints a script by which a shell completes what is typed after `wann`."""

import argparse
import dataclasses
from collections.abc import Sequence
from typing import Any

from wann import config
from wann.api.kinds import KINDS
from wann.cli.commands import COMMANDS, make_parser
from wann.cli.flags import DATASET
from wann.cli.readers import new_path, new_path_or_url, path
from wann.cli.results import show
from wann.errors import UserError
from wann.experiments.growing.recipes import recipe_names

_SHELLS = ("bash", "zsh", "fish", "tcsh")


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the shell."""
    parser.add_argument(
        "shell",
        choices=_SHELLS,
        metavar="SHELL",
        help=f'one of {", ".join(_SHELLS)}; in bash: eval "$(wann completion bash)"',
    )


def run(options: argparse.Namespace) -> None:
    """Print the script."""
    try:
        import shtab
    except ImportError:
        raise UserError("wann completion needs the package shtab: pip install shtab") from None
    parser = make_parser()
    for name in COMMANDS:
        for action in parser.command(name)._actions:
            _suggest(action, shtab.FILE)
    show(shtab.complete(parser, options.shell))


def _suggest(action: Any, files: Any) -> None:
    """Tell what may follow an argument: some words, or `files`, the mark for the path of a file."""
    takes_path = action.type in (path, new_path, new_path_or_url) or action.dest in (
        "run",
        "network",
    )
    if takes_path or DATASET.name in action.option_strings:
        action.complete = files
    elif action.dest == "recipe":
        action.choices = tuple(recipe_names())
    elif action.dest == "to":
        action.choices = _formats()
    elif action.dest == "kind":
        action.choices = tuple(KINDS)
    elif action.dest == "about":
        action.choices = tuple(COMMANDS)
    elif "." in action.dest:
        action.choices = _choices(action.dest)


def _formats() -> Sequence[str]:
    from wann.formats.export import TARGETS

    return tuple(TARGETS)


def _choices(dest: str) -> Sequence[str] | None:
    """Return the values that a setting may have, None where they are not listed."""
    kind, _, name = dest.partition(".")
    declared = {entry.name: entry for entry in dataclasses.fields(getattr(config, kind))}
    choices: Sequence[str] | None = declared[name].metadata["choices"]
    return choices
