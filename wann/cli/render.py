"""`wann render` draws a run, or the network of a file."""

import argparse
import dataclasses

from wann.cli.compiling import compiling_in_view
from wann.cli.flags import OUT
from wann.cli.results import show
from wann.cli.task_flags import add_network


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the network and the folder of the pictures."""
    add_network(parser)
    dataclasses.replace(
        OUT, help="folder for the pictures", shown="figures/ in the run, or beside the file"
    ).add_to(parser)


def run(options: argparse.Namespace) -> None:
    """Draw the pictures and print the path of each."""
    from wann.evaluators.make import make_evaluator
    from wann.experiments.growing.pictures import draw_network_file, draw_run
    from wann.formats.loaded_network import load_network
    from wann.runs.filenames import FIGURES
    from wann.tasks.registry import task_of

    loaded = load_network(options.network)
    task = task_of(loaded.task_or_default, loaded.path)
    with compiling_in_view(), make_evaluator(task) as evaluator:
        if options.network.is_dir():
            out = options.out or options.network / FIGURES
            written = draw_run(options.network, out, evaluator, film=True)
        else:
            out = options.out or options.network.with_name(options.network.stem + "-figures")
            written = draw_network_file(options.network, out, evaluator)
    for path in written:
        show(path)
