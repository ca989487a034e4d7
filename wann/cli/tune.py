"""What `wann tune` does: choose the network and the folder, follow the generations, save and report."""

import argparse
import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from wann.cli.flags import given_settings
from wann.cli.progress import follow
from wann.config import TuneConfig, make_config
from wann.errors import UserError
from wann.evaluators.base import Evaluator
from wann.evaluators.make import make_evaluator
from wann.formats import NetworkFile, read_network
from wann.formats.loading import load_network, network_path
from wann.jobs.tables import short
from wann.network.network import Network, compile_with_genes
from wann.runs.filenames import GENERATIONS
from wann.runs.rundir import RunDir
from wann.streams import stream
from wann.tasks.base import Task
from wann.tasks.registry import make_task
from wann.weights import store
from wann.weights.conditions import fixed
from wann.weights.individual import planned_rows, tune_individual
from wann.weights.shared import tune_shared
from wann.weights.tuned import Row, Tuned

_REPORT_EPISODES = 1000


def tune(options: argparse.Namespace) -> None:
    """Run or continue a tuning as the command line asks."""
    settings = given_settings(options)
    if options.resume:
        if settings or options.out:
            given = ", ".join([f"--{name}" for name in settings] + ["--out"] * bool(options.out))
            raise UserError(
                f"--resume goes on with the settings of {options.network}: remove {given}"
            )
        run, config, file, known = store.reopen(options.network)
        result = options.network.with_name(options.network.name + ".json")
        with run:
            _individual(run, result, config, file, known, options)
        return
    if "weights" not in settings:
        raise UserError(
            "expected --weights shared or --weights individual, or --resume for a tuning that was "
            "stopped"
        )
    task = make_task(settings["task"]) if "task" in settings else None
    loaded = load_network(options.network, task)
    task = task or make_task(loaded.task or "swingup")
    loaded.check_fits(task)
    config = make_config({**settings, "task": task.spec}, TuneConfig())
    file = read_network(network_path(options.network), task.inputs, task.outputs)
    file = NetworkFile(file.genome, None, task.spec, file.info)
    result = options.out or store.place(options.network, config.weights)
    store.folder_of(result)
    if config.weights == "individual":
        with store.create(result, config, file) as run:
            _individual(run, result, config, file, [], options)
        return
    if result.exists():
        raise UserError(f"{result} exists already: give another --out, or remove it first")
    with make_evaluator(task, options.threads) as evaluator:
        tuned = tune_shared(task, loaded.network, evaluator, seed=config.seed)
        _report(_save(result, config, file, tuned, task, evaluator), options.json)


def _individual(
    run: RunDir,
    result: Path,
    config: TuneConfig,
    file: NetworkFile,
    known: list[Row],
    options: argparse.Namespace,
) -> None:
    """Tune from the generation behind `known`, or until Ctrl-C, which ends it after the generation under way."""
    task = make_task(config.task)
    network, _ = compile_with_genes(file.genome)
    interrupted: list[int] = []

    def interrupt(number: int, frame: object) -> None:
        interrupted.append(number)
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a second Ctrl-C stops at once
        print("finishing the generation; press Ctrl-C again to stop at once", file=sys.stderr)

    found: list[Tuned] = []

    def rows(evaluator: Evaluator) -> Iterator[Row]:
        tuning = tune_individual(task, network, evaluator, config, known)
        while not interrupted:
            try:
                row = next(tuning)
            except StopIteration as end:
                found.append(end.value)
                return
            run.append(GENERATIONS, row)
            yield row

    previous = signal.signal(signal.SIGINT, interrupt)
    try:
        with make_evaluator(task, options.threads) as evaluator:
            for _ in follow(
                rows(evaluator), planned_rows(task, network, config), len(known), describe=describe
            ):
                pass
            if found:
                summary = _save(result, config, file, found[0], task, evaluator)
                _report({**summary, "folder": str(run.path), "finished": True}, options.json)
                return
    finally:
        signal.signal(signal.SIGINT, previous)
    _report({"network": None, "folder": str(run.path), "finished": False}, options.json)


def tune_in_view(
    task: Task, network: Network, evaluator: Evaluator, config: TuneConfig, start: Tuned
) -> Tuned:
    """Return individual weights, tuned from the best shared one without a folder.

    Progress is shown on stderr.
    """
    found: list[Tuned] = []

    def rows() -> Iterator[Row]:
        found.append((yield from tune_individual(task, network, evaluator, config, start=start)))

    for _ in follow(rows(), planned_rows(task, network, config), 0, describe=describe):
        pass
    return found[0]


def describe(row: Row) -> str:
    """Return one line on a generation of a tuning."""
    races = f", {row['races']} races" if row.get("races", 1) > 1 else ""
    return f"best {short(row['best'])}, median {short(row['median'])}{races}"


def _save(
    result: Path,
    config: TuneConfig,
    file: NetworkFile,
    tuned: Tuned,
    task: Task,
    evaluator: Evaluator,
) -> dict[str, Any]:
    """Measure the tuned weights on fresh episodes, write the network that has them, return what is reported."""
    network, genes = compile_with_genes(file.genome)
    figures = fixed(
        task, network, evaluator, tuned.weights, _REPORT_EPISODES, stream(config.seed, "tuned")
    )
    # Genes that lead nowhere have a weight, too: the mean of the others, which is the shared one if
    # there is one.
    weights = np.full(len(file.genome.source), tuned.weights.mean() if len(tuned.weights) else 0.0)
    weights[genes] = tuned.weights
    info = {
        **figures,
        "method": tuned.method,
        "evaluations": tuned.evaluations,
        "tuning": config.to_dict(),
    }
    info |= {"seed": config.seed, "weights": config.weights}
    if config.weights == "shared":
        info["weight"] = float(tuned.weights[0])
    store.save(result, NetworkFile(file.genome, weights, config.task, {**file.info, "tuned": info}))
    return {"network": str(result), "task": config.task, "connections": network.connections, **info}


def _report(summary: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(summary))
    elif summary["network"] is None:
        print(f"not finished: continue with `wann tune {summary['folder']} --resume`")
    else:
        at = f" at {summary['weight']:.4f}" if "weight" in summary else ""
        print(
            f"{summary['network']}: {summary['weights']} weights by {summary['method']}{at}, "
            f"mean {summary['mean']:.4g}, sd {summary['sd']:.3g} over {summary['n']} fresh "
            f"{summary['sd_over']}"
        )
