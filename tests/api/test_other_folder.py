"""Calls whose caller changes the working folder meanwhile, and values that NumPy gives."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import wann
from wann.errors import UserError

TINY: dict[str, Any] = {"population": 16, "seed": 3, "threads": 1, "confirm_episodes": 2}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path


def test_a_callback_that_changes_the_folder_splits_no_run(here: Path) -> None:
    def leave(row: Any) -> None:
        os.chdir(here / "there")

    run = wann.search("swingup-quick", out="run", generations=3, callback=leave, **TINY)
    assert run.summary.finished
    assert len((here / "here" / "run" / "generations.jsonl").read_text().splitlines()) == 3
    assert (here / "here" / "run" / "page.html").is_file()
    assert os.listdir(here / "there") == []
    assert len(run.front) >= 1


def test_a_loop_that_changes_the_folder_splits_no_run(here: Path) -> None:
    for row in wann.grow("swingup-quick", out="run", generations=3, logger="csv", **TINY):
        if row["generation"] == 0:
            os.chdir(here / "there")
    os.chdir(here / "here")
    run = wann.open_run("run")
    assert run.summary.finished
    os.chdir(here / "there")
    assert run.champion.connections == run.summary.connections
    assert os.listdir() == []


def test_numbers_of_numpy_are_numbers() -> None:
    run = wann.search(
        "swingup-quick",
        generations=np.int64(1),
        checkpoint_seconds=np.float32(1),
        figures=False,
        **{**TINY, "threads": np.int64(1)},
    )
    assert run.summary.finished


@pytest.mark.parametrize("given", [None, ()])
def test_a_sweep_without_a_grid_is_one_over_seeds(given: Any) -> None:
    swept = wann.sweep(
        "swingup-quick",
        grid=given,
        seeds=[0, 1],
        generations=1,
        population=16,
        workers=1,
        progress=False,
        figures=False,
    )
    assert swept.summary.finished
    assert len(swept.summary.runs) == 2


def test_a_grid_that_is_no_mapping_is_refused() -> None:
    with pytest.raises(UserError, match="grid=: expected a mapping of settings"):
        wann.sweep("swingup-quick", grid=3, seeds=[0])


def test_of_what_does_not_exist_no_flag_is_looked_at() -> None:
    with pytest.raises(UserError, match="nosuch is not a run"):
        wann.resume("nosuch", workers=1)
