"""The folder of a comparison: every file name, and one folder for each row, which is written last.

compare.json   what is compared       champions/   its networks       rows/   a folder for each row
"""

import json
from pathlib import Path
from typing import Any

from wann.errors import UserError
from wann.experiments.comparison.contestants.contestant import Champion, Contestant
from wann.experiments.comparison.plan import Job
from wann.files import write_atomically
from wann.formats.whole_network import read_whole_network, write_network

MANIFEST, CHAMPIONS, ROWS = "compare.json", "champions", "rows"
SUMMARY, TABLE, ROW_TABLE, CURVE_TABLE = "summary.json", "summary.csv", "rows.csv", "curves.csv"
REPORT, MARKDOWN, FIGURE, CURVES = "report.html", "report.md", "conditions", "curves"
_ROW, _ERROR, NETWORK = "row.json", "error.json", "network.json"

Row = dict[str, Any]


def row_folder(place: Path, job: Job) -> Path:
    """Return where a row lies: rows/CHAMPION/NAME/seed=0."""
    return place / ROWS / job.champion / job.name / f"seed={job.seed}"


def read_row(place: Path, job: Job) -> Row | None:
    """Return a row, None if it is not done; UserError if it is damaged."""
    path = row_folder(place, job) / _ROW
    try:
        row: Row = json.loads(path.read_text())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise UserError(
            f"{path} is damaged: {error}; remove it, and the row is made again"
        ) from None
    return row


def write_row(place: Path, job: Job, row: Row, contestant: Contestant, task: str) -> None:
    """Write a contestant's network and then its row.

    An error of an earlier attempt is forgotten.
    """
    folder = row_folder(place, job)
    write_network(folder / NETWORK, contestant.network, contestant.weights, task)
    write_atomically(folder / _ROW, _json(row))
    (folder / _ERROR).unlink(missing_ok=True)


def write_error(place: Path, job: Job, problem: str) -> None:
    """Write why a row could not be made."""
    write_atomically(row_folder(place, job) / _ERROR, _json({"error": problem}))


def read_error(place: Path, job: Job) -> str | None:
    """Return why a row could not be made when it was tried last.

    None if it was not, or was made.
    """
    try:
        return str(json.loads((row_folder(place, job) / _ERROR).read_text())["error"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def write_champion(place: Path, champion: Champion, task: str) -> None:
    """Write the network of a champion, so that rows do not depend on what becomes of the run it is from."""
    info = {"cost": champion.cost, "path": str(champion.path)}
    path = place / CHAMPIONS / f"{champion.label}.json"
    write_network(path, champion.network, champion.weights, task, info)


def read_champion(place: Path, label: str) -> Champion:
    """Return the champion of that label."""
    path = place / CHAMPIONS / f"{label}.json"
    network, weights, _, info = read_whole_network(path)
    origin, cost = Path(info.get("path", path)), dict(info.get("cost", {}))
    return Champion(label, origin, network, weights, cost)


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=2, allow_nan=False) + "\n").encode()
