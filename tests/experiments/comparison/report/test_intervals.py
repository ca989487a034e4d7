"""Intervals and verdicts of the comparisons that come with the project are those of their rows."""

import csv
from pathlib import Path
from typing import Any

import pytest
from places import ROOT

from wann.experiments.comparison.contestants.contestants import GROWN
from wann.experiments.comparison.measuring.measures import LABELS
from wann.experiments.comparison.report.intervals import ConditionResult, condition_result


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def written(line: dict[str, str], condition: str) -> dict[str, Any]:
    """What a line of summary.csv says of a condition: its cells that are not empty."""
    columns = ["mean", "low", "high", "n", "verdict"]
    columns += [f"difference_{name}" for name in ("mean", "low", "high")]
    cells = {name: line[f"{condition}_{name}"] for name in columns}
    return {name: text for name, text in cells.items() if text}


def as_written(found: ConditionResult) -> dict[str, Any]:
    cells = {name: str(value) for name, value in found.estimate._asdict().items()}
    if found.against:
        difference = found.against._asdict()
        cells["verdict"] = difference.pop("verdict")
        del difference["n"]
        cells |= {f"difference_{name}": str(value) for name, value in difference.items()}
    return cells


@pytest.mark.parametrize("name", ["comparison-mnist256", "comparison-swingup"])
def test_shipped_intervals_and_verdicts_are_those_of_the_rows(name: str) -> None:
    folder = ROOT / "runs" / "studies" / name
    rows, checked = table(folder / "rows.csv"), 0
    for condition in (condition for condition in LABELS if condition in rows[0]):
        means: dict[str, dict[str | int, float]] = {}
        for row in rows:
            means.setdefault(row["name"], {})[int(row["seed"])] = float(row[condition])
        for line in table(folder / "summary.csv"):
            reference = None if line["name"] == GROWN else means[GROWN]
            found = condition_result(means[line["name"]], reference)
            assert as_written(found) == written(line, condition), (line["name"], condition)
            checked += 1
    assert checked == len(means) * len([label for label in LABELS if label in rows[0]])
