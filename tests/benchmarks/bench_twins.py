"""Environment steps a second of the compiled twins of classic control, and of Gymnasium's own.

Prints one JSON object: for each environment nanoseconds of processor time a step, and ratios that
are medians over the turns, all timed in this process, in turn, on one thread.

twin_ns            the twin with a network of all inputs joined to all outputs: 6 weights x 16
                   episodes in lockstep
gymnasium_ns       the same network, weights and episodes by `--backend gymnasium`: the returns
                   must be equal
env_ns             one environment of Gymnasium, stepped with the same random action again and
                   again, no network
vector_ns          a step in each of 64 environments of `gymnasium.make_vec`, likewise
"""

import json
import platform
import statistics
import time
from collections.abc import Callable

import gymnasium
import numpy as np

from wann.config import TRAINING_WEIGHTS
from wann.network.compile import compile_genome
from wann.network.genome import minimal
from wann.network.weightings import Weightings
from wann.tasks.gym.classic import KINDS
from wann.tasks.registry import make_task
from wann.tasks.task import Task

EPISODES, COPIES, TURNS = 16, 20, 5
ENVS, VECTOR_STEPS, STEPS = 64, 500, 5000


def scored(task: Task, copies: int) -> tuple[float, np.ndarray]:
    """Nanoseconds a step of `copies` equal networks, and the returns of the first."""
    joined = np.ones((1 + task.inputs, task.outputs), dtype=np.bool_)
    packed = task.pack([compile_genome(minimal(task.inputs, task.outputs, joined))] * copies)
    weights, episodes = Weightings.shared(TRAINING_WEIGHTS), np.arange(EPISODES)
    returns, steps = np.empty((copies, len(weights), EPISODES)), np.zeros(copies, np.int64)
    started = time.thread_time()
    task.score(packed, (0, copies), weights, episodes, returns, steps)
    return (time.thread_time() - started) / steps.sum() * 1e9, returns[0]


def stepped(name: str) -> float:
    """Nanoseconds a step of one environment, resets included."""
    env = gymnasium.make(name)
    env.action_space.seed(0)
    env.reset(seed=0)
    action = env.action_space.sample()
    started = time.thread_time()
    for _ in range(STEPS):
        _, _, terminated, truncated, _ = env.step(action)
        if terminated or truncated:
            env.reset()
    elapsed = time.thread_time() - started
    env.close()
    return elapsed / STEPS * 1e9


def stepped_together(name: str) -> float:
    """Nanoseconds a step of each of many environments in Gymnasium's vectorised form.

    Resets are included.
    """
    envs = gymnasium.make_vec(name, num_envs=ENVS)
    envs.action_space.seed(0)
    envs.reset(seed=0)
    actions = envs.action_space.sample()
    started = time.thread_time()
    for _ in range(VECTOR_STEPS):
        envs.step(actions)
    elapsed = time.thread_time() - started
    envs.close()
    return elapsed / VECTOR_STEPS / ENVS * 1e9


def measure(name: str) -> dict[str, float]:
    """Return the medians over the turns for one environment."""
    twin, original = make_task(f"gym:{name}"), make_task(f'gym:{name} {{"backend": "gymnasium"}}')
    np.testing.assert_allclose(scored(twin, 1)[1], scored(original, 1)[1], rtol=1e-6)
    ways: dict[str, Callable[[], float]] = {
        "twin_ns": lambda: scored(twin, COPIES)[0],
        "gymnasium_ns": lambda: scored(original, 1)[0],
        "env_ns": lambda: stepped(name),
        "vector_ns": lambda: stepped_together(name),
    }
    turns = [{key: way() for key, way in ways.items()} for _ in range(TURNS)]
    result = {key: round(statistics.median(turn[key] for turn in turns), 1) for key in ways}
    for key in ("gymnasium_ns", "env_ns", "vector_ns"):
        over = statistics.median(turn[key] / turn["twin_ns"] for turn in turns)
        result[f"twin_over_{key.removesuffix('_ns')}"] = round(over)
    return result


def main() -> None:
    found = {name: measure(name) for name in KINDS}
    print(json.dumps({**found, "machine": platform.processor() or platform.machine()}))


if __name__ == "__main__":
    main()
