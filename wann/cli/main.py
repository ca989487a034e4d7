"""The command line: finds the command, runs it, and turns a user's mistake into one line.

Results go to stdout, progress and errors to stderr. A mistake of the user is one line and exit
code 2, Ctrl-C is 130, and a reader of the output that has left is 1. Everything heavy is imported
by the command that needs it, so that `wann --help` is fast.
"""

import os
import sys
from collections.abc import Sequence

from wann.cli import (
    compare,
    evaluate,
    export,
    prune,
    recipes,
    render,
    resume,
    search,
    sweep,
    tune,
)
from wann.cli.command import Command
from wann.cli.flags import JSON
from wann.cli.parser import Parser
from wann.errors import UserError, explain

COMMANDS: tuple[Command, ...] = (
    search.COMMAND,
    sweep.COMMAND,
    prune.COMMAND,
    compare.COMMAND,
    resume.COMMAND,
    evaluate.COMMAND,
    tune.COMMAND,
    render.COMMAND,
    export.COMMAND,
    recipes.COMMAND,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code."""
    parser = make_parser()
    try:
        options = parser.parse_args(arguments)
        options.command(options)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read our output has left
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (UserError, OSError) as error:
        if os.environ.get("WANN_DEBUG"):
            raise
        print(f"wann: {explain(error)}", file=sys.stderr)
        return 2
    except MemoryError:
        print(
            "wann: not enough memory: lower --population, --tournament or --episodes",
            file=sys.stderr,
        )
        return 2
    except KeyboardInterrupt:
        print("wann: interrupted", file=sys.stderr)
        return 130
    return 0


def make_parser() -> Parser:
    """Return the parser of all commands; each sets `command`, the function that runs it."""
    parser = Parser(
        prog="wann", description="Sparse networks, grown and measured.", allow_abbrev=False
    )
    commands = parser.add_subparsers(
        dest="name", required=True, metavar="COMMAND", parser_class=Parser
    )
    for command in COMMANDS:
        added: Parser = commands.add_parser(
            command.name, help=command.about, description=command.about, allow_abbrev=False
        )
        added.set_defaults(command=command.run)
        if command.has_numbers:
            JSON.add_to(added)
        command.add_flags(added)
    return parser


if __name__ == "__main__":
    sys.exit(main())
