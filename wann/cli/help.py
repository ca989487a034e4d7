"""`wann help COMMAND` shows what `wann COMMAND --help` does."""

import argparse

from wann.cli.commands import COMMANDS, make_parser
from wann.cli.results import show
from wann.errors import unknown


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the command that is asked about."""
    parser.add_argument(
        "about", nargs="?", metavar="COMMAND", help="one of the commands; none: list them"
    )


def run(options: argparse.Namespace) -> None:
    """Print the help of the command, or of `wann` itself."""
    name = options.about
    if name is None:
        show(make_parser(()).format_help(), end="")
        return
    if name not in COMMANDS:
        raise unknown("command", name, COMMANDS)
    show(make_parser((name,)).command(name).format_help(), end="")
