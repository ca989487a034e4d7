"""A table with a line for each generation, in the folder of the run."""

import csv
import io
from pathlib import Path
from typing import Any

from wann.files import Folder
from wann.runs.filenames import LOG_TABLE


def write_csv(row: dict[str, Any], folder: Path) -> None:
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
