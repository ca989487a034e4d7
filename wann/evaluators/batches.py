"""What all evaluators do with a batch of networks: check it, find its copies, cut it into spans."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.network.network import Network
from wann.network.networks import Networks, connections_of, shapes_of
from wann.network.weightings import Weightings
from wann.tasks.task import Task

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
    for inputs, outputs in shapes_of(networks):
        if (inputs, outputs) != (task.inputs, task.outputs):
            raise ValueError(
                f"the task {task.name!r} needs networks of {task.inputs} inputs and "
                f"{task.outputs} outputs, got one of {inputs} and {outputs}"
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


def unique_networks(networks: Sequence[Network]) -> tuple[Networks, NDArray[np.int64]]:
    """Return the different networks, and which of them each network is.

    Two networks are equal if they have the same activations and connections.

    Returns:
        The different networks in the order of their first appearance, and (networks,) the index of
        each of `networks` among them.
    """
    laid = Networks.of(networks)
    first = laid.first_equals()
    is_first = first == np.arange(len(laid))
    return laid.take(np.flatnonzero(is_first)), (np.cumsum(is_first) - 1)[first]


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
    cost = np.cumsum(np.append(0, connections_of(networks) + _STEP_COST))
    cuts = np.searchsorted(cost, np.linspace(0, cost[-1], pieces + 1))
    cuts = np.unique(np.concatenate([[0], cuts, [len(networks)]]))
    return list(zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True))
