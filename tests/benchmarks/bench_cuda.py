"""A graphics card against the CPU: the same bytes first, then environment steps a second.

Prints one JSON object. Both sides are timed in this process, in turn; figures are medians over the
turns. `--small` is for the simulator, whose speeds say nothing.
"""

import argparse
import json
import platform
import statistics
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "toys"))
sys.path.insert(0, str(Path(__file__).parent))
import scoring_toys
from champion import find_champion
from genome_toys import grow

from wann.config import TRAINING_WEIGHTS
from wann.evaluators.cuda import CudaEvaluator
from wann.evaluators.threads import ThreadEvaluator
from wann.network.compile import compile_genome
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.tasks.registry import make_task

TASKS = (
    *(
        "swingup",
        'swingup {"precision": "single"}',
        "swingup-memory",
        "gym:CartPole-v1",
        "gym:Acrobot-v1",
        "gym:Pendulum-v1",
    ),
    *("gym:MountainCar-v0", "gym:MountainCarContinuous-v0", "digits"),
)
EPISODES, TURNS, POPULATIONS = 4, 5, (1024, 4096, 16384)


def grown(task: Any, count: int) -> list[Network]:
    """Return different networks of many sizes."""
    return [compile_genome(grow(seed, 60, task.inputs, task.outputs)) for seed in range(count)]


def is_same(name: str, small: bool) -> bool:
    """Return whether a card finds what the CPU finds, to the bit."""
    task = make_task(f'{name} {{"max_steps": 20}}' if small and name.startswith("gym:") else name)
    networks = grown(task, 2 if small else 300)
    if name != "digits":
        networks.append(scoring_toys.recurrent_network(task))
    weights = Weightings.shared(TRAINING_WEIGHTS[:2] if small else TRAINING_WEIGHTS)
    episodes = task.draw_episodes(1 if small else EPISODES, np.random.default_rng(0))
    if small and name == "digits":
        episodes = episodes[:, :5]
    with ThreadEvaluator() as threads, CudaEvaluator(task, 0) as card:
        expected = threads.evaluate(task, networks, weights, episodes)
        found = card.evaluate(task, networks, weights, episodes)
    bits = (np.nan_to_num(each.returns, nan=1e9).view(np.int64) for each in (found, expected))
    return np.array_equal(*bits) and np.array_equal(found.steps, expected.steps)


def steps_a_second(score: Any, networks: list[Network], episodes: int) -> float:
    """Return how many steps `score` takes, which returns their number, in a second."""
    started = time.perf_counter()
    steps = score(networks, episodes)
    return float(steps / (time.perf_counter() - started))


def speeds(small: bool) -> dict[str, Any]:
    """Return steps a second of swing-up with the champion, on the CPU and on the card."""
    double, champion = make_task("swingup"), find_champion()
    single = double.in_precision("single")
    weights = Weightings.shared(TRAINING_WEIGHTS[:2] if small else TRAINING_WEIGHTS)

    def on_card(task: Any, networks: list[Network], episodes: int) -> int:
        starts = task.draw_episodes(episodes, np.random.default_rng(0))
        returns = np.empty((len(networks), len(weights), episodes))
        steps = np.zeros(len(networks), np.int64)
        task.score_on_card(networks, weights, starts, returns, steps)
        return int(steps.sum())

    def on_cpu(task: Any, networks: list[Network], episodes: int) -> int:
        starts = task.draw_episodes(episodes, np.random.default_rng(0))
        returns = np.empty((len(networks), len(weights), episodes))
        steps = np.zeros(len(networks), np.int64)
        task.score(task.pack(networks), (0, len(networks)), weights, starts, returns, steps)
        return int(steps.sum())

    episodes = 1 if small else EPISODES
    found: dict[str, list[float]] = {}
    for turn in range(1 if small else TURNS + 1):
        rows: dict[str, Any] = {}
        for precision, task in (("double", double), ("single", single)):
            count = 2 if small else 64
            rows[f"cpu, one thread, {precision}"] = partial(on_cpu, task), count
            for count in (2,) if small else POPULATIONS:
                rows[f"card, {count} networks, {precision}"] = partial(on_card, task), count
        for name, (score, count) in rows.items():
            # Tasks know no copies: each network is played by itself, as evaluators would not.
            speed = steps_a_second(score, [champion] * count, episodes)
            if small or turn:  # the first turn compiles
                found.setdefault(name, []).append(speed)
    return {
        "connections": champion.connections,
        "lanes of a network": len(weights) * episodes,
        "steps a second": {name: statistics.median(each) for name, each in found.items()},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="for the simulator")
    small = parser.parse_args().small
    with CudaEvaluator(make_task("swingup"), 0) as card:
        name = card.card
    same = {task: is_same(task, small) for task in TASKS}
    print(
        json.dumps(
            {
                "card": name,
                "machine": f"{platform.system()} {platform.machine()}",
                "numpy": np.__version__,
                "same bytes as the CPU": same,
                **speeds(small),
            },
            indent=1,
        )
    )
    if not all(same.values()):
        sys.exit("the card and the CPU differ")


if __name__ == "__main__":
    main()
