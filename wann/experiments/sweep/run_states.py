"""How the runs of a sweep stand, read from their files: workers tell it in no other way."""

from pathlib import Path
from typing import Any, NamedTuple, TypedDict

from wann.config import make_config
from wann.errors import UserError
from wann.experiments.growing.rows import GenerationRow, RunSummary
from wann.experiments.sweep.filenames import ACCURACY, EVALUATION, WORKER
from wann.experiments.sweep.plan import PlannedRun, SweepPlan
from wann.experiments.sweep.storage import Store
from wann.runs import filenames
from wann.runs.moved_data import located_in
from wann.runs.tail import last_rows, read_if_whole

WAITING, RUNNING, STOPPED, FINISHED, FAILED = "waiting", "running", "stopped", "finished", "failed"
# Bytes that hold the last row of generations.jsonl for sure: a row has some 200.
_TAIL = 4096


class FreshReturns(NamedTuple):
    """What a champion returns on fresh episodes, on the mean."""

    mean: float  # at the weights of the search
    random_shared: float  # at shared weights drawn from U(-2, 2)

    @classmethod
    def from_json(cls, content: "_Evaluation") -> "FreshReturns":
        """Return the returns from what `wann evaluate --json` prints."""
        return cls(
            float(content["training_weights"]["mean"]), float(content["random_shared"]["mean"])
        )


class WorkerNote(TypedDict, total=False):
    """What a worker writes to the folder of its run."""

    session: str
    attempt: int


class _Mean(TypedDict):
    mean: float


class _Evaluation(TypedDict):
    """What is read of an evaluation."""

    training_weights: _Mean
    random_shared: _Mean


class _Accuracy(TypedDict):
    """What a worker writes of a classifier."""

    accuracy: float


class RunState(NamedTuple):
    """What is known of a run."""

    run: PlannedRun
    state: str
    generation: int = 0  # how many are behind it
    best: float | None = None  # the champion's mean on held-out episodes
    connections: int | None = None
    attempt: int = 0  # 0: not begun by this driver
    seconds: float | None = None  # of work, where it is finished
    digest: str | None = None
    fresh: FreshReturns | None = None  # where the sweep asks for one
    error: str | None = None
    accuracy: float | None = None  # a classifying champion's, on validation examples

    @property
    def mean(self) -> float | None:
        """The champion's mean return: on fresh episodes, where it was measured on such."""
        if self.state != FINISHED:
            return None
        return self.best if self.fresh is None else self.fresh.mean

    @property
    def random_shared(self) -> float | None:
        """The champion's mean return at shared weights from U(-2, 2), where it was measured."""
        return None if self.fresh is None else self.fresh.random_shared


class RunStates:
    """The states of all runs; what is over is read once."""

    def __init__(self, store: Store, plan: SweepPlan, session: str) -> None:
        self.plan = plan
        self._store, self._session = store, session
        self._finished: dict[str, RunState] = {}
        self._ended: dict[str, str | None] = {}

    def end(self, name: str, problem: str | None) -> None:
        """Note that nobody works on a run any more: it is finished, stopped, or failed for good."""
        self._ended[name] = problem

    def read(self) -> list[RunState]:
        """Return the states in the order of the plan."""
        return [self.read_one(run) for run in self.plan.runs]

    def read_one(self, run: PlannedRun) -> RunState:
        """Return the state of a run."""
        return self._finished.get(run.name) or self._read(run)

    def known(self) -> list[RunState]:
        """Return the states without reading any: what is not known to be finished is waiting."""
        return [self._finished.get(run.name) or RunState(run, WAITING) for run in self.plan.runs]

    def read_finished(self) -> list[RunState]:
        """Return the states, for runs that are not finished without a look at how far they are."""
        return [
            self._finished.get(run.name) or self._read_finished(run) or RunState(run, WAITING)
            for run in self.plan.runs
        ]

    def _read(self, run: PlannedRun) -> RunState:
        end = self._store.tail(f"{run.name}/{filenames.GENERATIONS}", _TAIL)
        row: Any = (last_rows(end, GenerationRow) or [{}])[-1]
        generation = row.get("generation", -1) + 1
        if generation >= run.config.rounds and (state := self._read_finished(run)):
            return state
        worker = self._worker(run)
        attempt = worker.get("attempt", 0) if worker.get("session") == self._session else 0
        error = self._ended.get(run.name)
        name = (
            FAILED
            if error
            else WAITING
            if not attempt
            else STOPPED
            if run.name in self._ended
            else RUNNING
        )
        best, connections = row.get("champion"), row.get("champion_connections")
        accuracy = None if best is None else self._accuracy(run)
        return RunState(
            run, name, generation, best, connections, attempt, error=error, accuracy=accuracy
        )

    def _read_finished(self, run: PlannedRun) -> RunState | None:
        content = self._store.read(f"{run.name}/{filenames.SUMMARY}")
        summary: Any = read_if_whole(content, RunSummary) or {}
        fresh = None
        if not summary.get("finished") or not self._as_planned(run):
            return None
        if summary.get("champion") and self.plan.evaluate is not None:
            found = read_if_whole(self._store.read(f"{run.name}/{EVALUATION}"), _Evaluation)
            if not found:
                return None
            fresh = FreshReturns.from_json(found)
        worker = self._worker(run)
        state = RunState(
            run,
            FINISHED,
            summary["generations"],
            summary["mean"],
            summary["connections"],
            worker.get("attempt", 0),
            summary["seconds"],
            summary.get("digest"),
            fresh,
            accuracy=self._accuracy(run),
        )
        self._finished[run.name] = state
        return state

    def _worker(self, run: PlannedRun) -> Any:
        return read_if_whole(self._store.read(f"{run.name}/{WORKER}"), WorkerNote) or {}

    def _accuracy(self, run: PlannedRun) -> float | None:
        found = read_if_whole(self._store.read(f"{run.name}/{ACCURACY}"), _Accuracy)
        return found["accuracy"] if found else None

    def _as_planned(self, run: PlannedRun) -> bool:
        """Return whether a run has the settings of the plan: a folder may have been moved there."""
        try:
            content = self._store.read(f"{run.name}/{filenames.CONFIG}")
            settings = read_if_whole(content, dict[str, Any]) or {}
            folder = Path(self._store.where(run.name))
            return make_config(located_in(settings, folder)) == run.config
        except UserError:
            return False
