"""Loggers: a table, functions of the user's own, and what is no logger."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from run_toys import SMALL, TINY

import wann
from wann.errors import UserError
from wann.experiments.growing.loggers.csv_table import CsvLogger

pytestmark = pytest.mark.usefixtures("nothing_painted")

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
    CsvLogger()(row, run.folder)  # gone on with behind the first generation
    assert len((run.folder / "log.csv").read_text().splitlines()) == 3


def test_a_logger_that_fails_loses_nothing(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"the logger .*fails failed on generation 0: ValueError"):
        wann.search("swingup-quick", out=tmp_path / "run", logger=fails, **HOW)
    run = wann.open_run(tmp_path / "run")
    assert run.summary.generations == 1
    assert run.resume(threads=1, figures=False, logger="csv").summary.finished


def test_generations_of_before_a_table_was_asked_for_are_in_it(tmp_path: Path) -> None:
    how: dict[str, Any] = {"threads": 1, "figures": False}

    def stop_at(generation: int) -> Callable[[dict[str, Any]], bool]:
        return lambda row: row["generation"] == generation

    def table() -> list[int]:
        with (tmp_path / "run" / "log.csv").open() as file:
            return [int(row["generation"]) for row in csv.DictReader(file)]

    small: dict[str, Any] = {"generations": 8, "population": 16, "out": tmp_path / "run"}
    wann.search("swingup-quick", callback=stop_at(1), **small, **how)
    wann.resume(tmp_path / "run", logger="csv", callback=stop_at(3), **how)
    assert table() == [0, 1, 2, 3]
    wann.resume(tmp_path / "run", callback=stop_at(5), **how)
    wann.resume(tmp_path / "run", **how)
    wann.resume(tmp_path / "run", logger="csv", **how)  # finished, and yet sent
    assert table() == list(range(8))


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


class Steps:
    """A logger with a beginning and an end."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def begin(self, folder: Path, name: str) -> None:
        self.told.append(("begin", name))

    def __call__(self, row: Any, folder: Path) -> None:
        self.told.append(row["generation"])

    def end(self, folder: Path) -> None:
        self.told.append("end")
        assert (folder / "summary.json").exists()


def test_beginning_and_end_are_told_however_a_search_ends(tmp_path: Path) -> None:
    steps = Steps()
    how = HOW | {"callback": lambda row: row["generation"] == 1}
    run = wann.search("swingup-quick", out=tmp_path / "run", logger=steps, **how)
    assert steps.told == [("begin", "run"), 0, 1, "end"]
    run.resume(threads=1, figures=False, logger=steps)
    assert steps.told[4:] == [("begin", "run"), 2, "end"]
    with wann.grow("swingup-quick", out=tmp_path / "left", logger=steps, **HOW) as rows:
        next(rows)
    assert steps.told[7:] == [("begin", "left"), 0, "end"]


def test_a_sweep_tells_its_loggers_in_each_run(tmp_path: Path) -> None:
    found = wann.sweep(
        "swingup-quick",
        seeds=[3],
        out=tmp_path / "sweep",
        logger=["csv", tell_file],
        workers=1,
        **TINY,
    )
    run = tmp_path / "sweep" / "seed=3"
    assert (run / "log.csv").read_text().count("\n") == 3
    assert (run / "told.txt").read_text() == "01"
    with pytest.raises(UserError, match="unknown logger 'cvs'"):
        wann.resume(found, logger="cvs")


def tell_file(row: Any, folder: Path) -> None:
    with (folder / "told.txt").open("a") as file:
        file.write(str(row["generation"]))
