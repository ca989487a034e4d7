"""`wann zoo` lists the networks that come with the project, or shows the card of one."""

import argparse
import json

from wann.cli.flags import JSON
from wann.cli.readers import text
from wann.cli.results import show, tell


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the name of a network, whose card is shown, and --json."""
    parser.add_argument("network", nargs="?", type=text, metavar="NAME", help="shows its card")
    JSON.add_to(parser)


def run(options: argparse.Namespace) -> None:
    """Print a line on each network, or the card of the one that is named."""
    from wann.api.zoo import zoo
    from wann.formats import zoo as places
    from wann.formats.card import KEY
    from wann.formats.load import load_network

    if options.network is not None:
        name = options.network.removeprefix(places.PREFIX)
        network = load_network(f"{places.PREFIX}{name}")
        if options.json:
            show(json.dumps(network.info.get(KEY, {})))
        else:
            show(network.card(), end="")
        return
    entries = zoo()
    if options.json:
        show(json.dumps([entry._asdict() for entry in entries]))
        return
    tell(str(entries))
