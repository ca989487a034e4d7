"""Asynchronous against generational search at equal evaluations, in turn, in one run.

    python tests/benchmarks/bench_asynchronous.py waiting cartpole lunarlander --seeds 0,1

Prints a JSON line for each task and seed: seconds, the share of them that workers were busy,
environment steps, and what the champion is worth on fresh episodes. `waiting` is swing-up on
simulators that take their time without the processor: 16 threads, each network sleeping for as long
as its episodes last (0.1 ms a step, at most 0.1 s).
"""

import argparse
import json
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wann.api.evaluate import evaluate
from wann.config import SearchConfig, make_config
from wann.evaluators.make import make_evaluator
from wann.evaluators.processes import ProcessEvaluator
from wann.experiments.growing.growth import Growth, grow
from wann.experiments.growing.recipes import load_recipe
from wann.network.compile import compile_genome
from wann.tasks.registry import TASKS, make_task
from wann.tasks.swingup import CartPoleSwingUp

FRESH_EPISODES_SEED = 20191106
SECONDS_PER_STEP = 1e-4
# Recipe, settings, workers.
CASES: dict[str, tuple[str, dict[str, Any], int]] = {
    "waiting": (
        "swingup-six",
        {"task": "waiting", "population": 128, "generations": 30, "tournament": 32},
        16,
    ),
    "cartpole": ("cartpole", {"task": "gym:CartPole-v1", "generations": 25, "population": 512}, 2),
    "lunarlander": (
        "lunarlander",
        {
            "population": 64,
            "generations": 15,
            "tournament": 16,
            "weights": (1.0, 2.0),
            "episodes": 2,
            "race_episodes": 0,
            "confirm_episodes": 20,
        },
        2,
    ),
}
slept, lock = 0.0, threading.Lock()


@dataclass(frozen=True)
class Waiting(CartPoleSwingUp):
    """Swing-up whose networks sleep for the mean length of their episodes."""

    def score(
        self, packed: Any, span: Any, weights: Any, episodes: Any, returns: Any, steps: Any
    ) -> None:
        global slept
        super().score(packed, span, weights, episodes, returns, steps)
        seconds = steps[slice(*span)].sum() / len(weights) / len(episodes) * SECONDS_PER_STEP
        time.sleep(seconds)
        with lock:
            slept += seconds


def busy(evaluator: Any) -> float:
    """Return the seconds that workers were busy so far.

    For `waiting` they are those asleep, otherwise those on the processor.
    """
    if not isinstance(evaluator, ProcessEvaluator):
        return slept or time.process_time()
    stats = [
        Path(f"/proc/{worker}/stat").read_text().rsplit(") ")[1].split()
        for worker in evaluator.pids
    ]
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK")


def measure(config: SearchConfig, workers: int) -> dict[str, float]:
    """Run a search.

    Workers are started, and kernels compiled, by its first generation, which is not timed.
    """
    with make_evaluator(make_task(config.task), workers) as evaluator:
        growth = Growth(config, evaluator)
        growth.step()
        before, started = busy(evaluator), time.perf_counter()
        for _ in grow(growth):
            pass
        seconds = time.perf_counter() - started
        used = busy(evaluator) - before
        growth.finish()
        champion = growth.champion
        task = CartPoleSwingUp() if config.task == "waiting" else growth.task
        fresh = champion and evaluate(
            compile_genome(champion.genome), task, evaluator, episodes=20, seed=FRESH_EPISODES_SEED
        )
    trained = (
        [row["mean"] for row in fresh["by_weight"] if row["weight"] in config.weights]
        if fresh
        else [float("nan")]
    )
    return {
        "seconds": round(seconds, 2),
        "busy": round(used / seconds / workers, 3),
        "env_steps": growth.env_steps,
        "champion": round(sum(trained) / len(trained), 1),
        "connections": champion.connections if champion else 0,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", nargs="+", choices=CASES)
    parser.add_argument("--seeds", default="0")
    options = parser.parse_args()
    TASKS["waiting"] = lambda settings: Waiting(name="waiting")
    for case in options.cases:
        recipe, settings, workers = CASES[case]
        for seed in map(int, options.seeds.split(",")):
            both = {
                mode: measure(
                    make_config(
                        {**settings, "seed": seed, "asynchronous": mode == "asynchronous"},
                        load_recipe(recipe),
                    ),
                    workers,
                )
                for mode in ("generational", "asynchronous")
            }
            ratio = both["asynchronous"]["seconds"] / both["generational"]["seconds"]
            print(
                json.dumps({"case": case, "seed": seed, **both, "time_ratio": round(ratio, 3)}),
                flush=True,
            )


if __name__ == "__main__":
    main()
