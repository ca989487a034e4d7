"""The commands of `wann`, and the parser that knows them.

Each command has a file of its own beside this one, with its flags (`add_flags`) and its function
(`run`), which is imported only where it is needed.
"""

from collections.abc import Collection
from importlib import import_module

from wann.cli.flags import TRUST, VERSION
from wann.cli.parser import Parser

COMMANDS = {
    "search": "grow a weight-agnostic network",
    "sweep": "run many searches side by side, over seeds and settings",
    "prune": "prune a PyTorch model by many methods, densities and seeds",
    "compare": "compare networks with others of their size, grown and pruned",
    "encode": "train an encoder that makes a few numbers of the pictures of an environment",
    "watch": "show how far a search, a sweep, a study, a comparison or a tuning is",
    "resume": "continue a search, a sweep, a study, a comparison, a tuning or an encoder that was "
    "stopped",
    "evaluate": "measure a network at fixed and random shared weights",
    "tune": "tune the weights of a network: one shared by all, or one for each",
    "render": "draw the network, the learning curve, the profile, an episode",
    "export": "write a network in another format",
    "recipes": "list the recipes",
    "zoo": "list the networks that come with the project, or show the card of one",
    "list": "list what there is of a kind: rankings, scores, environments and so on",
    "docs": "open the documentation in a browser, or print a page of it",
    "help": "show the flags of a command",
    "completion": "print what lets a shell complete commands, flags and recipes",
}
_READ_NO_FILES = ("recipes", "zoo", "list", "docs", "help", "completion")


def make_parser(names: Collection[str] = tuple(COMMANDS)) -> Parser:
    """Return the parser of all commands; those among `names` have their flags.

    It puts the function that runs the command into `command`.
    """
    parser = Parser(
        prog="wann", description="Sparse networks, grown and measured.", allow_abbrev=False
    )
    VERSION.add_to(parser)
    commands = parser.add_subparsers(dest="name", metavar="COMMAND", parser_class=Parser)
    for name, about in COMMANDS.items():
        added: Parser = commands.add_parser(name, help=about, description=about, allow_abbrev=False)
        if name in names:
            module = import_module(f"wann.cli.{name}")
            module.add_flags(added)
            if name not in _READ_NO_FILES:
                TRUST.add_to(added)
            added.set_defaults(command=module.run)
    return parser
