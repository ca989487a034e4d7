"""The lineage of a run is written and read again; what is damaged is one line."""

from pathlib import Path

import pytest

from wann.errors import UserError
from wann.runs.filenames import LINEAGE
from wann.runs.lineage import BirthRow, lineage_text, read_lineage

ROWS = [
    BirthRow(0, 0, mean=0.0, connections=0),
    BirthRow(
        70,
        2,
        0,
        None,
        3,
        [(281, "sine")],
        [7],
        [(9, "tanh", "step")],
        [(1, 281)],
        [(1, 6)],
        2,
        True,
    ),
]


def test_rows_come_back(tmp_path: Path) -> None:
    (tmp_path / LINEAGE).write_text(lineage_text(ROWS))
    assert '"birth": 0, "generation": 0, "mean": 0.0, "connections": 0}' in lineage_text(ROWS)
    found = read_lineage(tmp_path)
    assert found is not None
    assert lineage_text(found) == lineage_text(ROWS)


def test_older_runs_have_none(tmp_path: Path) -> None:
    assert read_lineage(tmp_path) is None


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("{", "is damaged"),
        ('{"birth": 1}', "missing required field generation"),
        ('{"birth": 1, "generation": 0, "parent": 5}', "expected birth 5 before its child 1"),
        ('{"birth": 1, "generation": 0, "nodes_added": [[1]]}', "is damaged"),
    ],
)
def test_damaged_files(tmp_path: Path, content: str, problem: str) -> None:
    (tmp_path / LINEAGE).write_text(content + "\n")
    with pytest.raises(UserError, match=problem):
        read_lineage(tmp_path)
