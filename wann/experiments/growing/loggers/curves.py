"""What loggers have in common that send curves to the program of somebody else.

Rows are sent together, once a second. A run notes how many were sent, and as which run there: one
that is gone on with, even after a kill, sends each row once, and those of before a logger was asked
for, too. A program that cannot be reached for some time delays its rows, never the search.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, TypedDict

from wann.errors import UserError, in_one_line
from wann.experiments.growing.rows import GenerationRow, RunSummary
from wann.files import Folder, json_bytes
from wann.reading import in_part
from wann.runs.filenames import CHAMPION, GENERATIONS, LOGGED, SUMMARY
from wann.runs.tail import last_rows, read_if_whole
from wann.terminal import warn

Row = dict[str, Any]

_SEND_SECONDS = 1.0  # between two times that rows are sent
_RETRY_SECONDS = 30.0  # until it is tried again, where that failed
NOT_DRAWN = "generation"  # the entry of a row that curves are drawn over


class Curves(Protocol):
    """Where the curves of one search go."""

    identity: str  # what the search is called there

    def send(self, rows: Sequence[Row]) -> None:
        """Add the rows of some generations."""

    def close(self, champion: Path | None, finished: bool) -> None:
        """End with the file of the champion, if there is one; say whether the search is over."""


class _Known(TypedDict):
    """What a run notes of one logger."""

    identity: str
    rows: int


class CurveLogger(ABC):
    """A logger that sends curves to the program of somebody else."""

    name: str  # of the logger, and of the extra that installs its package
    module: str  # that is imported

    def __init__(self) -> None:
        self._under_way: dict[Path, _UnderWay] = {}

    def check(self) -> Any:
        """Return the package; UserError where it is not installed."""
        try:
            return import_module(self.module)
        except ImportError:
            raise UserError(
                f"the logger {self.name} needs a package that is not installed: "
                f"pip install 'wann[{self.name}]'"
            ) from None

    @abstractmethod
    def open(self, folder: Path, name: str, identity: str | None) -> Curves:
        """Return where the curves of a search go.

        Args:
            folder: of the search.
            name: what the search is called.
            identity: what it was called there before; None: it is new there.
        """

    def begin(self, folder: Path, name: str) -> None:
        """Begin, or go on where an earlier process ended; send rows that were not sent yet."""
        known = _known(folder).get(self.name)
        try:
            curves = self.open(folder, name, known["identity"] if known else None)
        except Exception as error:  # each package has its own
            raise UserError(f"the logger {self.name} cannot begin: {in_one_line(error)}") from error
        there = known is not None and known["identity"] == curves.identity
        sent = known["rows"] if known and there else 0
        under_way = self._under_way[folder] = _UnderWay(self.name, folder, curves, sent)
        for row in last_rows(_content(folder / GENERATIONS) or b"", GenerationRow):
            under_way.take(row)

    def __call__(self, row: Row, folder: Path) -> None:
        """Take the row of a generation."""
        if folder not in self._under_way:
            self.begin(folder, folder.resolve().name)
        self._under_way[folder].take(row)
        self._under_way[folder].send_if_due()

    def end(self, folder: Path) -> None:
        """Send what is left, and end."""
        under_way = self._under_way.pop(folder, None)
        if under_way:
            under_way.close()


class _UnderWay:
    """A search whose rows are being sent."""

    def __init__(self, logger: str, folder: Path, curves: Curves, sent: int) -> None:
        self._logger, self._folder, self._curves = logger, folder, curves
        self._sent = sent
        self._waiting: list[Row] = []
        self._due = 0.0
        self._failed = False

    def take(self, row: Row) -> None:
        """Keep a row until it is sent, unless it was sent or taken before."""
        if row[NOT_DRAWN] >= self._sent + len(self._waiting):
            self._waiting.append(row)

    def send_if_due(self) -> None:
        """Send what was taken, if some time has passed since it was done last."""
        if time.monotonic() >= self._due:
            self._send()

    def close(self) -> None:
        """Send what is left and end; a warning where that fails."""
        self._send()
        folder = self._folder
        summary = read_if_whole(_content(folder / SUMMARY), in_part(RunSummary)) or {}
        champion = folder / CHAMPION if (folder / CHAMPION).exists() else None
        try:
            self._curves.close(champion, summary.get("finished", False))
        except Exception as error:  # each package has its own
            self._complain(error)

    def _send(self) -> None:
        self._due = time.monotonic() + _SEND_SECONDS
        if not self._waiting:
            return
        try:
            self._curves.send(self._waiting)
        except Exception as error:  # each package has its own
            self._complain(error)
            self._due = time.monotonic() + _RETRY_SECONDS
            return
        self._sent += len(self._waiting)
        self._waiting, self._failed = [], False
        noted = _known(self._folder)
        noted[self._logger] = {"identity": self._curves.identity, "rows": self._sent}
        Folder(self._folder).write(LOGGED, json_bytes(noted))

    def _complain(self, error: Exception) -> None:
        if not self._failed:
            warn(
                f"the logger {self._logger} cannot send rows as yet: {in_one_line(error)}; what is "
                f"left in the end is sent by: wann resume {self._folder} --logger {self._logger}"
            )
        self._failed = True


def _known(folder: Path) -> dict[str, _Known]:
    return read_if_whole(_content(folder / LOGGED), dict[str, _Known]) or {}


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None
