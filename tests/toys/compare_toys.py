"""Networks of a comparison that are small enough to count by hand, and rows of one that nobody had to make."""

from typing import Any

import numpy as np

from wann.activations import Activation
from wann.experiments.comparison.contestants.contestant import Making
from wann.experiments.comparison.contestants.contestants import DENSE, GROWN
from wann.experiments.comparison.measuring.measures import LABELS
from wann.experiments.comparison.plan import Plan
from wann.experiments.comparison.report.summary import summarise
from wann.network.network import Network

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)> & $title | `a`'
STRUCTURE = {
    "connections": 50,
    "effective_connections": 40,
    "hidden": 3,
    "active_units": 2,
    "inputs": 8,
    "active_inputs": 5,
    "depth": 2,
    "paths": str(10**40),
    "sparse_flops": 100,
    "sparse_bytes": 500,
}


def diamond() -> Network:
    """Two inputs, hidden nodes 3 and 4, output 5; node 4 leads nowhere, and input 2 to it alone.

    Connections: bias -> 3, input 1 -> 3, input 1 -> 4, input 2 -> 4, input 1 -> 5, 3 -> 5.
    """
    kinds = np.array([Activation.TANH, Activation.SIN, Activation.LINEAR], dtype=np.int64)
    return Network(2, 1, kinds, np.array([0, 2, 4, 6]), np.array([0, 1, 1, 2, 1, 3]))


def pairs(network: Network) -> set[tuple[int, int]]:
    return set(zip(network.source.tolist(), network.target.tolist(), strict=True))


def degrees(network: Network) -> tuple[list[int], list[int]]:
    rows = 1 + network.inputs + len(network.activation)
    return np.bincount(network.source, minlength=rows).tolist(), np.bincount(
        network.target, minlength=rows
    ).tolist()


def row(name: str, seed: int, value: float, champion: str = "run") -> dict[str, Any]:
    return {
        "champion": champion,
        "name": name,
        "seed": seed,
        "task": "digits",
        "about": HOSTILE,
        "budget": 50,
        "conditions": {condition: {"mean": value} for condition in LABELS},
        "structure": STRUCTURE,
        "latency": [{"way": "sparse", "batch": 1, "median": 1e-5}],
        "cost": {"seconds": 1.5},
        "seconds": 2.0,
    }


def a_plan(
    *names: str, champions: tuple[str, ...] = ("run",), seeds: tuple[int, ...] = (0, 1, 2)
) -> Plan:
    return Plan("digits", dict.fromkeys(champions, "digest"), names, seeds, Making())


def a_summary(failed: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    plan = a_plan("imp", "snip", "rewired")
    levels = {GROWN: 0.6, "imp": 0.8, "rewired": 0.3, DENSE: 0.9}
    rows = [
        row(name, seed, level + 0.01 * seed) for seed in range(3) for name, level in levels.items()
    ]
    return summarise(plan, rows, failed or [], "accuracy")


FAILED = [{"champion": "run", "name": "snip", "seed": seed, "error": HOSTILE} for seed in range(3)]
