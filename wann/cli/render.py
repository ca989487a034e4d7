"""`wann render` draws a run, or the network of a file."""

import argparse
import dataclasses

from wann.cli.flags import OUT, WITHOUT_WEIGHTS
from wann.cli.results import show
from wann.cli.task_flags import add_network


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the network and the folder of the pictures."""
    add_network(parser)
    WITHOUT_WEIGHTS.add_to(parser)
    dataclasses.replace(
        OUT, help="folder for the pictures", shown="figures/ in the run, or beside the file"
    ).add_to(parser)


def run(options: argparse.Namespace) -> None:
    """Draw the pictures that can be drawn and print the path of each.

    UserError if there is none.
    """
    from wann.api.render import render
    from wann.api.watching.compiling import stopped_at_once_while_compiling

    with stopped_at_once_while_compiling():
        written = render(
            options.network, options.out, without_weights=options.without_weights, progress=True
        )
    for path in written:
        show(path)
