"""What travels to a worker on another machine, and what the worker does with it.

A parcel is the spec of a task, networks laid end to end as one block of bytes, weights and
episodes. A worker makes the task from its spec once, and keeps it together with the compiled
kernels.

Parcels and answers travel as one block of bytes each, a line of JSON before the arrays: a tuple of
arrays takes the driver twice as long to send and to receive.
"""

import contextlib
import io
import json
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
from wann.kernels.jit import source_digest
from wann.network.network import Network, pack
from wann.network.weightings import Weightings
from wann.tasks.abilities import excerpts_of, tuning_of
from wann.tasks.base import Task
from wann.tasks.registry import make_task

_PLAIN = (str, int, float, bool, tuple)


class Parcel(NamedTuple):
    """Networks to score at all `weights` in all `episodes`."""

    spec: str
    variant: str  # which relative of the task that the spec makes, see `variant_of`
    networks: Any  # from `wrap`, or what a crew's `share` made of it
    weights: Weightings  # shared, or individual ones for one network
    episodes: NDArray[Any]


class Answer(NamedTuple):
    """What a worker answers to a parcel."""

    returns: NDArray[np.float64]  # (networks, weightings, episodes)
    steps: NDArray[np.int64]  # (networks,)
    seconds: float  # the worker took
    warm: bool  # whether it had run the task before: the first time, kernels are compiled
    told: str = ""  # what the task printed on stderr
    # The user's line where the task cannot be made or run: then there are no returns
    refused: str = ""


class Worker:
    """The other end: one process that scores parcels in the order in which they come."""

    def __init__(self) -> None:
        self._warm: set[tuple[str, str, bool]] = set()

    def hello(self) -> dict[str, str]:
        """Return what has to be the same everywhere for results to be the same bytes, and which process this is."""
        return {**identity(), "process": str(os.getpid())}

    def answer(self, message: bytes, shared: bytes | None = None) -> bytes:
        """Score a parcel that `encode_parcel` made a message of.

        Return the answer for `decode_answer`.
        """
        return encode_answer(self.score(decode_parcel(message, shared)))

    def score(self, given: Parcel) -> Answer:
        """Score a parcel."""
        started = time.perf_counter()
        key = (given.spec, given.variant, given.weights.is_shared)
        said = io.StringIO()
        try:
            with contextlib.redirect_stderr(said):
                returns, steps = score(given)
        except UserError as error:
            nothing = np.empty((0, 0, 0)), np.empty(0, np.int64)
            return Answer(*nothing, 0.0, False, said.getvalue(), f"{error} (on {platform.node()})")
        seconds = time.perf_counter() - started
        warm = key in self._warm
        self._warm.add(key)
        return Answer(returns, steps, seconds, warm, said.getvalue())


def score(parcel: Parcel) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return returns (networks, weightings, episodes) and steps (networks,) of a parcel."""
    task = _task(parcel.spec, parcel.variant)
    networks = unwrap(parcel.networks)
    returns = np.empty((len(networks), len(parcel.weights), len(parcel.episodes)))
    steps = np.zeros(len(networks), dtype=np.int64)
    task.score(
        task.pack(networks), (0, len(networks)), parcel.weights, parcel.episodes, returns, steps
    )
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
            Network(
                inputs,
                outputs,
                activation[first:last],
                edges - edges[0],
                source[edges[0] : edges[-1]],
            )
        )
    return networks


def encode_parcel(parcel: Parcel) -> bytes:
    """Return a parcel as bytes; its networks are left out where they are not bytes, but shared."""
    networks = parcel.networks if isinstance(parcel.networks, bytes) else b""
    shared = parcel.weights.is_shared
    head = {"spec": parcel.spec, "variant": parcel.variant, "shared_weights": shared}
    block = np.frombuffer(networks, dtype=np.uint8)
    return _encode(head, parcel.weights.values, parcel.episodes, block)


def decode_parcel(message: bytes, shared: bytes | None = None) -> Parcel:
    """Return the parcel that a message holds, with the networks that are `shared`."""
    head, (weights, episodes, networks) = _decode(message)
    return Parcel(
        head["spec"],
        head["variant"],
        networks.tobytes() if shared is None else shared,
        Weightings(weights, head["shared_weights"]),
        episodes,
    )


def encode_answer(scored: Answer) -> bytes:
    """Return an answer as bytes."""
    returns, steps, *rest = scored
    return _encode({"rest": rest}, returns, steps)


def decode_answer(message: bytes) -> Answer:
    """Return the answer that a message holds."""
    head, (returns, steps) = _decode(message)
    return Answer(returns, steps, *head["rest"])


def _encode(head: dict[str, Any], *arrays: NDArray[Any]) -> bytes:
    head["arrays"] = [(array.dtype.str, array.shape) for array in arrays]
    return b"".join([json.dumps(head).encode(), b"\n", *(array.tobytes() for array in arrays)])


def _decode(message: bytes) -> tuple[dict[str, Any], list[NDArray[Any]]]:
    """Return head and arrays.

    The arrays are writable: kernels would be compiled once more for others.
    """
    at = message.index(b"\n") + 1
    head: dict[str, Any] = json.loads(message[: at - 1])
    arrays = []
    for kind, shape in head["arrays"]:
        array: NDArray[Any] = np.ndarray(shape, kind, message, at).copy()
        arrays.append(array)
        at += array.nbytes
    return head, arrays


def variant_of(task: Task) -> str:
    """Return which relative of `make_task(task.spec)` a task is: "", "held_out", "tuning" or "excerpt N".

    A spec stands for a task, not for its relatives. UserError where it is none of them: then no
    other process can make it.
    """
    made = _task(task.spec, "")
    names = ["", "held_out", "tuning", *(f"excerpt {i}" for i in range(len(excerpts_of(made))))]
    for name in names:
        if _alike(task, _task(task.spec, name)):
            return name
    raise UserError(
        f"{task.name}: workers cannot make this task from its spec {task.spec!r}; score it without "
        "Ray"
    )


@cache
def identity() -> dict[str, str]:
    """Return the versions on which results depend, to the last bit."""
    versions = {name: metadata.version(name) for name in ("wann", "numpy", "numba", "gymnasium")}
    return {**versions, "wann's kernels": source_digest(), "python": platform.python_version()}


@cache
def _task(spec: str, variant: str) -> Task:
    task = make_task(spec)
    if variant.startswith("excerpt "):
        return excerpts_of(task)[int(variant.split()[1])]
    if variant == "held_out":
        return task.held_out
    return tuning_of(task) if variant == "tuning" else task


def _alike(one: Task, other: Task) -> bool:
    """Whether two tasks of one spec have the same plain fields.

    Data sets are the same if their spec is.
    """
    if type(one) is not type(other):
        return False
    if not is_dataclass(one):
        return True
    values = [(getattr(one, field.name), getattr(other, field.name)) for field in fields(one)]
    return all(a == b for a, b in values if isinstance(a, _PLAIN) or isinstance(b, _PLAIN))
