"""Curves for TensorBoard."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wann.experiments.growing.loggers.curves import NOT_DRAWN, CurveLogger, Row
from wann.runs.filenames import TENSORBOARD


class TensorBoardLogger(CurveLogger):
    """Curves for TensorBoard, in the folder tensorboard of the run."""

    name, module = "tensorboard", "tensorboard.summary"

    def open(self, folder: Path, name: str, identity: str | None) -> "_EventFile":
        """See `CurveLogger`."""
        return _EventFile(self.check().Writer(str(folder / TENSORBOARD)))


class _EventFile:
    identity = TENSORBOARD

    def __init__(self, writer: Any) -> None:
        self._writer = writer

    def send(self, rows: Sequence[Row]) -> None:
        """See `Curves`."""
        for row in rows:
            for name, value in row.items():
                if name != NOT_DRAWN and value is not None:
                    self._writer.add_scalar(name, value, row[NOT_DRAWN])
        self._writer.flush()

    def close(self, champion: Path | None, finished: bool) -> None:
        """See `Curves`."""
        self._writer.close()
