"""The command line: finds the command, runs it, and turns a user's mistake into one line.

Each command has a file of its own beside this one, with its flags (`add_flags`) and its function
(`run`). Only the file of the command that is asked for is imported, and everything heavy only by
its function, so that `wann --help` is fast.

Results go to stdout, progress and errors to stderr. A mistake of the user is one line and exit
code 2, Ctrl-C is 130, and a reader of the output that has left is 1.
"""

import os
import sys
from collections.abc import Collection, Sequence
from importlib import import_module

from wann.cli.parser import Parser
from wann.cli.results import stdout_for_results
from wann.errors import UserError, explain

COMMANDS = {
    "search": "grow a weight-agnostic network",
    "sweep": "run many searches side by side, over seeds and settings",
    "prune": "prune a PyTorch model by many methods, densities and seeds",
    "compare": "hold networks against others of their size, grown and pruned",
    "resume": "go on with a search, a sweep or a study that was stopped or killed",
    "evaluate": "measure a network at fixed and random shared weights",
    "tune": "tune the weights of a network: one shared by all, or one for each",
    "render": "draw the network, the learning curve, the profile, an episode",
    "export": "write a network in another format",
    "recipes": "list the recipes",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        options = make_parser(given).parse_args(given)
        with stdout_for_results(whole_process=arguments is None):
            options.command(options)
    except BrokenPipeError:  # whoever read our output has left
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


def make_parser(names: Collection[str] = tuple(COMMANDS)) -> Parser:
    """Return the parser of all commands; those among `names` have their flags.

    It puts the function that runs the command into `command`.
    """
    parser = Parser(
        prog="wann", description="Sparse networks, grown and measured.", allow_abbrev=False
    )
    commands = parser.add_subparsers(
        dest="name", required=True, metavar="COMMAND", parser_class=Parser
    )
    for name, about in COMMANDS.items():
        added: Parser = commands.add_parser(name, help=about, description=about, allow_abbrev=False)
        if name in names:
            module = import_module(f"wann.cli.{name}")
            module.add_flags(added)
            added.set_defaults(command=module.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
