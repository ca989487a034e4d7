"""How busy many workers are kept.

The scheduler is the real one; its workers sleep instead of simulating.

    python tests/benchmarks/bench_scaling.py [WORKERS [GENOMES [SEED]]] [--virtual]

A worker sleeps as long as the recorded episodes of `biped-paper` take at 140 us a step. Without
--virtual, a few Ray actors hold all workers, one thread each: driver and messages are real, and
this machine's cores do the work of 256 machines' processes beside them. With --virtual the clock is
counted: the scheduler's own processor time as measured, RAY_SECONDS for what Ray does for a piece,
LATENCY until it is there; so any number of workers fits, and neighbours do not matter.

Prints one JSON object: `utilisation` is the time slept over the time there was, for generations of
480 genomes x 6 weights x 4 episodes one after the other (the recipe's), and for single genomes
handed in as results come back.
"""

import heapq
import json
import os
import queue
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from wann.config import TRAINING_WEIGHTS, make_config
from wann.evaluators.ray.cluster import Cluster, connect
from wann.evaluators.ray.evaluator import DistributedEvaluator
from wann.evaluators.ray.messages import (
    Answer,
    Assignment,
    decode_answer,
    decode_assignment,
    encode_answer,
    encode_assignment,
    unwrap,
)
from wann.evaluators.ray.worker_pool import Report
from wann.evolution.generational import Search
from wann.experiments.growing.recipes import load_recipe
from wann.network.compile import compile_all
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.tasks.registry import make_task

STEP_SECONDS = 140e-6
PROCESSES, GENERATIONS, SINGLES = 4, 5, 2500
# Of the driver's processor for a piece, measured with messages of this size; and until a message is
# there.
RAY_SECONDS, LATENCY = 0.25e-3, 0.5e-3
LENGTHS = np.loadtxt(Path(__file__).with_name("biped_lengths.txt"), dtype=int).reshape(-1, 6, 4)
COLUMN = {weight: i for i, weight in enumerate(TRAINING_WEIGHTS)}


def lengths_of(network: Network, episodes: np.ndarray) -> np.ndarray:
    """Return steps (weights, episodes) of one of the recorded networks.

    Which one depends on the connections.
    """
    row = (
        int(network.source.sum()) * 31 + int(network.target.sum()) * 17 + len(network.source)
    ) % len(LENGTHS)
    return LENGTHS[row][:, episodes % 4]


class Sleepers:
    """Some of the workers: threads that sleep, one assignment of each after the other."""

    def __init__(self) -> None:
        self.locks: dict[int, threading.Lock] = defaultdict(threading.Lock)

    def answer(self, worker: int, message: bytes) -> bytes:
        scored = answer(decode_assignment(message))
        with self.locks[worker]:
            time.sleep(scored.seconds)
        return encode_answer(scored)


def answer(assignment: Assignment) -> Answer:
    """Return what the recorded episodes give, and how long they take."""
    columns = [COLUMN[weight] for weight in assignment.weights.values[:, 0].tolist()]
    found = np.array(
        [
            lengths_of(network, assignment.episodes)[columns]
            for network in unwrap(assignment.networks)
        ]
    )
    return Answer(
        found.astype(float), found.sum(axis=(1, 2)), float(found.sum()) * STEP_SECONDS, True
    )


class VirtualPool:
    """Workers of whom only the times are known at which they are done."""

    def __init__(self, workers: int) -> None:
        self.planned = workers
        self.news = [Report("ready", worker) for worker in range(workers)]
        self.free = [0.0] * workers
        self.events: list[tuple[float, int, Report]] = []
        self.now = self.busy = self.slept = 0.0
        self.sent = 0
        self.left = time.process_time()

    def share(self, block: bytes) -> bytes:
        return block

    def clock(self) -> float:
        """Return the time, with what the scheduler has taken of it since it was last asked."""
        spent = time.process_time() - self.left
        self.now, self.busy = self.now + spent, self.busy + spent
        self.left = time.process_time()
        return self.now

    def send(self, worker: int, call: int, assignment: Assignment) -> None:
        message = encode_assignment(assignment)
        self.clock()
        scored = encode_answer(answer(decode_assignment(message)))
        seconds = decode_answer(scored).seconds
        self.sent += 1
        self.now, self.busy = self.now + RAY_SECONDS, self.busy + RAY_SECONDS
        self.free[worker] = max(self.free[worker], self.now + LATENCY) + seconds
        heapq.heappush(
            self.events, (self.free[worker] + LATENCY, call, Report("done", worker, call, scored))
        )
        self.left = time.process_time()

    def receive(self, seconds: float) -> list[Report]:
        self.clock()
        reports, self.news = self.news, []
        if not reports:
            self.now = max(self.now, self.events[0][0])
        while self.events and self.events[0][0] <= self.now:
            _, _, report = heapq.heappop(self.events)
            reports.append(report._replace(answer=decode_answer(report.answer)))
            self.slept += reports[-1].answer.seconds
        return reports

    def close(self) -> None:
        pass


