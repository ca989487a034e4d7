"""Ray against the threads of this process, on the same cores.

What a piece costs; what the driver's memory does.

Prints one JSON object. Networks are those of a search: `swingup-six`, 1024 genomes, 6 weights x 3
episodes. Start-up is reported apart. Rounds of both alternate, and the ratio is that of medians.
"""

import json
import os
import sys
import time
from statistics import median

import numpy as np

from wann.config import TRAINING_WEIGHTS, make_config
from wann.evaluators.ray.actors import RayWorkerPool
from wann.evaluators.ray.cluster import Cluster
from wann.evaluators.ray.evaluator import RayEvaluator
from wann.evaluators.ray.messages import Assignment, wrap
from wann.evaluators.threads import ThreadEvaluator
from wann.evolution.generational import Search
from wann.experiments.growing.growth import Growth, grow
from wann.experiments.growing.recipes import load_recipe
from wann.machine.cores import available_cores
from wann.network.compile import compile_all
from wann.network.weightings import Weightings
from wann.tasks.registry import make_task

GENERATIONS, ROUNDS, ASSIGNMENTS = 40, 25, 500
CHEAP_GENERATIONS = 1000


def grown() -> list:
    """Return the networks of a generation whose episodes are long."""
    config = make_config(
        {"weight_series": "fixed", "generations": GENERATIONS}, load_recipe("swingup-six")
    )
    with ThreadEvaluator() as evaluator:
        growth = Growth(config, evaluator)
        for _ in grow(growth):
            pass
    return compile_all(growth.search.population.genes)


def throughput(evaluator: RayEvaluator) -> dict:
    task, networks = make_task("swingup"), grown()
    weights, drawn = (
        Weightings.shared(TRAINING_WEIGHTS),
        task.draw_episodes(3, np.random.default_rng(0)),
    )
    seconds: dict[str, list[float]] = {"threads": [], "ray": []}
    with ThreadEvaluator() as threads:
        for i in range(ROUNDS + 5):
            for name, one in (("threads", threads), ("ray", evaluator)):
                started = time.perf_counter()
                one.evaluate(task, networks, weights, drawn)
                if i >= 5:
                    seconds[name].append(time.perf_counter() - started)
    middle = {name: median(values) for name, values in seconds.items()}
    return {
        **{f"{name}_s": round(value, 4) for name, value in middle.items()},
        "ray_throughput_to_threads": round(middle["threads"] / middle["ray"], 3),
        "of_the_best_rounds": round(min(seconds["threads"]) / min(seconds["ray"]), 3),
    }


def overhead(evaluator: RayEvaluator) -> dict:
    """Return milliseconds from sending a small assignment to its result, less the worker's."""
    pool, task = evaluator.pool, make_task("swingup")
    assert isinstance(pool, RayWorkerPool)
    search = Search(make_config({"population": 8}), task.inputs, task.outputs)
    block = wrap(compile_all(search.population.genes))
    drawn = task.draw_episodes(3, np.random.default_rng(0))
    worker = min(pool.ready)
    beyond = []
    for call in range(ASSIGNMENTS):
        started = time.perf_counter()
        pool.send(
            worker,
            call,
            Assignment("swingup", "", block, Weightings.shared(TRAINING_WEIGHTS), drawn),
        )
        (report,) = pool.receive(60.0)
        assert report.answer
        beyond.append(1e3 * (time.perf_counter() - started - report.answer.seconds))
    return {
        "chunk_ms_median": round(median(beyond), 3),
        "chunk_ms_p95": round(float(np.quantile(beyond, 0.95)), 3),
    }


def memory(evaluator: RayEvaluator) -> dict:
    """Return how many megabytes the driver grows over a thousand generations of a cheap task."""
    settings = {
        "task": "gym:CartPole-v1",
        "population": 64,
        "generations": CHEAP_GENERATIONS + 100,
        "episodes": 1,
    }
    growth = Growth(make_config({**settings, "confirm_episodes": 2}), evaluator)
    before = 0.0
    for row in grow(growth):
        if row["generation"] == 100:
            before = resident()
    calls = next(evaluator._scheduler._calls)
    growth = round(resident() - before, 2)
    return {
        "driver_growth_mb_in_1000_generations": growth,
        "driver_mb": round(resident(), 1),
        "pieces_sent": calls,
    }


def resident() -> float:
    """Return this process's memory in MB."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    started = time.perf_counter()
    address = sys.argv[1] if len(sys.argv) > 1 else "local"
    with RayEvaluator(Cluster(address)) as evaluator:
        task = make_task("swingup")
        search = Search(make_config({"population": 8}), task.inputs, task.outputs)
        networks = compile_all(search.population.genes)
        evaluator.evaluate(
            task,
            networks,
            Weightings.shared([1.0]),
            task.draw_episodes(1, np.random.default_rng(0)),
        )
        start = round(time.perf_counter() - started, 2)
        while len(evaluator.pool.ready) < evaluator.pool.planned:  # type: ignore[attr-defined]
            evaluator.evaluate(
                task,
                networks,
                Weightings.shared([1.0]),
                task.draw_episodes(1, np.random.default_rng(0)),
            )
        found = {"cores": available_cores(), "load": os.getloadavg()[0], "start_s": start}
        # Memory first: what later measurements need and free would hide growth.
        found |= memory(evaluator) | throughput(evaluator) | overhead(evaluator)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
