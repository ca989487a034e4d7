"""One search of a sweep, as a task of its own: begun, or gone on with from its last checkpoint."""

import json
import os
import socket
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path, PurePath
from typing import Any, NamedTuple

from wann.config import EvaluateConfig, SearchConfig, make_config
from wann.errors import UserError
from wann.evaluators.evaluator import Evaluator
from wann.evaluators.make import make_single_evaluator
from wann.evaluators.ray.worker import identity
from wann.experiments.growing.champion_accuracy import accuracy_of
from wann.experiments.growing.growth import Growth, Row, grow
from wann.experiments.growing.loggers import find_loggers, told
from wann.experiments.sweep.addresses import open_store
from wann.experiments.sweep.filenames import ACCURACY, EVALUATION, PLAN, STOP, WORKER
from wann.experiments.sweep.run_states import WorkerNote
from wann.experiments.sweep.storage import Store, WorkFolder
from wann.formats.load import load_network
from wann.runs import filenames
from wann.runs.rundir import RunDir
from wann.runs.tail import read_if_whole
from wann.tasks.registry import task_of
from wann.weights.evaluate import measure_network
from wann.weights.measuring import Measuring

# How often a search looks for the order to stop.
_STOP_SECONDS = 0.5


class SearchOrder(NamedTuple):
    """What a worker is told, in values that any process can be sent."""

    address: str  # of the sweep
    name: str  # of the run
    settings: Mapping[str, Any]  # as `SearchConfig.to_dict` describes them
    evaluate: int | None
    session: str  # of the driver: which one this search runs for
    checkpoint_seconds: float
    identity: Mapping[str, str]  # of the driver: the versions that results depend on
    loggers: tuple[str, ...] = ()  # names of `LOGGERS`, or of objects of the user's own


def search(order: SearchOrder) -> Row:
    """Run the search that is ordered, and return its summary.

    It is over when it is finished, or when the sweep is told to stop; everything else is raised.
    """
    _check_alike(order.identity)
    store = open_store(order.address)
    if store.read(PLAN.name) is None:
        raise UserError(
            f"{order.address} has no {PLAN.name} on {socket.gethostname()}: a sweep on "
            "several machines needs a folder that all of them share, or a URL, as --out"
        )
    stop = _stopping(store)
    if stop():
        return {"finished": False}
    with (
        store.work_folder(order.name) as work_folder,
        _opened(work_folder.path, make_config(order.settings)) as run,
    ):
        _sign(store, order)
        with _logged(run, work_folder):
            return _grow(run, work_folder, order, stop, store.where(order.name))


def _check_alike(there: Mapping[str, str]) -> None:
    """Raise UserError if this worker has other versions than the driver: results might differ."""
    here = identity()
    other = [
        f"{name} {here.get(name)} instead of {there[name]}"
        for name in there
        if there[name] != here.get(name)
    ]
    if other:
        raise UserError(
            f"the worker on {socket.gethostname()} has {', '.join(other)}: install the same on all "
            "machines, for the same results"
        )


def _grow(
    run: RunDir, work_folder: WorkFolder, order: SearchOrder, stop: Callable[[], bool], where: str
) -> Row:
    # One thread in this process, unless episodes are to be ended: all cores have searches of their
    # own.
    task = task_of(run.config.task, run.path)
    with (
        _told(order, work_folder) as tell,
        make_single_evaluator(task, run.log) as evaluator,
    ):
        growth = Growth(run.config, evaluator, run)
        growth.restore()
        tell_accuracy = _accuracy_teller(growth, run)
        checkpoint, saved = work_folder.path / filenames.CHECKPOINT, 0
        for row in grow(growth, checkpoint_seconds=order.checkpoint_seconds, stop=stop):
            tell_accuracy()
            tell(row)
            if (time_saved := checkpoint.stat().st_mtime_ns) != saved:
                saved = time_saved
                work_folder.publish()
        tell_accuracy()
        summary = growth.finish(where)  # a scratch folder is nothing to come back to
        if summary["finished"] and summary["champion"] and order.evaluate is not None:
            run.write_json(EVALUATION, _evaluation(run.path, evaluator, order.evaluate))
    work_folder.publish()
    return summary


def _told(
    order: SearchOrder, work_folder: WorkFolder
) -> AbstractContextManager[Callable[[Row], None]]:
    """Return the context that yields what tells the loggers a row."""
    loggers = find_loggers(order.loggers)
    return told(loggers, work_folder.path, f"{PurePath(order.address).name}/{order.name}")


def _accuracy_teller(growth: Growth, run: RunDir) -> Callable[[], None]:
    """Return what writes a classifier's accuracy to the folder of its run whenever it is new."""
    accuracy = accuracy_of(growth)
    written: list[float] = []

    def tell() -> None:
        if accuracy and growth.champion and written != (now := [accuracy()]):
            run.write_json(ACCURACY, {"accuracy": now[0]})
            written[:] = now

    return tell


def _evaluation(path: Path, evaluator: Evaluator, seed: int) -> Row:
    """Measure the champion as `wann evaluate RUN --seed SEED` does."""
    loaded = load_network(path)
    task = task_of(loaded.task_or_default, loaded.path)
    measuring = Measuring(task, loaded, evaluator, seed)
    return measure_network(measuring, loaded.weights, EvaluateConfig.episodes).to_json()


def _opened(path: Path, config: SearchConfig) -> RunDir:
    if not (path / filenames.CONFIG).exists():
        return RunDir.create(path, config)
    run = RunDir.open(path).locked((*filenames.OWN, WORKER, EVALUATION, ACCURACY))
    if run.config != config:
        run.close()
        raise UserError(
            f"{path} is a run with other settings than the sweep's: move it away, then resume the "
            "sweep"
        )
    return run


def _sign(store: Store, order: SearchOrder) -> None:
    """Write to the run's folder who works on it, for which driver, and at which attempt."""
    name = f"{order.name}/{WORKER}"
    known = read_if_whole(store.read(name), WorkerNote) or {}
    attempt = known.get("attempt", 0) + 1 if known.get("session") == order.session else 1
    host = {"host": socket.gethostname(), "pid": os.getpid()}
    store.write(name, json.dumps({"session": order.session, "attempt": attempt, **host}).encode())


@contextmanager
def _logged(run: RunDir, work_folder: WorkFolder) -> Iterator[None]:
    """Write to the run's log why it failed."""
    try:
        yield
    except Exception as error:
        run.log(
            "failed: " + (str(error) if isinstance(error, UserError) else traceback.format_exc())
        )
        work_folder.publish()
        raise


def _stopping(store: Store) -> Callable[[], bool]:
    """Return what tells whether the sweep is to stop; it looks every _STOP_SECONDS."""
    looked, found = -_STOP_SECONDS, False

    def stop() -> bool:
        nonlocal looked, found
        if time.monotonic() - looked >= _STOP_SECONDS:
            looked = time.monotonic()
            # Each storage has its own; a look that fails is made again half a second later
            with suppress(Exception):
                found = store.read(STOP) is not None
        return found

    return stop
