"""`wann prune` prunes a PyTorch model: it has a study run in view, and reports it."""

import argparse
import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from wann.api.running import PartlyFailed
from wann.api.watching.watch import Interrupted
from wann.cli.flags import JSON, LATENCY, NETWORK, NO_FIGURES, OUT, RETRIES, WORKERS
from wann.cli.results import columns, show, tell
from wann.cli.running_flags import (
    add_cluster,
    add_workers,
    given_cluster,
    given_figures,
    running_group,
)
from wann.cli.settings_flags import add_settings, given_settings, settings_of
from wann.config import StudySettings, TableSettings, Training
from wann.errors import UserError
from wann.terminal import say

if TYPE_CHECKING:
    from wann.api.study_result import StudyResult


_HOW = (
    "retrain",
    "fine_tune_steps",
    "fine_tune_rate",
    "allow_empty",
    "rewind_step",
    "examples",
    "device",
)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of a pruning study."""
    JSON.add_to(parser)
    what = parser.add_argument_group("what is pruned")
    add_settings(what, StudySettings, ("model", "trained", "dataset"))
    add_settings(what, TableSettings)
    add_settings(what, StudySettings, ("methods", "allocation"))
    NETWORK.add_to(what)
    add_settings(
        what, StudySettings, ("densities", "seeds", "controls", "protect", "include", "outputs")
    )
    how = parser.add_argument_group("how it is trained")
    add_settings(how, StudySettings, ("training",))
    add_settings(how, Training, ("steps", "batch", "learning_rate"), shown="that of --training")
    add_settings(how, StudySettings, _HOW)
    LATENCY.add_to(how)
    running = running_group(parser)
    dataclasses.replace(
        OUT, help="folder; a study there goes on", shown="runs/prune-MODEL-DATASET"
    ).add_to(running)
    NO_FIGURES.add_to(running)
    add_workers(running)
    add_cluster(running, WORKERS)


def run(options: argparse.Namespace) -> None:
    """Run the study that the command line asks for, or go on with it."""
    from wann.api.study import study
    from wann.pruning.methods import METHODS

    settings = given_settings(options, StudySettings)
    if settings.get("methods") == ("list",):
        for name, method in METHODS.items():
            tell(f"{name:18} {method.about}")
        return
    if options.network is not None:
        _prune_grown(settings_of(options, StudySettings()), options)
        return
    settings |= given_settings(options, TableSettings) | given_settings(options, Training)

    def call() -> "StudyResult":
        return study(
            **settings,
            latency=options.latency,
            figures=given_figures(options),
            out=options.out,
            workers=options.workers,
            retries=RETRIES.of(options),
            progress=True,
            **given_cluster(options),
        )

    report(call, options.json)


def report(call: "Callable[[], StudyResult]", as_json: bool) -> None:
    """Tell what came out of a study that `call` runs, or so far where it is stopped.

    UserError where some of its jobs failed, once the others are reported.
    """
    try:
        _show(call(), as_json)
    except PartlyFailed as failed:
        _show(failed.result, as_json)
        raise
    except Interrupted as stopped:
        _show(stopped.result, as_json)
        (say if as_json else tell)(str(stopped))


def _prune_grown(settings: StudySettings, options: argparse.Namespace) -> None:
    """Prune a grown network by each score to each density, and say where it lies."""
    from wann.experiments.pruning.grown_network_files import prune_grown_file
    from wann.jobs.seeds import parse_seeds

    seeds = parse_seeds(settings.seeds)
    if len(seeds) > 1:
        raise UserError(f"--network takes one seed, got --seeds {settings.seeds}")
    out = options.out or Path("runs") / f"prune-{options.network.stem}"
    rows = prune_grown_file(options.network, settings.methods, settings.densities, seeds[0], out)
    if options.json:
        show(json.dumps(rows))
        return
    for row in rows:
        tell(
            f"{row['network']}: {row['connections']} connections, {row['effective_connections']} "
            "of them at work"
        )


def _show(found: "StudyResult", as_json: bool) -> None:
    if as_json:
        show(json.dumps(found.to_json()))
    elif found.found.summary:
        tell(found.text(columns()))
        figure = f"; figure in {found.figures[0]}" if found.figures else ""
        tell(f"{found.folder}: {len(found.found.rows)} steps{figure}")
