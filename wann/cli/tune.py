"""`wann tune` tunes the weights of a network: it chooses the folder, follows, saves and reports."""

import argparse
import dataclasses
import json
import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from wann.api.notes import in_json, tell_notes
from wann.api.running import check_local
from wann.api.watching.compiling import compiling_in_view
from wann.api.watching.interrupts import interruptible
from wann.api.watching.progress import follow
from wann.cli.flags import JSON, OUT, RESUME, THREADS
from wann.cli.results import show, tell
from wann.cli.settings_flags import add_settings, flag_of, given_settings
from wann.cli.task_flags import (
    add_dataset,
    add_environment,
    add_network,
    network_and_task,
    task_spec,
)
from wann.config import TuneConfig, make_config
from wann.errors import UserError
from wann.files.folder import Folder
from wann.jobs.tables import in_percent, short

if TYPE_CHECKING:
    from wann.formats import NetworkFile
    from wann.runs.rundir import RunDir
    from wann.weights.measuring import Measuring
    from wann.weights.tuned import Tuned
    from wann.weights.tuning_rows import StoredRow, TuningRow

_REPORT_EPISODES = 1000


class _Subject(NamedTuple):
    """What is tuned, and where the tuned network goes."""

    result: Path
    config: TuneConfig
    file: "NetworkFile"
    notes: list[str]  # what the user was told of the task


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
    from wann.tasks.registry import task_of
    from wann.weights import tuning_folder

    check_local(options.threads)
    settings = given_settings(options, TuneConfig)
    if not options.resume:
        _begin(settings, options)
        return
    if task_spec(options, None):
        raise UserError(
            f"--resume goes on with the task of {options.network}: remove --env or --dataset"
        )
    if settings or options.out:
        flags = [
            flag_of(entry) for entry in dataclasses.fields(TuneConfig) if entry.name in settings
        ]
        given = ", ".join(flags + ["--out"] * bool(options.out))
        raise UserError(f"--resume goes on with the settings of {options.network}: remove {given}")
    run, config, file, known = tuning_folder.reopen(options.network)
    result = options.network.with_name(options.network.name + ".json")
    notes = tell_notes(task_of(config.task, run.path / tuning_folder.SETTINGS))
    with run:
        _individual(_Subject(result, config, file, notes), run, known, options)


def _begin(settings: dict[str, Any], options: argparse.Namespace) -> None:
    from wann.evaluators.make import make_evaluator
    from wann.formats import NetworkFile, read_network
    from wann.formats.load import network_path
    from wann.weights import tuning_folder
    from wann.weights.measuring import Measuring
    from wann.weights.shared import tune_shared

    if "weights" not in settings:
        raise UserError(
            "expected --weights shared or --weights individual, or --resume for a tuning that was "
            "stopped"
        )
    loaded, task = network_and_task(options, settings.get("task"))
    notes = tell_notes(task)
    config = make_config({**settings, "task": task.spec}, TuneConfig())
    file = read_network(network_path(options.network), task.inputs, task.outputs)
    file = NetworkFile(file.genome, None, task.spec, file.info)
    result = options.out or tuning_folder.free_path(options.network, config.weights)
    tuning_folder.folder_of(result)
    subject = _Subject(result, config, file, notes)
    if config.weights == "individual":
        with tuning_folder.create(result, config, file) as run:
            _individual(subject, run, [], options)
        return
    if os.path.lexists(result):
        raise UserError(f"{result} exists already: give another --out, or remove it first")
    Folder(result.parent).make()  # where that cannot be, it is said before the work
    with compiling_in_view(), make_evaluator(task, options.threads) as evaluator:
        measuring = Measuring(task, loaded, evaluator, config.seed)
        tuned = tune_shared(measuring)
        _report(_save(subject, tuned, measuring), options.json)


