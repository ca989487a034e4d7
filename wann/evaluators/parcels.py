"""What travels to a worker on another machine, and what the worker does with it.

A parcel is the spec of a task, networks laid end to end as one block of bytes, weights and episodes. A worker makes the
task from its spec once, and keeps it together with the compiled kernels.
"""

import contextlib
import io
import os
import platform
import time
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from importlib import metadata
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError
from wann.jit import source_digest
from wann.network import Network, pack
from wann.tasks import Task, make_task

_PLAIN = (str, int, float, bool, tuple)


class Parcel(NamedTuple):
    """Networks to score at all `weights` in all `episodes`."""

    spec: str
    variant: str  # which relative of the task that the spec makes, see `variant_of`
    networks: Any  # from `wrap`, or what a crew's `share` made of it
    weights: NDArray[np.float64]  # (weightings, 1), or (weightings, connections) for one network
    episodes: NDArray[Any]


class Scored(NamedTuple):
    """What a worker answers to a parcel."""

    returns: NDArray[np.float64]  # (networks, weightings, episodes)
    steps: NDArray[np.int64]  # (networks,)
    seconds: float  # the worker took
    warm: bool  # whether it had run the task before: the first time, kernels are compiled
    told: str = ""  # what the task printed on stderr
    refused: str = ""  # the user's line where the task cannot be made or run: then there are no returns


class Worker:
    """The other end: one process that scores parcels in the order in which they come."""

    def __init__(self) -> None:
        self._warm: set[tuple[str, str, bool]] = set()

    def hello(self) -> dict[str, str]:
        """Return what has to be the same everywhere for results to be the same bytes, and which process this is."""
        return {**identity(), "process": str(os.getpid())}

    def score(self, *parcel: Any) -> Scored:
        """Score a parcel, whose fields these are."""
        given, started = Parcel(*parcel), time.perf_counter()
        key = (given.spec, given.variant, given.weights.shape[1] == 1)
        said = io.StringIO()
        try:
            with contextlib.redirect_stderr(said):
                returns, steps = score(given)
        except UserError as error:
            nothing = np.empty((0, 0, 0)), np.empty(0, np.int64)
            return Scored(*nothing, 0.0, False, said.getvalue(), f"{error} (on {platform.node()})")
        seconds = time.perf_counter() - started
        warm = key in self._warm
        self._warm.add(key)
        return Scored(returns, steps, seconds, warm, said.getvalue())


def score(parcel: Parcel) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return returns (networks, weightings, episodes) and steps (networks,) of a parcel."""
    task = _task(parcel.spec, parcel.variant)
    networks = unwrap(parcel.networks)
    # Copies: what comes out of an object store is read-only, for which kernels would be compiled once more.
    weights, episodes = parcel.weights.copy(), parcel.episodes.copy()
    returns = np.empty((len(networks), len(weights), len(episodes)))
    steps = np.zeros(len(networks), dtype=np.int64)
    task.score(task.pack(networks), (0, len(networks)), weights, episodes, returns, steps)
    return returns, steps


def wrap(networks: Sequence[Network]) -> bytes:
    """Return networks of equal inputs and outputs as bytes."""
    packed = pack(networks)
    head = [networks[0].inputs, networks[0].outputs, len(networks), len(packed.activation)]
    return np.concatenate([np.array(head), *packed]).tobytes()


def unwrap(wrapped: bytes) -> list[Network]:
    """Return the networks that `wrap` was given."""
    values = np.frombuffer(wrapped, dtype=np.int64).copy()
    inputs, outputs, count, nodes = values[:4].tolist()
    cuts = 4 + np.cumsum([count + 1, nodes, nodes + 1])
    node_start, activation, edge_start, source = np.split(values[4:], cuts - 4)
    networks = []
    for first, last in zip(node_start[:-1].tolist(), node_start[1:].tolist(), strict=True):
        edges = edge_start[first : last + 1]
        networks.append(
            Network(inputs, outputs, activation[first:last], edges - edges[0], source[edges[0] : edges[-1]])
        )
    return networks


def variant_of(task: Task) -> str:
    """Return which relative of `make_task(task.spec)` a task is: "", "held_out", "tuning" or "excerpt N".

    A spec stands for a task, not for its relatives. UserError where it is none of them: then no other process can
    make it.
    """
    made = _task(task.spec, "")
    names = ["", "held_out", "tuning", *(f"excerpt {i}" for i in range(len(made.excerpts())))]
    for name in names:
        if _alike(task, _task(task.spec, name)):
            return name
    raise UserError(f"{task.name}: workers cannot make this task from its spec {task.spec!r}; score it without Ray")


@cache
def identity() -> dict[str, str]:
    """Return the versions on which results depend, to the last bit."""
    versions = {name: metadata.version(name) for name in ("wann", "numpy", "numba", "gymnasium")}
    return {**versions, "wann's kernels": source_digest(), "python": platform.python_version()}


@cache
def _task(spec: str, variant: str) -> Task:
    task = make_task(spec)
    if variant.startswith("excerpt "):
        return task.excerpts()[int(variant.split()[1])]
    relative: Task = getattr(task, variant) if variant else task
    return relative


def _alike(one: Task, other: Task) -> bool:
    """Whether two tasks of one spec have the same plain fields; data sets are the same if their spec is."""
    if type(one) is not type(other):
        return False
    if not is_dataclass(one):
        return True
    values = [(getattr(one, field.name), getattr(other, field.name)) for field in fields(one)]
    return all(a == b for a, b in values if isinstance(a, _PLAIN) or isinstance(b, _PLAIN))
