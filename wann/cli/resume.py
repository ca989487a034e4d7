"""`wann resume` goes on with whatever was stopped or killed."""

import argparse
from typing import Any

from wann.cli import compare, encode, prune, search, sweep, tune
from wann.cli.flags import JSON
from wann.cli.readers import text
from wann.cli.running_flags import add_running, add_workers, given_running


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add what is gone on with, and how that is run."""
    JSON.add_to(parser)
    parser.add_argument(
        "run",
        type=text,
        metavar="FOLDER",
        help="of a search, a sweep (or its URL), a pruning study, a comparison, a tuning of "
        "individual weights, or an encoder",
    )
    add_running(parser)
    add_workers(parser.add_argument_group("running a sweep, a study or a comparison"))


def run(options: argparse.Namespace) -> None:
    """Go on with whatever lies in the folder."""
    from wann.api.resume import COMPARISON, ENCODER, STUDY, SWEEP, TUNING, kind_of, resume

    def call() -> Any:
        return resume(
            options.run,
            workers=options.workers,
            retries=options.retries,
            progress=True,
            **given_running(options),
        )

    several = {STUDY: prune, SWEEP: sweep, COMPARISON: compare, TUNING: tune, ENCODER: encode}
    several.get(kind_of(options.run), search).report(call, options.json)
