"""`wann watch` shows how far another process is with a search, a sweep and the like."""

import argparse
import json
from contextlib import suppress

from wann.cli.flags import JSON, ONCE
from wann.cli.readers import text
from wann.cli.results import show, stream


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add what is watched, and how often."""
    parser.add_argument(
        "run",
        type=text,
        metavar="FOLDER",
        help="of a search, a sweep (or its URL), a pruning study, a comparison, or a tuning of "
        "individual weights; nothing is written there",
    )
    ONCE.add_to(parser)
    JSON.add_to(parser)


def run(options: argparse.Namespace) -> None:
    """Show progress until nobody works on it any more, or once; Ctrl-C is no error here."""
    from wann.api.watching.bystander import show_once, watch
    from wann.api.watching.looks import looking_at

    out = stream()
    if options.json:
        show(json.dumps(looking_at(options.run)().values))
    elif out is not None:
        with suppress(KeyboardInterrupt):
            (show_once if options.once else watch)(options.run, out)
