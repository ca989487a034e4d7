"""`wann compare` holds networks against others: it has a comparison run in view, and reports it."""

import argparse
import dataclasses
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from wann.api.running import RETRIES_OF_COMPARISON as RETRIES_BY_DEFAULT
from wann.api.running import PartlyFailed
from wann.api.watching.watch import Interrupted
from wann.cli.flags import JSON, NO_FIGURES, OUT, RETRIES, WORKERS
from wann.cli.readers import path
from wann.cli.results import columns, show, tell
from wann.cli.running_flags import add_cluster, add_workers, given_figures, running_group
from wann.cli.settings_flags import add_settings, given_settings
from wann.config import MAKING_FLAGS, ComparisonSettings, Making
from wann.terminal import say

if TYPE_CHECKING:
    from wann.api.comparison_result import ComparisonResult

# A job of a comparison that failed would fail again.
RETRIES_OF_COMPARISON = dataclasses.replace(RETRIES, default=RETRIES_BY_DEFAULT)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of a comparison."""
    JSON.add_to(parser)
    what = parser.add_argument_group("what is compared")
    what.add_argument(
        "networks",
        nargs="+",
        type=path,
        metavar="RUN_OR_NETWORK",
        help="run directories, sweeps with all their finished runs, or .json or .out files",
    )
    add_settings(what, ComparisonSettings)
    how = parser.add_argument_group("how contestants are made and measured")
    add_settings(how, Making, MAKING_FLAGS)
    running = running_group(parser)
    dataclasses.replace(
        OUT, help="folder; a comparison there goes on", more={"required": True}
    ).add_to(running)
    NO_FIGURES.add_to(running)
    add_workers(running, RETRIES_OF_COMPARISON)
    add_cluster(running, WORKERS)


def run(options: argparse.Namespace) -> None:
    """Run the comparison that the command line asks for, or go on with it."""
    from wann.api.compare import compare

    def call() -> "ComparisonResult":
        return compare(
            options.networks,
            **given_settings(options, ComparisonSettings),
            **given_settings(options, Making),
            figures=given_figures(options),
            out=options.out,
            workers=options.workers,
            retries=RETRIES_OF_COMPARISON.of(options),
            ray=options.ray,
            cpus_per_worker=options.cpus_per_worker,
            memory_per_worker=options.memory_per_worker,
            progress=True,
        )

    report(call, options.json)


def report(call: "Callable[[], ComparisonResult]", as_json: bool) -> None:
    """Tell what came out of a comparison that `call` begins or goes on with."""
    try:
        found = call()
    except PartlyFailed as failed:
        _show(failed.result, as_json)
        raise
    except Interrupted as stopped:
        if stopped.result is not None:
            _show(stopped.result, as_json)
        (say if as_json or stopped.result is None else show)(str(stopped))
    else:
        _show(found, as_json)


def _show(found: "ComparisonResult", as_json: bool) -> None:
    if as_json:
        show(json.dumps(found.to_json()))
    else:
        tell(found.text(columns()))
        tell(f"report: {found.report}")
