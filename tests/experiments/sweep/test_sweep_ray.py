"""Sweeps on a Ray of their own: real processes, some of which are killed."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from places import ROOT, TOYS
from tasks_toys import sleep_or_not, thrice_lucky, together

from wann.jobs.local import Outcome
from wann.jobs.runners import make_ray_runner

pytest.importorskip("ray")

ARGUMENTS = (
    *(
        "sweep",
        "swingup-quick",
        "--population",
        "32",
        "--generations",
        "600",
        "--confirm-episodes",
        "4",
    ),
    *(
        "--grid",
        "ranking=nsga2,lexicase",
        "--seeds",
        "5-6",
        "--checkpoint-seconds",
        "0.1",
        "--workers",
        "2",
    ),
)


@pytest.fixture(autouse=True)
def _ray_of_our_own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    # Ray may be imported already, and would not see a token
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    monkeypatch.setenv("RAY_worker_niceness", "0")  # else workers starve beside other tests
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    here = [str(TOYS), str(ROOT), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(here))
    # Names of sockets are short
    with tempfile.TemporaryDirectory(prefix="ray", ignore_cleanup_errors=True) as folder:
        monkeypatch.setenv("RAY_TMPDIR", folder)
        yield


def start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "wann", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(process: subprocess.Popen[str], reached: Callable[[], bool]) -> None:
    while not reached():
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)


def rows(run: Path) -> int:
    file = run / "generations.jsonl"
    return file.read_text().count("\n") if file.exists() else 0


def worker(run: Path) -> dict[str, Any]:
    signed: dict[str, Any] = json.loads((run / "worker.json").read_text())
    return signed


def test_what_fails_on_ray_is_tried_again_and_loses_no_other(tmp_path: Path) -> None:
    from wann.evaluators.ray.cluster import Cluster

    manners = ["killed", "raised", "none"]
    runner = make_ray_runner(Cluster(workers=2))
    arguments = [(str(tmp_path), manner) for manner in manners]
    ended = dict(runner(thrice_lucky, arguments, retries=2, stopped=lambda: False))
    assert ended == {0: Outcome("killed 3"), 1: Outcome("raised 3"), 2: Outcome("none 1")}
    (tmp_path / "again").mkdir()
    arguments = [(str(tmp_path / "again"), manner) for manner in manners]
    ended = dict(runner(thrice_lucky, arguments, retries=1, stopped=lambda: False))
    assert ended[2] == Outcome("none 1")
    assert str(ended[1].problem).startswith("ArithmeticError: division by zero")
    assert ended[0].problem
    assert "\n" not in ended[0].problem


def test_as_many_at_once_as_asked_for_on_a_ray_that_has_more_room(tmp_path: Path) -> None:
    from wann.evaluators.ray.cluster import Cluster, connect
    from wann.jobs.ray import run_tasks

    ray = connect(Cluster("local", workers=3))
    try:
        ended = dict(run_tasks(together, [str(tmp_path)] * 4, cluster=Cluster(workers=1)))
        assert ended == dict.fromkeys(range(4), Outcome(1))
        ended_at_once: list[int] = []
        for index, _ in run_tasks(
            together,
            [str(tmp_path)] * 4,
            cluster=Cluster(workers=1),
            stopped=lambda: len(ended_at_once) == 2,
        ):
            ended_at_once.append(index)
        assert ended_at_once == [0, 1]
        lines: list[str] = []
        large = Cluster(cpus=4, memory=2**30)
        assert (
            list(
                run_tasks(
                    together, ["x"], cluster=large, stopped=lambda: bool(lines), tell=lines.append
                )
            )
            == []
        )
        assert len(lines) == 1
        assert "4 cores and 1 GiB asked for a worker: the largest has 3 cores and " in lines[0]
        tasks = run_tasks(sleep_or_not, ["", str(tmp_path)])
        assert next(tasks) == (0, Outcome(None))
    finally:
        ray.shutdown()
    tasks.close()  # too late: it must not start another Ray
    assert not ray.is_initialized()


def test_a_worker_killed_a_sweep_stopped_and_resumed_elsewhere(tmp_path: Path) -> None:
    whole = start(*ARGUMENTS, "--out", tmp_path / "whole", "--json")
    expected: dict[str, Any] = json.loads(whole.communicate()[0])
    folder = tmp_path / "sweep"
    names = [run["run"] for run in expected["runs"]]
    process = start(*ARGUMENTS, "--out", folder, "--ray")
    first = folder / names[0]
    wait_for(process, lambda: rows(first) >= 20)
    os.kill(worker(first)["pid"], signal.SIGKILL)
    wait_for(process, lambda: worker(first)["attempt"] == 2)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert "Traceback" not in err
    assert f"continue with `wann resume {folder}`" in out
    resumed = start("resume", folder, "--workers", "2", "--json")
    summary = json.loads(resumed.communicate()[0])
    assert [run["digest"] for run in summary["runs"]] == [run["digest"] for run in expected["runs"]]
