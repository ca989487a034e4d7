"""`wann render` draws a run, or the network of a file."""

import argparse
import dataclasses
from pathlib import Path

from wann.api.watching.compiling import compiling_in_view
from wann.cli.flags import OUT, WITHOUT_WEIGHTS
from wann.cli.results import show
from wann.cli.task_flags import add_network
from wann.errors import UserError
from wann.terminal import warn


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
    from wann.evaluators.make import make_evaluator
    from wann.experiments.growing.album import Album
    from wann.experiments.growing.pictures import draw_network_file, draw_run
    from wann.formats.load import load_network
    from wann.runs.filenames import FIGURES

    network: Path = options.network
    if network.is_dir():
        album = Album(options.out or network / FIGURES, warn)
        with compiling_in_view():
            draw_run(network, album, make_evaluator, film=True)
    else:
        album = Album(options.out or network.with_name(network.stem + "-figures"), warn)
        with compiling_in_view():
            loaded = load_network(network)
            if options.without_weights:
                loaded = loaded.with_weights(None)
            draw_network_file(loaded, album, make_evaluator)
    if not album.written:
        raise UserError(f"{network}: nothing of it can be drawn")
    for path in album.written:
        show(path)
