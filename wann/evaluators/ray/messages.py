"""What travels between the driver and a worker on another machine.

An assignment is the spec of a task, networks laid end to end as one block of bytes, weights and
episodes. Assignments and answers travel as one block of bytes each, with a line of JSON before the
arrays: a tuple of arrays takes the driver twice as long to send and to receive.
"""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.network.network import Network, lay_end_to_end
from wann.network.weightings import Weightings


class Assignment(NamedTuple):
    """Networks to score at all `weights` in all `episodes`."""

    spec: str
    variant: str  # which relative of the task that the spec makes, see `worker.variant_of`
    networks: Any  # from `wrap`, or what `WorkerPool.share` made of it
    weights: Weightings  # shared, or individual ones for one network
    episodes: NDArray[Any]  # (episodes,)
    own: tuple[str, ...] = ()  # activations that other processes do not know


class Answer(NamedTuple):
    """What a worker answers to an assignment."""

    returns: NDArray[np.float64]  # (networks, weightings, episodes)
    steps: NDArray[np.int64]  # (networks,)
    seconds: float  # that the worker took
    warm: bool  # whether it had run the task before: the first time, kernels are compiled
    told: str = ""  # what the task printed on stderr
    # The user's line where the task cannot be made or run: then there are no returns
    refused: str = ""


def wrap(networks: Sequence[Network]) -> bytes:
    """Return networks, all of the same inputs and outputs, as one block of bytes."""
    laid = lay_end_to_end(networks)
    head = [networks[0].inputs, networks[0].outputs, len(networks), len(laid[1])]
    return np.concatenate([np.array(head), *laid]).tobytes()


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


def encode_assignment(assignment: Assignment) -> bytes:
    """Return an assignment as bytes, without its networks where they are shared."""
    networks = assignment.networks if isinstance(assignment.networks, bytes) else b""
    head = {
        "spec": assignment.spec,
        "variant": assignment.variant,
        "shared_weights": assignment.weights.is_shared,
        "own": assignment.own,
    }
    block = np.frombuffer(networks, dtype=np.uint8)
    return _encode(head, assignment.weights.values, assignment.episodes, block)


def decode_assignment(message: bytes, shared: bytes | None = None) -> Assignment:
    """Return the assignment that a message holds, with the networks that are `shared`."""
    head, (weights, episodes, networks) = _decode(message)
    return Assignment(
        head["spec"],
        head["variant"],
        networks.tobytes() if shared is None else shared,
        Weightings(weights, head["shared_weights"]),
        episodes,
        tuple(head["own"]),
    )


def encode_answer(answer: Answer) -> bytes:
    """Return an answer as bytes."""
    returns, steps, *rest = answer
    return _encode({"rest": rest}, returns, steps)


def decode_answer(message: bytes) -> Answer:
    """Return the answer that a message holds."""
    head, (returns, steps) = _decode(message)
    return Answer(returns, steps, *head["rest"])


def _encode(head: dict[str, Any], *arrays: NDArray[Any]) -> bytes:
    head["arrays"] = [(array.dtype.str, array.shape) for array in arrays]
    return b"".join([json.dumps(head).encode(), b"\n", *(array.tobytes() for array in arrays)])


def _decode(message: bytes) -> tuple[dict[str, Any], list[NDArray[Any]]]:
    """Return the head and the arrays of a message.

    The arrays are copies that can be written to: for others, kernels would be compiled once more.
    """
    at = message.index(b"\n") + 1
    head: dict[str, Any] = json.loads(message[: at - 1])
    arrays = []
    for kind, shape in head["arrays"]:
        array: NDArray[Any] = np.ndarray(shape, kind, message, at).copy()
        arrays.append(array)
        at += array.nbytes
    return head, arrays
