"""Ray in tests: a pool of workers without it, clusters of processes, and a Ray of our own."""

import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from genome_toys import grow
from numpy.typing import NDArray
from paths import ROOT, TESTS, TOYS

from wann.evaluators.evaluator import Evaluation
from wann.evaluators.ray.cluster import disconnect
from wann.evaluators.ray.messages import Assignment, decode_answer, encode_assignment
from wann.evaluators.ray.worker import Worker
from wann.evaluators.ray.worker_pool import Report
from wann.evaluators.threads import ThreadEvaluator
from wann.network.compile import compile_genome
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.tasks.task import Task

WEIGHTS = Weightings.shared([-2.0, -0.5, 1.0])
# A machine that is gone is noticed after a second, not after fifteen.
IMPATIENT = {
    "health_check_initial_delay_ms": 1000,
    "health_check_period_ms": 500,
    "health_check_failure_threshold": 2,
}
ENVIRONMENT = {
    "RAY_AUTH_MODE": "disabled",
    "RAY_worker_niceness": "0",  # else workers starve beside other tests
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
    "PYTHONPATH": os.pathsep.join(
        filter(None, [str(TOYS), str(TESTS), os.environ.get("PYTHONPATH", "")])
    ),
}

Deadly = Callable[[Assignment, int], bool]


class PoolHere:
    """A pool in this process, whose workers score one assignment each when reports are asked for.

    `deadly` says whether the worker with that number dies of a assignment, or, if `gone`, with its
    machine; another takes its place.
    """

    def __init__(
        self, workers: int, deadly: Deadly = lambda assignment, worker: False, gone: bool = False
    ) -> None:
        self.planned = workers
        self.deadly, self.gone = deadly, gone
        self.boxes: dict[int, deque[tuple[int, Assignment]]] = {}
        self.work = Worker()
        self.deaths = self.sent = 0
        self.scored: dict[int, int] = {}  # assignments, by worker

    def share(self, block: bytes) -> bytes:
        return block

    def send(self, worker: int, call: int, assignment: Assignment) -> None:
        self.sent += 1
        self.boxes[worker].append((call, assignment))

    def receive(self, seconds: float) -> list[Report]:
        reports = []
        for worker, box in list(self.boxes.items()):
            if not box:
                continue
            call, assignment = box.popleft()
            self.scored[worker] = self.scored.get(worker, 0) + 1
            if self.deadly(assignment, worker):
                del self.boxes[worker]
                self.deaths += 1
                reports.append(Report("dead", worker, cause="SIGKILL", gone=self.gone))
            else:
                reports.append(
                    Report(
                        "done",
                        worker,
                        call,
                        decode_answer(self.work.answer(encode_assignment(assignment))),
                    )
                )
        while len(self.boxes) < self.planned:
            worker = 1 + max(self.boxes, default=0) + 1000 * self.deaths
            self.boxes[worker] = deque()
            reports.append(Report("ready", worker))
        return reports

    def close(self) -> None:
        self.boxes.clear()


class Machines:
    """A cluster whose machines are processes of this one, one core each."""

    def __init__(self) -> None:
        from ray.cluster_utils import Cluster

        self.cluster = Cluster(
            initialize_head=True,
            head_node_args={
                "num_cpus": 1,
                "include_dashboard": False,
                # Processes that forward logs to drivers and start machines in a cloud
                "include_log_monitor": False,
                "no_monitor": True,
                **self.size,
                "_system_config": IMPATIENT,
            },
        )
        self.address: str = self.cluster.address

    size: dict[str, int] = {"object_store_memory": 100 * 2**20}  # noqa: RUF012

    def add(self) -> Any:
        return self.cluster.add_node(num_cpus=1, **self.size)

    def remove(self, node: Any) -> None:
        """Pull the plug."""
        self.cluster.remove_node(node, allow_graceful=False)


def machines_of_one_core() -> Iterator[Machines]:
    """Start a cluster of one machine, to which others may be added, and end it afterwards."""
    before = dict(os.environ)
    os.environ.update(ENVIRONMENT)
    started = Machines()
    yield started
    started.cluster.shutdown()
    os.environ.clear()
    os.environ.update(before)


def alone_with_ray(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let commands start a Ray of their own, which this process can use as well."""
    # Ray may be imported already, and would not see a token
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    monkeypatch.setenv("RAY_worker_niceness", "0")  # else workers starve beside other tests
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    here = [str(TOYS), str(TESTS), str(ROOT), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(here))
    # Names of sockets are short
    with tempfile.TemporaryDirectory(prefix="ray", ignore_cleanup_errors=True) as folder:
        monkeypatch.setenv("RAY_TMPDIR", folder)
        yield
        disconnect()  # `wann.map` keeps its Ray, whose sockets go with the folder


def environment_without_ray() -> dict[str, str]:
    """Return an environment for a process that starts a Ray of its own."""
    left = {k: v for k, v in os.environ.items() if k not in ("RAY_AUTH_MODE", "RAY_ADDRESS")}
    # Ray's sockets are below this folder, and their paths are limited to 107 characters.
    return {
        **left,
        "RAY_TMPDIR": tempfile.mkdtemp(prefix="wann-"),
        "PYTHONPATH": ENVIRONMENT["PYTHONPATH"],
    }


def networks(task: Task, count: int, sizes: int = 1000) -> list[Network]:
    """Return `count` networks for a task, of as many `sizes` at most, and the first one again."""
    some = [
        compile_genome(grow(seed, 10 + 3 * (seed % sizes), task.inputs, task.outputs))
        for seed in range(count)
    ]
    return [*some, some[0]]


def serial(
    task: Task, some: list[Network], weights: Weightings, drawn: NDArray[np.float64]
) -> Evaluation:
    with ThreadEvaluator(1) as threads:
        return threads.evaluate(task, some, weights, drawn)


def same(one: Evaluation, other: Evaluation) -> bool:
    return (
        one.returns.tobytes() == other.returns.tobytes()
        and one.steps.tolist() == other.steps.tolist()
    )
