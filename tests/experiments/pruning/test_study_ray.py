"""A pruning study on a Ray of its own gives the rows that it gives on this machine."""

import json
from pathlib import Path
from typing import Any

import pytest

from wann.cli.main import main

pytest.importorskip("ray")
pytestmark = pytest.mark.usefixtures("jobs_here", "nothing_painted", "alone_with_ray")

STUDY = (
    "prune",
    "--method",
    "snip,imp",
    "--density",
    "0.6",
    "--seeds",
    "0-1",
    "--steps",
    "20",
    "--workers",
    "2",
)


def rows(folder: Path) -> list[dict[str, Any]]:
    found = json.loads((folder / "summary.json").read_text())["rows"]
    return [{key: value for key, value in row.items() if key != "seconds"} for row in found]


def test_ray_gives_the_same_rows(tmp_path: Path) -> None:
    assert main([*STUDY, "--out", str(tmp_path / "here")]) == 0
    assert main([*STUDY, "--out", str(tmp_path / "ray"), "--ray"]) == 0
    assert rows(tmp_path / "ray") == rows(tmp_path / "here")
    assert len(rows(tmp_path / "ray")) == 2 * (1 + 1 + 3)
