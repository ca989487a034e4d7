"""A pruning study on a Ray of its own gives the rows that it gives on this machine."""

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from places import ROOT

from wann.cli.main import main

pytest.importorskip("ray")

STUDY = (
    "prune",
    "--method",
    "snip,imp",
    "--density",
    "0.6",
    "--seeds",
    "0-1",
    "--steps",
    "60",
    "--workers",
    "2",
)


@pytest.fixture(autouse=True)
def _ray_of_our_own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    # Ray may be imported already, and would not see a token
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    monkeypatch.setenv("RAY_worker_niceness", "0")  # else workers starve beside other tests
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    # Names of sockets are short
    with tempfile.TemporaryDirectory(prefix="ray", ignore_cleanup_errors=True) as folder:
        monkeypatch.setenv("RAY_TMPDIR", folder)
        yield


def rows(place: Path) -> list[dict[str, Any]]:
    found = json.loads((place / "summary.json").read_text())["rows"]
    return [{key: value for key, value in row.items() if key != "seconds"} for row in found]


def test_ray_gives_the_same_rows(tmp_path: Path) -> None:
    assert main([*STUDY, "--out", str(tmp_path / "here")]) == 0
    assert main([*STUDY, "--out", str(tmp_path / "ray"), "--ray"]) == 0
    assert rows(tmp_path / "ray") == rows(tmp_path / "here")
    assert len(rows(tmp_path / "ray")) == 2 * (1 + 1 + 3)
