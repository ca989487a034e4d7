import threading
from typing import Any

import pytest

from wann.api.watching import progress
from wann.api.watching.progress import count_steps, describe_classification, describe_search, follow


def row(generation: int, **more: Any) -> dict[str, Any]:
    plain = {"best": 1.0, "median": 0.5, "failed": 0, "champion": None}
    return {"generation": generation, "env_steps": 1000 * generation, **plain, **more}


def test_a_generation_in_one_line() -> None:
    assert describe_search(row(1)) == "best 1, median 0.5, champion none yet"
    known = row(1, best=None, failed=2, champion=703.2, champion_connections=9)
    assert describe_search(known) == (
        "best -, median 0.5, 2 failed, champion 703 with 9 connections"
    )


def test_rows_are_followed_unchanged_and_the_last_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [row(number) for number in range(3)]
    assert list(follow(rows, 3, 0)) == rows
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == (
        "generation 1/3: best 1, median 0.5, champion none yet, measuring the speed"
    )
    assert lines[-1].startswith("generation 3/3: ")
    assert lines[-1].endswith(" M steps/s, 0:00 left")


def test_steps_are_told_when_there_are_more(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_PLAIN_SECONDS", 0.001)
    counts, enough = iter([3, 3, 4, 4]), threading.Event()

    def finished() -> int:
        number = next(counts, None)
        if number is None:
            enough.set()
        return 4 if number is None else number

    with count_steps(finished, 7):
        assert enough.wait(10)
    assert [line.split(", ")[0] for line in capsys.readouterr().err.splitlines()] == [
        "4 of 7 steps"
    ]


def test_a_classifier_shows_its_accuracy_and_its_losses() -> None:
    describe = describe_classification(lambda: 0.8734)
    assert describe(row(1)) == "loss best -1, median -0.5, champion none yet"
    known = {**row(1), "champion": -0.25, "champion_connections": 31}
    assert describe(known).endswith("champion accuracy 87.3 %, loss 0.25 with 31 connections")
