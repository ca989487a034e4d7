"""`wann resume` goes on with a search, a sweep or a pruning study that was stopped or killed."""

import argparse
from pathlib import Path
from typing import Any

from wann.cli import prune, search, sweep
from wann.cli.flags import JSON
from wann.cli.readers import text
from wann.cli.running_flags import add_running, add_workers, given_running


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add what is gone on with, and how that is run."""
    JSON.add_to(parser)
    parser.add_argument(
        "run",
        type=text,
        metavar="RUN_OR_SWEEP",
        help="run directory; folder or URL of a sweep; folder of a pruning study",
    )
    add_running(parser)
    add_workers(parser.add_argument_group("running a sweep or a study"))


def run(options: argparse.Namespace) -> None:
    """Go on with whatever lies in the folder."""
    from wann.api.resume import resume
    from wann.experiments.pruning.filenames import is_study
    from wann.experiments.sweep.addresses import is_sweep

    def call() -> Any:
        return resume(
            options.run,
            workers=options.workers,
            retries=options.retries,
            progress=True,
            **given_running(options),
        )

    if is_sweep(options.run):
        sweep.report(call, options.json)
    elif is_study(Path(options.run)):
        prune.report(call, options.json)
    else:
        search.report(call, options.json)
