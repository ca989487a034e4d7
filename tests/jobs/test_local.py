import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from paths import ROOT, TOYS
from tasks_toys import environment_of, sleep_for_ever, square, thrice_lucky

from wann import own, trust
from wann.jobs.local import Outcome, run_tasks

MANNERS = ["killed", "left", "mistaken", "raised", "none"]


def others_than(before: list[Any]) -> list[Any]:
    """Return the processes of this one that were not there before; a test may have left some."""
    return [process for process in multiprocessing.active_children() if process not in before]


def test_values_come_with_their_index() -> None:
    before = multiprocessing.active_children()
    assert dict(run_tasks(square, range(7), workers=2)) == {i: Outcome(i * i) for i in range(7)}
    assert list(run_tasks(square, [])) == []
    assert others_than(before) == []


def test_what_fails_is_tried_again_and_loses_no_other(tmp_path: Path) -> None:
    arguments = [(str(tmp_path), manner) for manner in MANNERS]
    ended = dict(run_tasks(thrice_lucky, arguments, workers=2, retries=2))
    assert [ended[i].problem for i in range(5)] == [None] * 5
    assert [ended[i].value for i in range(5)] == [f"{m} {1 if m == 'none' else 3}" for m in MANNERS]


def test_what_fails_too_often_says_why_in_one_line(tmp_path: Path) -> None:
    arguments = [(str(tmp_path), manner) for manner in MANNERS]
    ended = dict(run_tasks(thrice_lucky, arguments, workers=2, retries=1))
    assert "killed by signal 9" in str(ended[0].problem)
    assert "ended with code 7" in str(ended[1].problem)
    assert ended[2].problem == "bad setting"
    assert str(ended[3].problem).startswith(
        "ArithmeticError: division by zero (tasks_toys.py, line"
    )
    assert ended[4] == Outcome("none 1")


def test_a_worker_has_one_thread() -> None:
    names = ["OMP_NUM_THREADS", "NUMBA_NUM_THREADS"]
    assert dict(run_tasks(environment_of, [names], workers=1)) == {0: Outcome(["1", "1"])}
    assert "NUMBA_NUM_THREADS" not in os.environ


def test_once_stopped_nothing_is_begun() -> None:
    ended: list[int] = []
    for index, _ in run_tasks(square, range(50), workers=1, stopped=lambda: len(ended) >= 2):
        ended.append(index)
    assert ended == [0, 1]


def test_whoever_stops_iterating_ends_the_workers(tmp_path: Path) -> None:
    before = multiprocessing.active_children()
    tasks = run_tasks(_square_or_sleep, [3, str(tmp_path)], workers=2)
    assert next(tasks) == (0, Outcome(9))
    tasks.close()
    assert others_than(before) == []


def _square_or_sleep(argument: int | str) -> int | None:
    return square(argument) if isinstance(argument, int) else sleep_for_ever(argument)


def test_workers_end_with_their_parent(tmp_path: Path) -> None:
    code = (
        "from tasks_toys import sleep_for_ever; from wann.jobs.local import run_tasks\n"
        f"if __name__ == '__main__': list(run_tasks(sleep_for_ever, [{str(tmp_path)!r}] * 2, "
        "workers=2))"
    )
    script = tmp_path / "parent.py"
    script.write_text(code)
    there = os.pathsep.join([str(TOYS), str(ROOT)])
    parent = subprocess.Popen(
        [sys.executable, str(script)], env={**os.environ, "PYTHONPATH": there}
    )
    while len(workers := [path.name for path in tmp_path.iterdir() if path.name.isdigit()]) < 2:
        assert parent.poll() is None
        time.sleep(0.02)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    while any(_runs(int(worker)) for worker in workers):
        time.sleep(0.02)


def _runs(pid: int) -> bool:
    """Whether a process is there, and no zombie that nobody has asked after."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_objects_of_a_session_are_packed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = []

    def permitted() -> own.State:
        packed.append(1)
        return own.State(trust.given(), {}, {})

    monkeypatch.setattr("wann.jobs.local.own.permitted", permitted)
    assert len(list(run_tasks(square, range(5), workers=2))) == 5
    assert len(packed) == 1
