"""Loggers: a table, curves for TensorBoard, and functions of the user's own."""

import csv
from pathlib import Path
from typing import Any

import pytest
from run_toys import SMALL

import wann
from wann.errors import UserError
from wann.experiments.growing import loggers

HOW = SMALL | {"generations": 3}
told: list[Any] = []


def remember(row: Any, folder: Path) -> None:
    told.append((row["generation"], folder))


def fails(row: Any, folder: Path) -> None:
    raise ValueError("no room")


def test_a_search_tells_its_loggers(tmp_path: Path) -> None:
    run = wann.search("swingup-quick", out=tmp_path / "run", logger=["csv", remember], **HOW)
    assert told == [(number, run.folder) for number in range(3)]
    with (run.folder / "log.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [int(row["generation"]) for row in rows] == [0, 1, 2]
    assert [float(row["best"]) for row in rows] == run.history["best"].tolist()
    row = run.history.rows[1]
    loggers.write_csv(row, run.folder)  # gone on with behind the first generation
    assert len((run.folder / "log.csv").read_text().splitlines()) == 3


def test_a_logger_that_fails_loses_nothing(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"the logger .*fails failed on generation 0: ValueError"):
        wann.search("swingup-quick", out=tmp_path / "run", logger=fails, **HOW)
    run = wann.open_run(tmp_path / "run")
    assert run.summary.generations == 1
    assert run.resume(threads=1, figures=False, logger="csv").summary.finished


@pytest.mark.parametrize(
    ("logger", "message"),
    [
        ("cvs", "unknown logger 'cvs': did you mean 'csv'"),
        (3, "logger=: expected a function of .row, folder."),
        (lambda row: None, "expected a function of .row, folder."),
    ],
)
def test_what_is_no_logger(logger: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=message):
        wann.search("swingup-quick", out=tmp_path / "run", logger=logger, **HOW)
    assert not (tmp_path / "run").exists()


def test_tensorboard_gets_numbers(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    loggers.write_tensorboard({"generation": 0, "best": 1.0, "champion": None}, tmp_path)
    assert list((tmp_path / "tensorboard").iterdir())