class SleepingPool:
    """As many workers as wanted, in a few actors."""

    def __init__(self, workers: int) -> None:
        ray = connect(Cluster("local", workers=2))
        actor = ray.remote(num_cpus=0, max_concurrency=3 * workers // PROCESSES)(Sleepers)
        self.actors = [actor.remote() for _ in range(PROCESSES)]
        self.planned = workers
        self.events: queue.SimpleQueue = queue.SimpleQueue()
        self.news = [Report("ready", worker) for worker in range(workers)]
        self.slept = 0.0
        self.sent = 0

    def share(self, block: bytes) -> bytes:
        return block

    def send(self, worker: int, call: int, assignment: Assignment) -> None:
        self.sent += 1
        future = (
            self.actors[worker % PROCESSES]
            .answer.remote(worker, encode_assignment(assignment))
            .future()
        )
        future.add_done_callback(lambda done: self.events.put((worker, call, done)))

    def receive(self, seconds: float) -> list[Report]:
        reports, self.news = self.news, []
        while not reports or not self.events.empty():
            worker, call, done = self.events.get()
            scored = decode_answer(done.result())
            self.slept += scored.seconds
            reports.append(Report("done", worker, call, scored))
        return reports

    def clock(self) -> float:
        return time.perf_counter()

    @property
    def busy(self) -> float:
        return time.process_time()

    def close(self) -> None:
        import ray

        ray.shutdown()


def generational(
    evaluator: DistributedEvaluator, pool: Any, task: Any, networks: list[Network]
) -> dict:
    weights, shares, calls = Weightings.shared(TRAINING_WEIGHTS), [], []
    for generation in range(GENERATIONS + 1):
        slept, sent, started, used = pool.slept, pool.sent, pool.clock(), pool.busy
        evaluator.evaluate(task, networks, weights, np.arange(4) + 4 * generation)
        wall = pool.clock() - started
        if generation:  # the first has no measurements
            shares.append((pool.slept - slept) / (wall * pool.planned))
            calls.append((pool.sent - sent, pool.busy - used, wall))
        networks = networks[: len(networks) // 5] + networks[len(networks) // 5 :][::-1]
    pieces, busy, wall = np.mean(calls, axis=0).tolist()
    return {
        "utilisation": [round(share, 3) for share in shares],
        "seconds": round(wall, 2),
        "pieces": round(pieces),
        "driver_ms_per_piece": round(1e3 * busy / pieces, 3),
        "driver_busy": round(busy / wall, 3),
    }


def asynchronous(
    evaluator: DistributedEvaluator, pool: Any, task: Any, networks: list[Network]
) -> dict:
    weights, handed_in = Weightings.shared(TRAINING_WEIGHTS), 0

    def hand_in() -> None:
        nonlocal handed_in
        evaluator.submit(
            handed_in, task, [networks[handed_in % len(networks)]], weights, np.arange(4)
        )
        handed_in += 1

    for _ in range(evaluator.slots):
        hand_in()
    for _ in range(evaluator.slots):  # into the steady state
        evaluator.completed()
        hand_in()
    slept, started, used = pool.slept, pool.clock(), pool.busy
    for _ in range(max(SINGLES, 4 * pool.planned)):
        evaluator.completed()
        hand_in()
    wall, busy = pool.clock() - started, pool.busy - used
    share = (pool.slept - slept) / (wall * pool.planned)
    return {
        "utilisation": round(share, 3),
        "seconds": round(wall, 2),
        "driver_busy": round(busy / wall, 3),
    }


def main() -> None:
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    workers, virtual = numbers[0] if numbers else 256, "--virtual" in sys.argv
    settings = dict(zip(("population", "seed"), numbers[1:], strict=False))
    config = make_config(settings, load_recipe("biped-paper"))
    task = make_task(config.task)
    networks = compile_all(Search(config, task.inputs, task.outputs).population.genes)
    pool = VirtualPool(workers) if virtual else SleepingPool(workers)
    found: dict[str, Any] = {
        "workers": workers,
        "virtual": virtual,
        "genomes": len(networks),
        "load": os.getloadavg()[0],
        "mean_length": float(LENGTHS.mean()),
    }
    with DistributedEvaluator(pool) as evaluator:
        found["generational"] = generational(evaluator, pool, task, networks)
        found["asynchronous"] = asynchronous(evaluator, pool, task, networks)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
