"""What all evaluators do with a batch of networks: check it, find its copies, cut it into spans."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.tasks.task import Task

_INT_BYTES = 8
# A step of a compiled environment costs about as much as so many connections.
_STEP_COST = 8


def check_shapes(
    task: Task, networks: Sequence[Network], weights: Weightings, episodes: NDArray[Any]
) -> None:
    """Check what an evaluator was given: kernels read past the end of arrays that do not match.

    Raises:
        ValueError: where networks do not fit the task, where individual weights are not those of
            a single network, or where there is nothing to score.
    """
    for network in networks:
        if (network.inputs, network.outputs) != (task.inputs, task.outputs):
            raise ValueError(
                f"the task {task.name!r} needs networks of {task.inputs} inputs and "
                f"{task.outputs} outputs, got one of {network.inputs} and {network.outputs}"
            )
    if not weights.is_shared and (len(networks) != 1 or weights.width != networks[0].connections):
        raise ValueError(
            "weights must be shared, or for a single network have shape (weightings, connections), "
            f"got {weights.values.shape} for {len(networks)} networks"
        )
    if not len(networks) or not len(weights) or not len(episodes):
        raise ValueError(
            f"nothing to score: {len(networks)} networks, {len(weights)} weights, "
            f"{len(episodes)} episodes"
        )


def unique_networks(networks: Sequence[Network]) -> tuple[list[Network], NDArray[np.int64]]:
    """Return the different networks, and which of them each network is.

    Two networks are equal if they have the same activations and connections.

    Returns:
        The different networks in the order of their first appearance, and (networks,) the index of
        each of `networks` among them.
    """
    # Bytes of all at once, then cut: a thousand small arrays turned into bytes one by one take
    # twice as long.
    nodes, edges = (
        [0, *accumulate(sizes)] for sizes in zip(*map(_bytes_of, networks), strict=True)
    )
    activation = np.concatenate([network.activation for network in networks]).tobytes()
    source = np.concatenate([network.source for network in networks]).tobytes()
    edge_start = np.concatenate([network.edge_start for network in networks]).tobytes()
    known: dict[bytes, int] = {}
    unique: list[Network] = []
    index: list[int] = []
    for i, network in enumerate(networks):
        first, last = nodes[i], nodes[i + 1]
        # A network has one edge start more than it has nodes.
        of_edges = edge_start[first + i * _INT_BYTES : last + (i + 1) * _INT_BYTES]
        key = activation[first:last] + source[edges[i] : edges[i + 1]] + of_edges
        at = known.setdefault(key, len(unique))
        index.append(at)
        if at == len(unique):
            unique.append(network)
    return unique, np.array(index)


def _bytes_of(network: Network) -> tuple[int, int]:
    """Return how many bytes the activations and the sources of a network take."""
    return network.activation.nbytes, network.source.nbytes


def room_for(networks: int, weights: int, episodes: int) -> NDArray[np.float64]:
    """Return an array (networks, weights, episodes) to be filled.

    Whole or a block of it, it does not lie in one piece, so that kernels are compiled for one
    layout alone.
    """
    return np.empty((networks, weights, episodes + 1))[:, :, :episodes]


def equal_spans(networks: Sequence[Network], pieces: int) -> list[tuple[int, int]]:
    """Cut networks into at most `pieces` spans of neighbours that cost about the same.

    Returns:
        (first, behind last) of each span, in order. Together they hold every network once.
    """
    cost = np.cumsum([0] + [network.connections + _STEP_COST for network in networks])
    cuts = np.searchsorted(cost, np.linspace(0, cost[-1], pieces + 1))
    cuts = np.unique(np.concatenate([[0], cuts, [len(networks)]]))
    return list(zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True))
