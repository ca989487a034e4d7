"""How a sweep stands, read from its files while another process runs it. Nothing is written."""

from pathlib import Path

from wann.experiments.sweep.addresses import open_store
from wann.experiments.sweep.filenames import WORKER
from wann.experiments.sweep.plan import PlannedRun, SweepPlan
from wann.experiments.sweep.run_states import (
    FAILED,
    RUNNING,
    STOPPED,
    WAITING,
    RunState,
    RunStates,
    WorkerNote,
)
from wann.runs import filenames
from wann.runs.lock import is_held
from wann.runs.tail import read_if_whole

_NO_SESSION = ""  # no driver has this one: whoever only watches has begun no run
_TAIL = 4096  # bytes that hold the last line of a log, or its end
_FAILED, _STOPPED = "failed: ", "stopped after "  # how the last line of a log begins


class SweepStanding:
    """Reads how the runs of a sweep stand, as often as it is asked."""

    def __init__(self, address: str) -> None:
        """Take the sweep at a path or URL; UserError where there is none."""
        self.store = open_store(address)
        self.plan = SweepPlan.read(self.store)
        self._states = RunStates(self.store, self.plan, _NO_SESSION)
        self._folder = None if "://" in address else Path(address)

    def read(self) -> list[RunState]:
        """Return the states of all runs, in the order of the plan."""
        held = self.is_held()
        return [self._seen(self._states.read_one(run), held) for run in self.plan.runs]

    def is_held(self) -> bool | None:
        """Return whether the sweep is run by somebody, None where that cannot be told."""
        return None if self._folder is None else is_held(self._folder)

    def _seen(self, state: RunState, held: bool | None) -> RunState:
        """Return a state in which a run that was begun is no longer told to wait."""
        if state.state != WAITING:
            return state
        note = read_if_whole(self.store.read(f"{state.run.name}/{WORKER}"), WorkerNote)
        if note is None:
            return state
        working = None if self._folder is None else is_held(self._folder / state.run.name)
        said = "" if working else self._said_last(state.run)
        if said.startswith(_FAILED):
            return state._replace(state=FAILED, error=said.removeprefix(_FAILED))
        if working or (working is None and not said.startswith(_STOPPED)):
            return state._replace(state=RUNNING, attempt=note.get("attempt", 0))
        return state if held else state._replace(state=STOPPED)

    def _said_last(self, run: PlannedRun) -> str:
        """Return the last message in the log of a run, which begins behind date and time."""
        end = self.store.tail(f"{run.name}/{filenames.LOG}", _TAIL)
        lines = end.decode(errors="replace").splitlines() or [""]
        return " ".join(lines[-1].split(" ")[2:])
