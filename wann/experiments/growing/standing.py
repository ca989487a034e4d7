"""How a search stands, read from its files while another process writes them.

Nothing is written, and neither the task nor code of the user's own is needed.
"""

import io
import os
import statistics
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, TypedDict

from wann.experiments.growing.rows import FrontRow, GenerationRow, RunSummary, meaning_of
from wann.machine.memory import memory
from wann.machine.npz import read_npz
from wann.reading import in_part, parse_json, shaped
from wann.runs import filenames
from wann.runs.lock import is_held
from wann.runs.rundir import RunDir
from wann.runs.tail import last_rows, read_if_whole, tail
from wann.tasks.fitness import RETURN

RUNNING, STOPPED, FINISHED = "running", "stopped", "finished"
_PACE = 50  # generations whose times foretell those of the others
_TAIL = 400 * _PACE  # bytes that surely hold their rows


class FrontPoint(NamedTuple):
    """A network of the confirmed front."""

    connections: int
    mean: float | None


class SearchStanding(NamedTuple):
    """How a search stands. Times are in seconds; what is not known yet is None."""

    run: str  # its folder
    task: str  # its spec
    seed: int
    state: str  # running, stopped or finished
    generation: int  # how many are done
    generations: int  # of all
    row: dict[str, Any] | None  # of the last generation, with the keys of `GenerationRow`
    champion_since: int | None  # the generation in which it was found
    front: Sequence[FrontPoint]  # as of the last checkpoint, the smallest network first
    seconds_per_generation: float | None
    seconds_left: float | None
    silent: float  # how long nothing was written
    measure: str = RETURN  # what fitness is: a return, the negative of a loss, or an accuracy

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {**self._asdict(), "front": [point._asdict() for point in self.front]}


def read_standing(folder: Path) -> SearchStanding:
    """Return how the search in a folder stands; UserError where there is none."""
    config = RunDir.open(folder).config
    held = is_held(
        folder
    )  # before the rows: what ends meanwhile is seen to be finished by the next
    summary = read_if_whole(_content(folder / filenames.SUMMARY), in_part(RunSummary)) or {}
    row = _last_row(folder) or _row_of(summary)
    generation = row["generation"] + 1 if row and "generation" in row else 0
    state = _state(held, summary, generation, config.rounds)
    pace = _pace(folder)
    left = None if pace is None else pace * (config.rounds - generation)
    champions = sorted((folder / filenames.CHAMPIONS).glob("[0-9]*.json"))
    return SearchStanding(
        run=str(folder),
        task=config.task,
        seed=config.seed,
        state=state,
        generation=generation,
        generations=config.rounds,
        row=row,
        champion_since=int(champions[-1].stem) if champions else None,
        front=_front(folder, state),
        seconds_per_generation=pace,
        seconds_left=left if state == RUNNING else None,
        silent=_silence(folder),
        measure=meaning_of(config).name,
    )


def _last_row(folder: Path) -> dict[str, Any] | None:
    rows = last_rows(tail(folder / filenames.GENERATIONS, _TAIL), GenerationRow)
    return rows[-1] if rows else None


def _row_of(summary: dict[str, Any]) -> dict[str, Any] | None:
    """Return what the summary says of the last generation, for runs that came without the rows."""
    if not summary.get("finished") or "generations" not in summary:
        return None
    champion = {"champion": "mean", "champion_connections": "connections"}
    return {"generation": summary["generations"] - 1} | {
        name: summary.get(said) for name, said in champion.items()
    }


def _state(held: bool | None, summary: dict[str, Any], generation: int, generations: int) -> str:
    if generation >= generations and summary.get("finished"):
        return FINISHED
    if held is None:  # where locks are unknown, what a stop leaves has to tell
        held = summary.get("generations") != generation
    return RUNNING if held else STOPPED


class _Seconds(TypedDict):
    generation: int
    evaluate: float
    breed: float
    confirm: float


def _pace(folder: Path) -> float | None:
    """Return how long a generation takes, by the median of the last ones.

    The first foretells nothing, as kernels are compiled in it.
    """
    rows = last_rows(tail(folder / filenames.TIMING, _TAIL), _Seconds)[-_PACE:]
    parts = ("evaluate", "breed", "confirm")
    times = [
        sum(row.get(part, 0.0) for part in parts) for row in rows if row.get("generation", 0) > 0
    ]
    return statistics.median(times) if times else None


def _front(folder: Path, state: str) -> list[FrontPoint]:
    """Return the front: of the end of a search, or else of its last checkpoint."""
    if state == FINISHED:
        rows = read_if_whole(_content(folder / filenames.FRONT), list[FrontRow]) or []
        return [FrontPoint(row["connections"], row["mean"]) for row in rows]
    content = _content(folder / filenames.CHECKPOINT)
    if content is None:
        return []
    try:
        packed = read_npz(io.BytesIO(content), ["state"], most=memory() // 2)["state"]
        saved = shaped(parse_json(packed.tobytes()), in_part(_Saved), "the state")
    except Exception:  # zipfile and zlib raise many kinds; whoever resumes the run complains
        return []
    return [FrontPoint(member[0], member[1]) for member in saved.get("members", [])]


class _Saved(TypedDict):
    """What is read of the state in a checkpoint."""

    members: list[tuple[int, float, float, int, int]]


def _silence(folder: Path) -> float:
    times = []
    for name in (filenames.CONFIG, filenames.GENERATIONS, filenames.CHECKPOINT):
        with suppress(OSError):
            times.append(os.stat(folder / name).st_mtime)
    return max(0.0, time.time() - max(times, default=time.time()))


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
