"""`wann list KIND` lists what there is of a kind, such as all rankings."""

import argparse
import json

from wann.cli.flags import JSON
from wann.cli.results import show, tell


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the kind."""
    parser.add_argument(
        "kind",
        nargs="?",
        metavar="KIND",
        help="such as ranking, score or environment; without it, the kinds are listed",
    )
    JSON.add_to(parser)


def run(options: argparse.Namespace) -> None:
    """Print each name with a line on it."""
    from wann.api.listing import list as list_kind

    found = list_kind(options.kind)
    if options.json:
        show(json.dumps(dict(found)))
    else:
        tell(repr(found))
