"""`wann tune` tunes the weights of a network: it has that done in view, and reports it."""

import argparse
import dataclasses
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from wann.api.running import check_local
from wann.cli.flags import JSON, OUT, RESUME, THREADS
from wann.cli.results import show, tell
from wann.cli.settings_flags import add_settings, flag_of, given_settings
from wann.cli.task_flags import add_dataset, add_environment, add_network, given_scored_on
from wann.config import TuneConfig
from wann.errors import UserError

if TYPE_CHECKING:
    from wann.api.tuning_result import TuningResult


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the network, the settings of the tuning, and how it is run."""
    JSON.add_to(parser)
    add_network(parser)
    add_settings(parser.add_argument_group("settings"), TuneConfig)
    add_environment(parser)
    add_dataset(parser)
    RESUME.add_to(parser)
    THREADS.add_to(parser)
    dataclasses.replace(
        OUT, help="file", shown="tuned-WEIGHTS.json in the run, or beside the network"
    ).add_to(parser)


def run(options: argparse.Namespace) -> None:
    """Run or continue a tuning as the command line asks."""
    from wann.api.tune import tune
    from wann.api.tuning import resume
    from wann.api.watching.watch import Watch
    from wann.weights.tuning_folder import check_free

    check_local(options.threads)
    settings, of_task = given_settings(options, TuneConfig), given_scored_on(options)
    if options.resume:
        _refuse(settings, of_task, options)
        report(lambda: resume(options.network, options.threads, Watch.of(True)), options.json)
        return
    if "weights" not in settings:
        raise UserError(
            "expected --weights shared or --weights individual, or --resume for a tuning that was "
            "stopped"
        )
    if options.out is not None and settings["weights"] == "individual":
        check_free(options.out)  # a tuning there is gone on with by --resume
    how: dict[str, Any] = {"out": options.out, "threads": options.threads, "progress": True}
    report(lambda: tune(options.network, **settings, **of_task, **how), options.json)


def _refuse(settings: dict[str, Any], of_task: dict[str, Any], options: argparse.Namespace) -> None:
    """Raise UserError for what --resume takes from the folder of the tuning."""
    if any(value is not None for value in of_task.values()):
        raise UserError(
            f"--resume goes on with the task of {options.network}: remove --env or --dataset"
        )
    if settings or options.out:
        flags = [
            flag_of(entry) for entry in dataclasses.fields(TuneConfig) if entry.name in settings
        ]
        given = ", ".join(flags + ["--out"] * bool(options.out))
        raise UserError(f"--resume goes on with the settings of {options.network}: remove {given}")


def report(call: "Callable[[], TuningResult]", as_json: bool) -> None:
    """Tell what came out of a tuning that `call` begins or goes on with."""
    from wann.api.watching.compiling import stopped_at_once_while_compiling
    from wann.api.watching.watch import Interrupted

    try:
        with stopped_at_once_while_compiling():
            found = call()
    except Interrupted as stopped:
        unfinished = {"network": None, "folder": str(stopped.result), "finished": False}
        if as_json:
            show(json.dumps(unfinished))
        else:
            tell(str(stopped))
        return
    if as_json:
        show(json.dumps(found.to_json()))
    else:
        tell(found.text())