def _individual(
    subject: _Subject, run: "RunDir", known: list["StoredRow"], options: argparse.Namespace
) -> None:
    """Tune from the generation behind `known` on, with `run` as the folder of the tuning.

    Ctrl-C ends it after the generation under way.
    """
    from wann.evaluators.make import make_evaluator
    from wann.network.compile import compile_with_genes
    from wann.runs.filenames import GENERATIONS
    from wann.tasks.registry import task_of
    from wann.weights import tuning_folder
    from wann.weights.individual import planned_rows, tune_individual
    from wann.weights.measuring import Measuring

    config = subject.config
    task = task_of(config.task, run.path / tuning_folder.SETTINGS)
    network, _ = compile_with_genes(subject.file.genome)
    found: list[Tuned] = []
    with compiling_in_view(), interruptible("the generation") as interrupted:

        def rows(measuring: Measuring) -> Iterator[dict[str, Any]]:
            tuning = _in_json(tune_individual(measuring, config, known), found)
            while not interrupted() and (row := next(tuning, None)) is not None:
                run.append(GENERATIONS, row)
                yield row

        with make_evaluator(task, options.threads) as evaluator:
            measuring = Measuring(task, network, evaluator, config.seed)
            planned = planned_rows(task, network, config)
            for _ in follow(rows(measuring), planned, len(known), describe_tuning):
                pass
            if found:
                summary = _save(subject, found[0], measuring)
                _report({**summary, "folder": str(run.path), "finished": True}, options.json)
                return
    _report({"network": None, "folder": str(run.path), "finished": False}, options.json)


def tune_in_view(measuring: "Measuring", config: TuneConfig, start: "Tuned") -> "Tuned":
    """Return individual weights, tuned without a folder, with progress on stderr.

    `start` is the best shared weight, from which the tuning begins.
    """
    from wann.weights.individual import planned_rows, tune_individual

    found: list[Tuned] = []
    rows = _in_json(tune_individual(measuring, config, start=start), found)
    planned = planned_rows(measuring.task, measuring.network, config)
    for _ in follow(rows, planned, 0, describe_tuning):
        pass
    return found[0]


def _in_json(
    tuning: "Generator[TuningRow, None, Tuned]", found: "list[Tuned]"
) -> Iterator[dict[str, Any]]:
    """Yield the rows of a tuning in JSON values, and append what it returns to `found`."""
    while True:
        try:
            row = next(tuning)
        except StopIteration as end:
            found.append(end.value)
            return
        yield row.to_json()


def describe_tuning(row: dict[str, Any]) -> str:
    """Return one line on a generation of a tuning; of gradient descent it shows accuracies."""
    if "validation" in row:
        trained = row.get("accuracy")
        beside = "" if trained is None else f", {in_percent(trained)} while training"
        return f"accuracy {in_percent(row['validation'])} on validation examples{beside}"
    races = f", {row['races']} races" if row.get("races", 1) > 1 else ""
    return f"best {short(row['best'])}, median {short(row['median'])}{races}"


def _save(subject: _Subject, tuned: "Tuned", measuring: "Measuring") -> dict[str, Any]:
    """Measure the tuned weights on fresh episodes and write the network that has them.

    Returns what is reported.
    """
    import numpy as np

    from wann.formats import NetworkFile
    from wann.network.compile import compile_with_genes
    from wann.streams import stream
    from wann.weights import tuning_folder
    from wann.weights.conditions import fixed

    result, config, file, notes = subject
    network, genes = compile_with_genes(file.genome)
    figures = fixed(measuring, tuned.weights, _REPORT_EPISODES, stream(config.seed, "tuned"))
    # Connections that lead to no output get a weight, too: the mean of the others, which is the
    # shared one where there is one.
    own = tuned.weights.values[0]
    weights = np.full(len(file.genome.source), own.mean() if len(own) else 0.0)
    weights[genes] = own
    info = {
        **figures.to_json(),
        "method": tuned.method,
        "evaluations": tuned.evaluations,
        "tuning": config.to_dict(),
    }
    info |= {"seed": config.seed, "weights": config.weights}
    if config.weights == "shared":
        info["weight"] = float(tuned.weights.values[0, 0])
    tuning_folder.save(
        result, NetworkFile(file.genome, weights, config.task, {**file.info, "tuned": info})
    )
    of_network = {"network": str(result), "task": config.task, "connections": network.connections}
    of_network["measure"] = measuring.held_out.task.measure
    return {**of_network, **info, **in_json(notes)}


def _report(summary: dict[str, Any], as_json: bool) -> None:
    if as_json:
        show(json.dumps(summary))
    elif summary["network"] is None:
        tell(f"not finished: continue with `wann tune {summary['folder']} --resume`")
    else:
        at = f" at {summary['weight']:.4f}" if "weight" in summary else ""
        earned = (
            f"accuracy {in_percent(summary['mean'])} on the test examples"
            if summary["measure"] == "accuracy"
            else f"mean return {summary['mean']:.4g}, sd {summary['sd']:.3g} over {summary['n']} "
            f"fresh {summary['sd_over']}"
        )
        tell(
            f"{summary['network']}: {summary['weights']} weights by {summary['method']}{at}, "
            f"{earned}"
        )
