"""A tuning of weights: begun or gone on with in a folder, followed, measured and saved."""

import dataclasses
import os
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.api.columns import Columns
from wann.api.data_files import DataFile, lies_in
from wann.api.notes import tell_notes
from wann.api.subjects import Subject
from wann.api.tuning_result import TuningResult
from wann.api.watching.interrupts import interruptible
from wann.api.watching.progress import Describe, describe_tuning
from wann.api.watching.watch import Interrupted, Watch
from wann.config import TuneConfig
from wann.config.own_data import as_before, settings_named_in
from wann.errors import Taken, UserError
from wann.evaluators.make import make_evaluator
from wann.files import Folder, write_new
from wann.formats import dumps_json, read_network
from wann.formats.loaded_network import LoadedNetwork
from wann.formats.network_file import NetworkFile
from wann.network.compile import compile_with_genes
from wann.runs.filenames import GENERATIONS
from wann.runs.rundir import RunDir
from wann.streams import stream
from wann.tasks.registry import task_of
from wann.tasks.task import Task
from wann.weights import tuning_folder
from wann.weights.conditions import fixed
from wann.weights.individual import choose_method, planned_rows, tune_individual
from wann.weights.measuring import Measuring
from wann.weights.shared import tune_shared
from wann.weights.tuned import Tuned, affordable
from wann.weights.tuning_rows import StoredRow, TuningRow

_REPORT_EPISODES = 1000  # of what is simulated a tenth

Row = dict[str, Any]


class Tuning(NamedTuple):
    """What is tuned, on what, and where the tuned network goes."""

    file: NetworkFile  # the network, without weights, for the task
    task: Task
    config: TuneConfig
    result: Path | None  # None: nothing is written
    notes: list[str]  # what the user was told of the task
    data: DataFile | None = (
        None  # the data of the task, where their file is written with the result
    )

    @classmethod
    def of(
        cls, subject: Subject, config: TuneConfig, result: Path | None, notes: list[str]
    ) -> "Tuning":
        """Return the tuning of a network as a user asks for it, who was told the `notes`."""
        file = subject.network.file
        plain = NetworkFile(file.genome, None, subject.task.spec, file.info)
        return cls(plain, subject.task, config, result, notes, subject.data)

    def write_data(self) -> None:
        """Write the data of the task beside the result, where both are to be written."""
        if self.data and self.result and not lies_in(self.result.parent, self.data):
            write_new(self.result.parent / self.data.name, self.data.content)


def begin(tuning: Tuning, threads: int | None, watch: Watch) -> TuningResult:
    """Tune from the start, or go on where the folder holds the same tuning.

    UserError where something else lies there, `Taken` if it is a new tuning that cannot be begun.
    """
    result = tuning.result
    if tuning.data and result:
        lies_in(result.parent, tuning.data)  # refuses another file of that name
    if tuning.config.weights == "individual":
        network, _ = compile_with_genes(tuning.file.genome)
        choose_method(tuning.task, network, tuning.config)  # refuses what cannot be
        if result is None:
            return _individual(tuning, None, [], threads, watch)
        if (tuning_folder.folder_of(result) / tuning_folder.SETTINGS).is_file():
            return _go_on(tuning, result, threads, watch)
        with tuning_folder.create(result, tuning.config, tuning.file) as run:
            tuning.write_data()
            return _individual(tuning, run, [], threads, watch)
    if result is not None:
        tuning_folder.folder_of(result)
        if os.path.lexists(result):
            raise _taken(result)
        Folder(result.parent).make()  # where that cannot be, it is said before the work
        tuning.write_data()
    with watch.compiling(), make_evaluator(tuning.task, threads) as evaluator:
        measuring = _measuring(tuning, evaluator)
        try:
            return _save(tuning, tune_shared(measuring), measuring, None, [])
        except UserError:
            if result is not None and os.path.lexists(result):  # it came there meanwhile
                raise _taken(result) from None
            raise


def _taken(result: Path) -> Taken:
    return Taken(f"{result} exists already: give another --out, or remove it first")


def resume(folder: Path, threads: int | None, watch: Watch) -> TuningResult:
    """Go on with the tuning in a folder; UserError if there is none, or it is damaged."""
    run, config, file, known = tuning_folder.reopen(folder)
    with run:
        task = task_of(config.task, run.path / tuning_folder.SETTINGS)
        result = folder.with_name(folder.name + ".json")
        tuning = Tuning(file, task, config, result, tell_notes(task))
        return _individual(tuning, run, known, threads, watch)


def _go_on(tuning: Tuning, result: Path, threads: int | None, watch: Watch) -> TuningResult:
    """Go on with the tuning of a result; UserError where it is another one."""
    run, config, file, known = tuning_folder.reopen(tuning_folder.folder_of(result))
    with run:
        task = as_before(tuning.config.task, config.task)
        tuning = tuning._replace(
            config=dataclasses.replace(tuning.config, task=task),
            file=tuning.file._replace(task=task),
        )
        differing = [
            name for name, value in vars(config).items() if value != getattr(tuning.config, name)
        ]
        if dumps_json(file) != dumps_json(tuning.file):
            differing.append("network")
        if differing:
            raise UserError(
                f"{run.path} holds a tuning of other settings ({', '.join(differing)} differ): "
                "give another --out"
            )
        _refuse_others(result, config)
        tuning.write_data()
        return _individual(tuning, run, known, threads, watch)


