"""Where the rows of a comparison are read and written, each in a folder of its own."""

from pathlib import Path

from wann.experiments.comparison import filenames
from wann.experiments.comparison.contestants.contestant import Contestant
from wann.experiments.comparison.plan import ComparisonJob
from wann.experiments.comparison.rows import ComparisonRow
from wann.files import Folder, json_bytes
from wann.formats.whole_network import network_bytes
from wann.jobs import row_files
from wann.reading import read_shaped


def row_folder(folder: Path, job: ComparisonJob) -> Path:
    """Return where a row lies in the `folder` of a comparison: rows/CHAMPION/NAME/seed=0."""
    return folder / _inner_folder(job)


def _inner_folder(job: ComparisonJob) -> str:
    """Return where a row lies in the folder of its comparison."""
    return f"{filenames.ROWS}/{job.champion}/{job.name}/seed={job.seed}"


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
    files, inner = Folder(folder), _inner_folder(row.job)
    network = network_bytes(contestant.network, contestant.weights, row.task)
    files.write(f"{inner}/{filenames.NETWORK}", network)
    files.write(f"{inner}/{filenames.ROW}", json_bytes(row.to_json()))
    files.remove(f"{inner}/{filenames.ERROR}")


def write_error(folder: Path, job: ComparisonJob, problem: str) -> None:
    """Write why a row could not be made."""
    name = f"{_inner_folder(job)}/{filenames.ERROR}"
    Folder(folder).write(name, json_bytes({"error": problem}))


def read_error(folder: Path, job: ComparisonJob) -> str | None:
    """Return why a row could not be made when it was tried last.

    None if it was not tried, or was made.
    """
    try:
        path = row_folder(folder, job) / filenames.ERROR
        return str(read_shaped(path, dict[str, str])["error"])
    except (FileNotFoundError, ValueError, KeyError):
        return None
