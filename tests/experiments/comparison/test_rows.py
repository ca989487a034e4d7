"""Rows are the same after writing and reading, and a damaged one says how to mend it."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from compare_toys import diamond, row

from wann.errors import UserError
from wann.experiments.comparison.contestants.contestant import Contestant
from wann.experiments.comparison.row_files import (
    read_error,
    read_network,
    read_row,
    row_folder,
    write_error,
    write_row,
)
from wann.experiments.comparison.rows import ComparisonRow

CONTESTANT = Contestant(diamond(), None, "by hand", {})
FULL = row("imp", 3, 0.5)


@pytest.mark.parametrize("written", [FULL, replace(FULL, profiles=None, latencies=())])
def test_a_row_is_read_back_as_it_was_written(written: ComparisonRow, tmp_path: Path) -> None:
    write_row(tmp_path, written, CONTESTANT)
    assert read_row(tmp_path, written.job) == written
    content = json.loads((row_folder(tmp_path, written.job) / "row.json").read_text())
    assert set(content.pop("sha256")) == {"network.json"}
    assert json.dumps(written.to_json()) == json.dumps(content)


def test_a_row_of_a_curve_has_no_profile_in_its_file() -> None:
    plain = replace(FULL, profiles=None).to_json()
    left_out = [name for name in FULL.to_json() if name not in plain]
    assert left_out == ["signs", "profile", "signed_profile"]


@pytest.mark.parametrize(
    "text", ["", "[]", "3", "{}", json.dumps({**FULL.to_json(), "structure": {"paths": "1"}})]
)
def test_a_damaged_row_says_what_to_do(text: str, tmp_path: Path) -> None:
    path = row_folder(tmp_path, FULL.job) / "row.json"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    with pytest.raises(UserError, match=r"row\.json is damaged: .*; remove it, and the row is"):
        read_row(tmp_path, FULL.job)


def test_the_row_of_another_job_is_refused(tmp_path: Path) -> None:
    write_row(tmp_path, FULL, CONTESTANT)
    other = FULL.job._replace(seed=FULL.job.seed + 1)
    shutil.copytree(row_folder(tmp_path, FULL.job), row_folder(tmp_path, other))
    with pytest.raises(UserError, match=r"row\.json is the row of imp of run with seed 3"):
        read_row(tmp_path, other)


def test_the_network_of_another_row_is_refused(tmp_path: Path) -> None:
    write_row(tmp_path, FULL, CONTESTANT)
    assert read_network(tmp_path, FULL.job).network.connections == diamond().connections
    path = row_folder(tmp_path, FULL.job) / "network.json"
    path.write_text(path.read_text().replace('"info": {}', '"info": {"a": 1}'))
    with pytest.raises(UserError, match=r"network\.json is damaged, or another file"):
        read_network(tmp_path, FULL.job)


def test_an_error_is_forgotten_once_the_row_is_made(tmp_path: Path) -> None:
    assert read_row(tmp_path, FULL.job) is None
    assert read_error(tmp_path, FULL.job) is None
    write_error(tmp_path, FULL.job, "out of memory")
    assert read_error(tmp_path, FULL.job) == "out of memory"
    write_row(tmp_path, FULL, CONTESTANT)
    assert read_error(tmp_path, FULL.job) is None
