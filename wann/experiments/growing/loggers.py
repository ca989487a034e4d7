"""Loggers: what is told of every generation of a search, while it goes on.

A logger is called with the row of a generation (see `rows.GenerationRow`) and the folder of the
run. `LOGGERS` holds those that come with the project; one of the user's own is found by it, too.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from wann.errors import UserError, in_short
from wann.files import Folder
from wann.own import Registry
from wann.runs.filenames import LOG_TABLE

Row = dict[str, Any]
Logger = Callable[[Row, Path], object]

_TENSORBOARD = "tensorboard"


def write_csv(row: Row, folder: Path) -> None:
    """A table in log.csv, a line for each generation."""
    files, number = Folder(folder), row["generation"]
    lines = _lines(folder / LOG_TABLE) if number else []
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if not lines:
        writer.writerow(row)
    writer.writerow(row.values())
    if len(lines) == number + 1:
        files.append(LOG_TABLE, text.getvalue().encode())
    else:  # new, or gone on with: what came after the checkpoint comes again
        files.write(LOG_TABLE, "".join([*lines[: number + 1], text.getvalue()]).encode())


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines(keepends=True) if path.exists() else []


def write_tensorboard(row: Row, folder: Path) -> None:
    """Curves for TensorBoard, in the folder tensorboard of the run (takes `tensorboard`)."""
    writer = _tensorboard(folder / _TENSORBOARD)
    for name, value in row.items():
        if name != "generation" and value is not None:
            writer.add_scalar(name, value, row["generation"])
    writer.flush()


@cache
def _tensorboard(folder: Path) -> Any:
    return _writer_class()(str(folder))


def _writer_class() -> Any:
    try:
        from tensorboard.summary import Writer
    except ImportError:
        raise UserError(
            "the logger tensorboard needs a package that is not installed: pip install tensorboard"
        ) from None
    return Writer


LOGGERS: Registry[Logger] = Registry(
    "logger",
    {"csv": write_csv, "tensorboard": write_tensorboard},
    expected="a function of (row, folder): the row of a generation, a dictionary, and the folder "
    "of the run",
    arguments=2,
)


def find_loggers(given: Any) -> tuple[Logger, ...]:
    """Return the loggers that a user gave: one or several, by name or as functions; None: none.

    UserError for what is none, and for one whose package is not installed.
    """
    one = isinstance(given, str) or callable(given)
    if given is not None and not one and not isinstance(given, Iterable):
        raise UserError(f"--logger: expected {LOGGERS.expected}; got {in_short(given)}")
    found = tuple(LOGGERS.find(each) for each in ([given] if one else given or ()))
    if write_tensorboard in found:
        _writer_class()
    return found


def log(loggers: Sequence[Logger], row: Row, folder: Path) -> None:
    """Call each logger with a row; UserError, naming it, where one fails."""
    for logger in loggers:
        LOGGERS.call(logger, f"generation {row['generation']}", row, folder)
