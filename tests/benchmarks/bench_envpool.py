"""Simulating by envpool against simulating by Gymnasium.

The same networks, weights and workers take turns.

Prints one JSON object: environment steps a second of both, their ratio (median over the turns), and
the mean return over the episodes, which differ by backend (other terrains), so that returns agree
within their error alone. Needs `pip install 'wann[box2d,envpool]'`.
"""

import json
import math
import statistics
import sys
import time

from wann.evaluators.processes import ProcessEvaluator
from wann.network.compile import compile_genome
from wann.network.genome import random_minimal
from wann.network.weightings import Weightings
from wann.streams import stream
from wann.tasks.registry import make_task

TURNS, NETWORKS, EPISODES = 3, 8, 16
WEIGHTS = Weightings.shared([-1.0, 0.5, 1.0])


def measure(environment: str) -> dict[str, object]:
    """Both backends in turn on random minimal networks."""
    tasks = {
        name: make_task(f'gym:{environment} {{"backend": "{name}"}}')
        for name in ("gymnasium", "envpool")
    }
    first = tasks["gymnasium"]
    networks = [
        compile_genome(
            random_minimal(first.inputs, first.outputs, 0.5, stream(0, "network", i), True)
        )
        for i in range(NETWORKS)
    ]
    episodes = first.draw_episodes(EPISODES, stream(0, "episodes"))
    speeds: dict[str, list[float]] = {name: [] for name in tasks}
    returns = {}
    with ProcessEvaluator(2) as evaluator:
        for task in tasks.values():
            # The workers import and compile
            evaluator.evaluate(task, networks[:2], WEIGHTS, episodes)
        for _ in range(TURNS):
            for name, task in tasks.items():
                started = time.perf_counter()
                found = evaluator.evaluate(task, networks, WEIGHTS, episodes)
                speeds[name].append(found.steps.sum() / (time.perf_counter() - started))
                returns[name] = found.returns.mean(axis=(0, 1))  # (episodes,)
    ratio = statistics.median(
        e / g for e, g in zip(speeds["envpool"], speeds["gymnasium"], strict=True)
    )
    return {
        "environment": environment,
        "ratio": round(ratio, 2),
        "steps_per_second": {
            name: round(statistics.median(found)) for name, found in speeds.items()
        },
        "mean_return": {name: round(float(found.mean()), 1) for name, found in returns.items()},
        "standard_error": {
            name: round(float(found.std() / math.sqrt(EPISODES)), 1)
            for name, found in returns.items()
        },
    }


if __name__ == "__main__":
    print(
        json.dumps(
            [measure(name) for name in sys.argv[1:] or ("BipedalWalker-v3", "LunarLander-v3")],
            indent=1,
        )
    )
