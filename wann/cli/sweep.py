"""`wann sweep` runs many searches side by side: it plans, runs in view, and reports."""

import argparse
import dataclasses
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from wann.cli.flags import CHECKPOINT_SECONDS, GRID, JSON, LOGGER, NO_FIGURES, OUT, RETRIES, WORKERS
from wann.cli.readers import new_path_or_url
from wann.cli.results import columns, show, tell
from wann.cli.running_flags import (
    add_cluster,
    add_workers,
    given_cluster,
    given_figures,
    running_group,
)
from wann.cli.settings_flags import add_settings, given_settings
from wann.cli.task_flags import add_searched, given_searched
from wann.config import SearchConfig, SweepSettings
from wann.terminal import say

if TYPE_CHECKING:
    from wann.api.sweep_result import SweepResult


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add what is searched, over which seeds and settings, and how the searches are run."""
    JSON.add_to(parser)
    add_searched(
        parser, [entry.name for entry in dataclasses.fields(SearchConfig) if entry.name != "seed"]
    )
    group = parser.add_argument_group("sweep", "Every combination of the grid, for every seed.")
    add_settings(group, SweepSettings, ("seeds",))
    GRID.add_to(group)
    add_settings(group, SweepSettings, ("evaluate",))
    out = dataclasses.replace(
        OUT,
        help="folder or URL",
        read=new_path_or_url,
        shown="runs/RECIPE-sweep, numbered if taken",
        metavar="PATH_OR_URL",
    )
    out.add_to(group)
    running = running_group(parser)
    LOGGER.add_to(running)
    NO_FIGURES.add_to(running)
    CHECKPOINT_SECONDS.add_to(running)
    add_workers(running)
    add_cluster(running, WORKERS)


def run(options: argparse.Namespace) -> None:
    """Run the sweep that the command line asks for, over grid and seeds."""
    from wann.api.sweep import sweep

    def call() -> "SweepResult":
        return sweep(
            options.recipe,
            grid=options.grid or (),
            out=options.out,
            logger=options.logger,
            figures=given_figures(options),
            **given_settings(options, SweepSettings),
            **given_searched(options),
            **given_running(options),
        )

    report(call, options.json)


def report(call: "Callable[[], SweepResult]", as_json: bool) -> None:
    """Tell what came out of a sweep that `call` runs; UserError where some of its runs failed."""
    from wann.api.running import PartlyFailed
    from wann.api.watching.watch import Interrupted

    failure: PartlyFailed | None = None
    try:
        found = call()
    except Interrupted as stopped:
        found = stopped.result
    except PartlyFailed as failed:
        found, failure = failed.result, failed
    _show(found, as_json)
    if failure:
        raise failure
    if not found.summary.finished:
        unfinished = f"not finished: continue with `wann resume {found.folder}`"
        (say if as_json else tell)(unfinished)


def given_running(options: argparse.Namespace) -> dict[str, Any]:
    """Return how a sweep is run, as the calls of `wann.api` take it."""
    return {
        "workers": options.workers,
        "retries": RETRIES.of(options),
        "checkpoint_seconds": CHECKPOINT_SECONDS.of(options),
        "progress": True,
        **given_cluster(options),
    }


def _show(found: "SweepResult", as_json: bool) -> None:
    from wann.experiments.sweep.run_states import FINISHED

    if as_json:
        show(json.dumps(found.to_json()))
        return
    tell(found.text(columns()))
    runs = found.summary.runs
    done = sum(run.state == FINISHED for run in runs)
    figure = f"; figure in {found.figures[0]}" if found.figures else ""
    tell(f"{found.folder}: {done} of {len(runs)} runs finished{figure}")
