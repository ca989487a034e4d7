"""Where the rows of a comparison are read and written, each in a folder of its own."""

from pathlib import Path

from wann.errors import UserError
from wann.experiments.comparison import filenames
from wann.experiments.comparison.contestants.contestant import Contestant
from wann.experiments.comparison.plan import ComparisonJob
from wann.experiments.comparison.rows import ComparisonRow
from wann.files import Folder, json_bytes
from wann.formats.whole_network import WholeNetwork, network_bytes, read_whole_network
from wann.jobs import row_files
from wann.reading import read_shaped

_REMEDY = "the row is made again"


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
    """Return a row, None if it is not done; UserError if it is damaged, or that of another job."""
    path = row_folder(folder, job) / filenames.ROW
    row = row_files.read_row(path, ComparisonRow.from_json, _REMEDY)
    if row is not None and row.job != job:
        raise UserError(
            f"{path} is the row of {row.job.name} of {row.job.champion} with seed {row.job.seed}: "
            f"remove it, and {_REMEDY}"
        )
    return row


def read_network(folder: Path, job: ComparisonJob) -> WholeNetwork:
    """Return the network of a row; UserError if it is not there or damaged."""
    found = read_whole_network(network_path(folder, job))
    row_files.check_file(row_folder(folder, job) / filenames.ROW, filenames.NETWORK, _REMEDY)
    return found


def write_row(folder: Path, row: ComparisonRow, contestant: Contestant) -> None:
    """Write a contestant's network and then its row.

    The error of an earlier attempt is removed.
    """
    files, inner = Folder(folder), _inner_folder(row.job)
    network = network_bytes(contestant.network, contestant.weights, row.task)
    files.write(f"{inner}/{filenames.NETWORK}", network)
    content = row_files.row_bytes(row.to_json(), {filenames.NETWORK: network})
    files.write(f"{inner}/{filenames.ROW}", content)
    files.remove(f"{inner}/{filenames.ERROR}")


def write_error(folder: Path, job: ComparisonJob, problem: str) -> None:
    """Write why a row could not be made."""
    name = f"{_inner_folder(job)}/{filenames.ERROR}"
    Folder(folder).write(name, json_bytes({"error": problem}))


def remove_error(folder: Path, job: ComparisonJob) -> None:
    """Forget why a row could not be made before."""
    Folder(folder).remove(f"{_inner_folder(job)}/{filenames.ERROR}")


def read_error(folder: Path, job: ComparisonJob) -> str | None:
    """Return why a row could not be made when it was tried last.

    None if it was not tried, or was made.
    """
    try:
        path = row_folder(folder, job) / filenames.ERROR
        return str(read_shaped(path, dict[str, str])["error"])
    except (FileNotFoundError, ValueError, KeyError):
        return None
