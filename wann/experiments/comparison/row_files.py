"""Where the rows of a comparison are read and written, each in a folder of its own."""

import json
from pathlib import Path

from wann.experiments.comparison import filenames
from wann.experiments.comparison.contestants.contestant import Contestant
from wann.experiments.comparison.plan import ComparisonJob
from wann.experiments.comparison.rows import ComparisonRow
from wann.files import write_json
from wann.formats.whole_network import write_network
from wann.jobs import row_files


def row_folder(folder: Path, job: ComparisonJob) -> Path:
    """Return where a row lies in the `folder` of a comparison: rows/CHAMPION/NAME/seed=0."""
    return folder / filenames.ROWS / job.champion / job.name / f"seed={job.seed}"


def network_path(folder: Path, job: ComparisonJob) -> Path:
    """Return where the network of a row lies."""
    return row_folder(folder, job) / filenames.NETWORK


def read_row(folder: Path, job: ComparisonJob) -> ComparisonRow | None:
    """Return a row, None if it is not done; UserError if it is damaged."""
    path = row_folder(folder, job) / filenames.ROW
    return row_files.read_row(path, ComparisonRow.from_json, "the row is made again")


def write_row(folder: Path, row: ComparisonRow, contestant: Contestant) -> None:
    """Write a contestant's network and then its row.

    The error of an earlier attempt is removed.
    """
    path = row_folder(folder, row.job)
    write_network(path / filenames.NETWORK, contestant.network, contestant.weights, row.task)
    write_json(path / filenames.ROW, row.to_json())
    (path / filenames.ERROR).unlink(missing_ok=True)


def write_error(folder: Path, job: ComparisonJob, problem: str) -> None:
    """Write why a row could not be made."""
    write_json(row_folder(folder, job) / filenames.ERROR, {"error": problem})


def read_error(folder: Path, job: ComparisonJob) -> str | None:
    """Return why a row could not be made when it was tried last.

    None if it was not tried, or was made.
    """
    try:
        return str(json.loads((row_folder(folder, job) / filenames.ERROR).read_text())["error"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
