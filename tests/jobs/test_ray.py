"""Tasks on Ray: real processes, some of which are killed."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest
from ray_toys import Machines
from tasks_toys import sleep_or_not, thrice_lucky, together

from wann.evaluators.ray.cluster import Cluster, connect, disconnect
from wann.evaluators.ray.evaluator import RayEvaluator
from wann.jobs.local import Outcome
from wann.jobs.ray import run_tasks
from wann.jobs.runners import make_ray_runner

ray = pytest.importorskip("ray")


def test_what_fails_on_ray_is_tried_again_and_loses_no_other(
    machines: Machines, second: Any, tmp_path: Path
) -> None:
    manners = ["killed", "raised", "none"]
    runner = make_ray_runner(Cluster(machines.address, workers=2))
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


@pytest.mark.usefixtures("alone_with_ray")
def test_as_many_at_once_as_asked_for_on_a_ray_that_has_more_room(tmp_path: Path) -> None:
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


def add(both: tuple[int, int]) -> int:
    a, b = both
    if b < 0:
        raise ValueError("no\nnegative numbers")
    return a + b


def die_once(mark: str) -> str:
    if not Path(mark).exists():
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "alive"


def test_tasks_end_in_any_order_and_faults_stay_their_own(
    machines: Machines, second: Any, tmp_path: Path
) -> None:
    connect(Cluster(machines.address))
    try:
        with RayEvaluator(Cluster(machines.address, workers=1)):
            pass
        assert ray.is_initialized(), "who found a connection leaves it"
        found = dict(run_tasks(add, [(1, 2), (3, -1), (5, 6)]))
        assert found[0] == Outcome(3)
        assert found[2] == Outcome(11)
        assert str(found[1].problem).startswith("ValueError: no negative numbers (test_ray.py")
        assert list(run_tasks(die_once, [str(tmp_path / "mark")], retries=1)) == [
            (0, Outcome("alive"))
        ]
        (tmp_path / "mark").unlink()
        ((_, outcome),) = run_tasks(die_once, [str(tmp_path / "mark")])
        assert outcome.problem
        assert "WorkerCrashedError" in outcome.problem
    finally:
        disconnect()
    assert not ray.is_initialized()
