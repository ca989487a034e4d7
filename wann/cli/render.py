"""`wann render` draws a run, a network or an experiment, or makes a page or a film of it."""

import argparse
import dataclasses

from wann.cli.flags import FILM, HTML, OUT, PDF, STYLE, WITHOUT_WEIGHTS
from wann.cli.readers import text
from wann.cli.results import show


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the network, and what is made of it where."""
    parser.add_argument(
        "network",
        type=text,
        metavar="RUN_OR_NETWORK",
        help="run directory, .json or .out file; folder of a sweep, a pruning study, a comparison "
        "or a tuning, whose figures are made again",
    )
    HTML.add_to(parser)
    FILM.add_to(parser)
    PDF.add_to(parser)
    STYLE.add_to(parser)
    WITHOUT_WEIGHTS.add_to(parser)
    dataclasses.replace(
        OUT,
        help="folder for the pictures",
        shown="figures/ in the run, beside the file, or the folder of an experiment",
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
