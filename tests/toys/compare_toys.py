"""Networks small enough to count by hand, and rows of a comparison that nobody had to make."""

from collections.abc import Sequence

import numpy as np

from wann.activations import Activation
from wann.config import Making
from wann.config.conditions import CONDITIONS
from wann.experiments.comparison.contestants.make import DENSE, GROWN
from wann.experiments.comparison.plan import ComparisonJob, ComparisonPlan
from wann.experiments.comparison.report.held_out import HeldOut
from wann.experiments.comparison.report.summary import ComparisonSummary, summarise
from wann.experiments.comparison.rows import (
    ComparisonRow,
    Failure,
    MeasuredCondition,
    ProfilePoint,
    Profiles,
)
from wann.network.latency import Latency
from wann.network.network import Network
from wann.network.structure import Structure

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)> & $title | `a`'
STRUCTURE = Structure(
    connections=50,
    effective_connections=40,
    hidden=3,
    active_units=2,
    inputs=8,
    active_inputs=5,
    depth=2,
    paths=10**40,
    sparse_flops=100,
    sparse_bytes=500,
)
PROFILE = (ProfilePoint(-1.0, 0.5, 0.1), ProfilePoint(1.0, None, None))


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


def row(name: str, seed: int, value: float, champion: str = "run") -> ComparisonRow:
    """A row that has earned `value` under every condition."""
    return ComparisonRow(
        job=ComparisonJob(champion, name, seed),
        task="digits",
        about=HOSTILE,
        budget=50,
        conditions={condition: MeasuredCondition(value, {"n": 4}) for condition in CONDITIONS},
        profiles=Profiles("own", PROFILE, PROFILE[1:]),
        structure=STRUCTURE,
        latencies=(Latency("sparse", 1, 1e-5, 0.9e-5, 1.1e-5),),
        cost={"seconds": 1.5},
        seconds=2.0,
    )


def a_plan(
    *names: str, champions: tuple[str, ...] = ("run",), seeds: tuple[int, ...] = (0, 1, 2)
) -> ComparisonPlan:
    return ComparisonPlan("digits", dict.fromkeys(champions, "digest"), names, seeds, Making())


def a_summary(failed: Sequence[Failure] = ()) -> ComparisonSummary:
    plan = a_plan("imp", "snip", "rewired")
    levels = {GROWN: 0.6, "imp": 0.8, "rewired": 0.3, DENSE: 0.9}
    rows = [
        row(name, seed, level + 0.01 * seed) for seed in range(3) for name, level in levels.items()
    ]
    return summarise(plan, rows, failed, HeldOut("accuracy"))


FAILED = [Failure(ComparisonJob("run", "snip", seed), HOSTILE) for seed in range(3)]
