"""The network of exactly so many connections, all of which lead to an output."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError
from wann.network.network import Network
from wann.pruning.shared.parent import Parent

Kept = list[NDArray[np.bool_]]


def ranked_places(parent: Parent) -> NDArray[np.int64]:
    """Return the indices of all places, the one that is worth most first; ties by index."""
    worth = np.concatenate([part.flatten().cpu().numpy() for part in parent.worth()])
    return np.argsort(-worth, kind="stable")


def kept_of(parent: Parent, places: NDArray[np.int64]) -> Kept:
    """Return which places of each matrix are among `places`, indices into all of them."""
    chosen = np.zeros(parent.places, dtype=np.bool_)
    chosen[places] = True
    ends = np.cumsum([score.numel() for score in parent.scores])[:-1]
    shapes = [tuple(score.shape) for score in parent.scores]
    return [part.reshape(shape) for part, shape in zip(np.split(chosen, ends), shapes, strict=True)]


def exact_network(parent: Parent, connections: int) -> Network:
    """Return the network of the best places that has exactly so many `connections`.

    The best places are taken until their network has no more than that. The next best follow, as
    far as each brings no more than what is missing.

    UserError if the parent has not so many connections at work.
    """
    ranked = ranked_places(parent)
    taken = _most_within(parent, ranked, connections)
    chosen = list(ranked[:taken])
    network = parent.network(kept_of(parent, np.array(chosen)))
    for place in ranked[taken:]:
        if network.connections == connections:
            break
        more = parent.network(kept_of(parent, np.array([*chosen, place])))
        if network.connections < more.connections <= connections:
            chosen.append(place)
            network = more
    if network.connections != connections:
        raise UserError(
            f"the parent has a network of {network.connections} connections at most: expected "
            f"{connections}; give it more hidden units, or ask for fewer connections"
        )
    return network


def _most_within(parent: Parent, ranked: NDArray[np.int64], connections: int) -> int:
    """Return how many of the best places give a network of at most so many connections."""
    low, high = 0, len(ranked)
    while low < high:
        middle = (low + high + 1) // 2
        if parent.network(kept_of(parent, ranked[:middle])).connections <= connections:
            low = middle
        else:
            high = middle - 1
    return low


def connections_of(parent: Parent, kept: Sequence[NDArray[np.bool_]]) -> int:
    """Return how many connections the network of what is kept has."""
    return parent.network(kept).connections
