"""A table with a line for each generation, in the folder of the run."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wann.experiments.growing.rows import GenerationRow
from wann.files import Folder
from wann.runs.filenames import GENERATIONS, LOG_TABLE
from wann.runs.tail import last_rows


class CsvLogger:
    """A table in log.csv, a line for each generation."""

    def begin(self, folder: Path, name: str) -> None:
        """Write what there is already: generations of before the table was asked for, too."""
        rows = _rows(folder)
        if rows:
            Folder(folder).write(LOG_TABLE, _text(rows, head=True))

    def __call__(self, row: dict[str, Any], folder: Path) -> None:
        """Add the line of a generation."""
        files, number = Folder(folder), row["generation"]
        path = folder / LOG_TABLE
        lines = path.read_bytes().count(b"\n") if path.exists() and number else 0
        if lines == number + 1:
            files.append(LOG_TABLE, _text([row], head=False))
        else:  # new, or gone on with: what came after the checkpoint comes again
            before = [known for known in _rows(folder) if known["generation"] < number]
            files.write(LOG_TABLE, _text([*before, row], head=True))


def _rows(folder: Path) -> list[dict[str, Any]]:
    """Return the rows of the generations that the run has, in their order."""
    path = folder / GENERATIONS
    return list(last_rows(path.read_bytes(), GenerationRow)) if path.exists() else []


def _text(rows: Sequence[dict[str, Any]], head: bool) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if head:
        writer.writerow(rows[0])
    writer.writerows(row.values() for row in rows)
    return text.getvalue().encode()
