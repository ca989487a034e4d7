"""`wann render` draws a run, or the network of a file, or makes a page or a film of it."""

import argparse
import dataclasses

from wann.cli.flags import FILM, HTML, OUT, PDF, STYLE, WITHOUT_WEIGHTS
from wann.cli.results import show
from wann.cli.task_flags import add_network


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the network, and what is made of it where."""
    add_network(parser)
    HTML.add_to(parser)
    FILM.add_to(parser)
    PDF.add_to(parser)
    STYLE.add_to(parser)
    WITHOUT_WEIGHTS.add_to(parser)
    dataclasses.replace(
        OUT, help="folder for the pictures", shown="figures/ in the run, or beside the file"
    ).add_to(parser)


def run(options: argparse.Namespace) -> None:
    """Draw the pictures that can be drawn, or make page or film, and print the path of each.

    UserError if there is nothing to be drawn.
    """
    from wann.api.render import render
    from wann.api.watching.compiling import stopped_at_once_while_compiling

    with stopped_at_once_while_compiling():
        written = render(
            options.network,
            options.out,
            html=options.html,
            film=options.film,
            pdf=options.pdf,
            style=STYLE.of(options),
            without_weights=options.without_weights,
            progress=True,
        )
    for path in written:
        show(path)
