"""How a tuning of individual weights stands, read from its folder while another process runs it.

Nothing is written, and neither the task nor code of the user's own is needed.
"""

from pathlib import Path
from typing import Any, NamedTuple

from wann.config import TuneConfig
from wann.runs import filenames
from wann.runs.lock import is_held
from wann.runs.rundir import RunDir
from wann.runs.tail import last_rows, tail
from wann.weights.individual import epochs
from wann.weights.tuning_folder import SETTINGS
from wann.weights.tuning_rows import StoredShape

_TAIL = 1 << 20  # bytes that surely hold the last row, which has the fitness of every candidate
_OF_CANDIDATES = ("fitness", "upper", "candidates")


class TuningStanding(NamedTuple):
    """How a tuning stands."""

    tuning: str  # its folder
    task: str  # its spec
    running: bool
    finished: bool  # the tuned network is written
    generation: int  # how many are done; with gradients, the start and the epochs
    generations: int | None  # of all; None: not known before the first row
    row: dict[str, Any] | None  # the last one, without the fitness of the candidates

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return self._asdict()


def read_standing(folder: Path) -> TuningStanding:
    """Return how the tuning in a folder stands; UserError where its settings are damaged."""
    config = RunDir(folder).read_settings(SETTINGS, TuneConfig())
    rows = last_rows(tail(folder / filenames.GENERATIONS, _TAIL), StoredShape)
    row = rows[-1] if rows else None
    done = 0 if row is None else int(row.get("generation", -1)) + 1
    return TuningStanding(
        tuning=str(folder),
        task=config.task,
        running=is_held(folder) is not False,
        finished=folder.with_name(f"{folder.name}.json").is_file(),
        generation=done,
        generations=None if row is None else _planned(config, row),
        row=None if row is None else {k: v for k, v in row.items() if k not in _OF_CANDIDATES},
    )


def _planned(config: TuneConfig, row: dict[str, Any]) -> int:
    """Return how many rows there will be, as the kind of a row tells which method is at work."""
    return epochs(config) + 1 if "epoch" in row else config.generations
