"""Environment steps a second: lockstep kernels against plain NumPy, and two threads against one.

Prints one JSON object. Both sides are timed in this process, in turn; the ratios are medians over
the turns.
"""

import json
import platform
import statistics
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from champion import find_champion

from wann.config import TRAINING_WEIGHTS
from wann.envs import cartpole_physics as physics
from wann.evaluators.threads import ThreadEvaluator
from wann.network.network import Network, pack
from wann.network.weightings import Weightings
from wann.tasks.cartpole_rollouts import rollout_beside, rollout_cartpole
from wann.tasks.swingup import CartPoleSwingUp

EPISODES, GENOMES, TURNS, BASELINE_STEPS = 3, 256, 9, 2000


def activate(activation: int, x: np.ndarray) -> np.ndarray:
    """One activation call per node, chosen by comparison.

    It gets the zero-dimensional array that the product leaves.
    """
    if activation == 1:
        return x
    if activation == 2:
        return 1.0 * (x > 0.0)
    if activation == 3:
        return np.sin(np.pi * x)
    if activation == 4:
        return np.exp(-np.multiply(x, x) / 2.0)
    if activation == 5:
        return np.tanh(x)
    if activation == 6:
        return (np.tanh(x / 2.0) + 1.0) / 2.0
    if activation == 7:
        return -x
    if activation == 8:
        return abs(x)
    if activation == 9:
        return np.maximum(0.0, x)
    if activation == 10:
        return np.cos(np.pi * x)
    return x**2


def plain_numpy(network: Network, steps: int) -> float:
    """Seconds a step as in 2019.

    That is one dense column product and one activation call per node, and the physics.
    """
    rows = 1 + network.inputs + len(network.activation)
    weights = np.zeros((rows, rows))
    weights[network.source, network.target] = 1.0
    state = np.array([0.0, 0.0, np.pi, 0.0])
    started = time.perf_counter()
    for _ in range(steps):
        x, x_dot, theta, theta_dot = state
        values = np.zeros((1, rows))
        values[0, 0] = 1.0
        values[0, 1:6] = [x, x_dot, np.cos(theta), np.sin(theta), theta_dot]
        for i, activation in enumerate(network.activation):
            row = 1 + network.inputs + i
            values[0, row] = activate(activation, np.dot(values, weights[:, row]).squeeze())
        force = 10.0 * np.clip(values[0, -1:], -1.0, 1.0)[0]
        s, c = np.sin(theta), np.cos(theta)
        x_acc = (
            -2 * 0.3 * theta_dot**2 * s + 3 * 0.5 * 9.82 * s * c + 4 * force - 4 * 0.1 * x_dot
        ) / (4 - 1.5 * c**2)
        t_acc = (-3 * 0.3 * theta_dot**2 * s * c + 6 * 9.82 * s + 6 * (force - 0.1 * x_dot) * c) / (
            2.4 - 0.9 * c**2
        )
        state = state + 0.01 * np.array([x_dot, x_acc, theta_dot, t_acc])
        if abs(state[0]) > 2.4:
            state = np.array([0.0, 0.0, np.pi, 0.0])
    return (time.perf_counter() - started) / steps


def kernels(
    network: Network, threads: int, episodes: int = EPISODES, precision: str = "double"
) -> float:
    """Seconds a step with 6 weights x `episodes` per genome, all of them on `threads` threads."""
    # One copy more than once would be scored once, so the task is called below the evaluator's
    # recognition of copies.
    task = CartPoleSwingUp(precision=precision)
    weights = Weightings.shared(TRAINING_WEIGHTS)
    starts = physics.draw_starts(episodes, np.random.default_rng(0))
    packed = pack([network] * GENOMES)
    returns, steps = np.empty((GENOMES, len(weights), episodes)), np.zeros(GENOMES, np.int64)
    with ThreadEvaluator(threads) as evaluator:
        spans = [(i, i + 8) for i in range(0, GENOMES, 8)]
        pool = evaluator._pool
        started = time.perf_counter()
        for _ in (pool.map if pool else map)(
            lambda s: task.score(packed, s, weights, starts, returns, steps), spans
        ):
            pass
        return (time.perf_counter() - started) / steps.sum()


def few_lanes(network: Network) -> tuple[float, float]:
    """Seconds a step with 8 weights x 1 episode on one thread: in lockstep, and side by side."""
    packed, starts = pack([network] * GENOMES), physics.draw_starts(1, np.random.default_rng(0))
    weights = np.linspace(-2, 2, 8)[:, None]
    span, returns, steps = (0, GENOMES), np.empty((GENOMES, 8, 1)), np.zeros(GENOMES, np.int64)
    started = time.perf_counter()
    rollout_cartpole(packed, span, weights, None, starts, True, 0, 1000, returns, steps)
    between = time.perf_counter()
    rollout_beside(packed, span, weights, starts, True, (0, 1000), returns, steps)
    ended = time.perf_counter()
    return (between - started) / steps.sum(), (ended - between) / steps.sum()


def main() -> None:
    loaded = find_champion()
    network = loaded
    kernels(network, 1)
    kernels(network, 1, 1, "single")
    few_lanes(network)
    turns = [
        (
            plain_numpy(network, BASELINE_STEPS),
            kernels(network, 1),
            kernels(network, 2),
            kernels(network, 1, 4),
            kernels(network, 1, 16),
            kernels(network, 1, 16, "single"),
            *few_lanes(network),
        )
        for _ in range(TURNS)
    ]

    def ns(turn: int) -> float:
        return round(statistics.median(t[turn] for t in turns) * 1e9, 1)

    print(
        json.dumps(
            {
                "network": loaded.path.name,
                "connections": network.connections,
                "numpy_us_per_step": round(statistics.median(t[0] for t in turns) * 1e6, 2),
                "kernel_ns_per_step": ns(1),
                "ratio_one_thread": round(statistics.median(t[0] / t[1] for t in turns)),
                "ratio_one_thread_24_lanes": round(statistics.median(t[0] / t[3] for t in turns)),
                "kernel_ns_per_step_96_lanes": round(
                    statistics.median(t[4] for t in turns) * 1e9, 1
                ),
                "kernel_ns_per_step_96_lanes_single": ns(5),
                "single_over_double": round(statistics.median(t[4] / t[5] for t in turns), 2),
                "kernel_ns_per_step_8_lanes": ns(7),
                "side_by_side_over_lockstep_8_lanes": round(
                    statistics.median(t[6] / t[7] for t in turns), 2
                ),
                "two_threads_over_one": round(statistics.median(t[1] / t[2] for t in turns), 2),
                "machine": platform.processor() or platform.machine(),
            }
        )
    )


if __name__ == "__main__":
    main()