def _refuse_others(result: Path, config: TuneConfig) -> None:
    """Raise UserError where a file is there that is not what this tuning writes."""
    if not os.path.lexists(result):
        return
    try:
        of_file = read_network(result).info.get("tuned", {}).get("tuning")
    except (UserError, AttributeError):
        of_file = None
    if of_file != _settings(config, result):
        raise UserError(f"{result} exists already and holds something else: give another --out")


def _individual(
    tuning: Tuning,
    run: RunDir | None,
    known: Sequence[StoredRow],
    threads: int | None,
    watch: Watch,
) -> TuningResult:
    """Tune from the generation behind `known` on; Ctrl-C ends it after the one under way.

    Args:
        tuning: what is tuned.
        run: its folder; None: nothing is kept of a tuning that is stopped.
        known: the rows that it has already.
        threads: how many work.
        watch: shows the rows.
    """
    found: list[Tuned] = []
    rows: list[Row] = [dict(row) for row in known]
    with watch.compiling(), make_evaluator(tuning.task, threads) as evaluator:
        measuring = _measuring(tuning, evaluator)
        planned = planned_rows(tuning.task, measuring.network, tuning.config)
        with interruptible("the generation") as interrupted:
            tuned = in_json(tune_individual(measuring, tuning.config, known), found)
            kept = _kept(tuned, run, interrupted)
            rows += watch.follow(kept, planned, len(known), _describing(planned))
        if found:
            return _save(tuning, found[0], measuring, run, rows)
    if run is None:
        raise KeyboardInterrupt
    raise Interrupted(f"not finished: continue with `wann resume {run.path}`", run.path)


def _kept(rows: Iterator[Row], run: RunDir | None, stopped: Callable[[], bool]) -> Iterator[Row]:
    """Yield rows once they are written to the folder, until `stopped`."""
    while not stopped() and (row := next(rows, None)) is not None:
        if run is not None:
            run.append(GENERATIONS, row)
        yield row


def _measuring(tuning: Tuning, evaluator: Any) -> Measuring:
    network, _ = compile_with_genes(tuning.file.genome)
    return Measuring(tuning.task, network, evaluator, tuning.config.seed)


def tune_in_view(measuring: Measuring, config: TuneConfig, start: Tuned, watch: Watch) -> Tuned:
    """Return individual weights, tuned without a folder, which is shown.

    `start` is the best shared weight, from which the tuning begins.
    """
    found: list[Tuned] = []
    rows = in_json(tune_individual(measuring, config, start=start), found)
    planned = planned_rows(measuring.task, measuring.network, config)
    for _ in watch.follow(rows, planned, 0, _describing(planned)):
        pass
    return found[0]


def _describing(planned: int) -> Describe:
    """Return what describes a row of a tuning, and behind the last one says what goes on."""

    def describe(row: Row) -> str:
        compares = row["generation"] + 1 == planned and "validation" not in row
        said = "; now comparing the last weights on new episodes" if compares else ""
        return describe_tuning(row) + said

    return describe


def in_json(tuning: Generator[TuningRow, None, Tuned], found: list[Tuned]) -> Iterator[Row]:
    """Yield the rows of a tuning in JSON values, and append what it returns to `found`."""
    while True:
        try:
            row = next(tuning)
        except StopIteration as end:
            found.append(end.value)
            return
        yield row.to_json()


def _save(
    tuning: Tuning, tuned: Tuned, measuring: Measuring, run: RunDir | None, rows: Sequence[Row]
) -> TuningResult:
    """Measure tuned weights on fresh episodes, and write the network that has them.

    Args:
        tuning: what was tuned.
        tuned: the weights that were found.
        measuring: measures them.
        run: the folder of the tuning, None where it has none.
        rows: those of the tuning.
    """
    config, played = tuning.config, affordable(measuring.task, _REPORT_EPISODES)
    figures = fixed(measuring, tuned.weights, played, stream(config.seed, "tuned"))
    info = {
        **figures.to_json(),
        "method": tuned.method,
        "evaluations": tuned.evaluations,
        "tuning": _settings(config, tuning.result),
        "seed": config.seed,
        "weights": config.weights,
    }
    if config.weights == "shared":
        info["weight"] = float(tuned.weights.values[0, 0])
    file = _with_weights(tuning.file, tuned.weights.values[0])
    file = file._replace(info={**file.info, "tuned": info})
    if tuning.result is not None:
        tuning_folder.save(tuning.result, file)
    return TuningResult(
        LoadedNetwork.from_file(file, tuning.result),
        tuning.result,
        None if run is None else run.path,
        figures.measure,
        Columns(rows),
        measuring.held_out.task.measure == "accuracy",
        tuple(tuning.notes),
    )


def _settings(config: TuneConfig, result: Path | None) -> dict[str, Any]:
    """Return the settings of a tuning as the file of the tuned network has them."""
    settings: dict[str, Any] = config.to_dict()
    return settings if result is None else settings_named_in(settings, result.parent)


def _with_weights(file: NetworkFile, own: NDArray[np.float64]) -> NetworkFile:
    """Return the file with weights (connections,), or a shared one (1,).

    Connections that lead to no output get a weight, too: the mean of the others, which is the
    shared one where there is one.
    """
    _, genes = compile_with_genes(file.genome)
    weights = np.full(len(file.genome.source), own.mean() if len(own) else 0.0)
    weights[genes] = own
    return file._replace(weights=weights)
