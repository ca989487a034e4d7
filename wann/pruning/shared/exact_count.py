"""The network of exactly so many connections, all of which lead to an output."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError
from wann.network.network import Network
from wann.pruning.shared.parent import Kept, Parent

Places = NDArray[np.int64]  # indices into all places of a parent, matrix after matrix


def exact_network(parent: Parent, connections: int) -> Network:
    """Return the network of `exact_kept`; UserError likewise."""
    return parent.network(exact_kept(parent, connections))


def exact_kept(parent: Parent, connections: int) -> Kept:
    """Return which places are kept so that there are exactly so many `connections`: the best.

    A place may bring several connections, or none. So the best places are taken until there are
    enough connections, and the worst of them go that bring no more than what is too much. If that
    meets no exact count, one more goes, and the next best come that bring no more than is missing.

    UserError if the parent has no network of so many connections.
    """
    refuse_too_few(parent, connections)
    ranked = _ranked_places(parent)
    most = _connections(parent, ranked)
    if most < connections:
        raise _none_found(most, connections, "more hidden units, or ask for fewer connections")
    chosen = _first_reaching(parent, ranked, connections)
    for change in (_without_worst, _with_one_less, _with_best):
        if _connections(parent, chosen) != connections:
            chosen = change(parent, chosen, ranked, connections)
    kept = _kept_of(parent, chosen)
    found = parent.connections(kept)
    if found != connections:
        raise _none_found(found, connections, "more hidden units")
    return kept


def refuse_too_few(parent: Parent, connections: int) -> None:
    """Raise UserError if no network of the parent has as few `connections`."""
    if connections < parent.fewest:
        raise UserError(
            f"a network of this parent has {parent.fewest} connections at least: expected as many, "
            f"got {connections}"
        )


def _ranked_places(parent: Parent) -> Places:
    """Return all places, the one that is worth most first; of equal ones the first.

    However many are taken, each tensor has its share of them.
    """
    parts = [part.flatten().cpu().numpy() for part in parent.worth()]
    turns = []
    for part, share in zip(parts, parent.shares, strict=True):
        turn = np.empty(len(part))
        turn[np.argsort(-part, kind="stable")] = (np.arange(len(part)) + 0.5) / share
        turns.append(turn)
    return np.argsort(np.concatenate(turns), kind="stable")


def _kept_of(parent: Parent, places: Places) -> Kept:
    """Return which places of each matrix are among `places`."""
    chosen = np.zeros(parent.places, dtype=np.bool_)
    chosen[places] = True
    ends = np.cumsum([score.numel() for score in parent.scores])[:-1]
    shapes = [tuple(score.shape) for score in parent.scores]
    return [part.reshape(shape) for part, shape in zip(np.split(chosen, ends), shapes, strict=True)]


def _connections(parent: Parent, places: Places) -> int:
    return parent.connections(_kept_of(parent, places))


def _first_reaching(parent: Parent, ranked: Places, connections: int) -> Places:
    """Return as few of the best places as have at least so many connections."""
    low, high = 1, len(ranked)
    while low < high:
        middle = (low + high) // 2
        if _connections(parent, ranked[:middle]) >= connections:
            high = middle
        else:
            low = middle + 1
    return ranked[:low]


def _without_worst(parent: Parent, chosen: Places, ranked: Places, connections: int) -> Places:
    """Return what is left once the worst have gone without which there still are enough."""
    for place in chosen[::-1]:
        fewer = chosen[chosen != place]
        left = _connections(parent, fewer)
        if left >= connections:
            chosen = fewer
        if left == connections:
            break
    return chosen


def _with_one_less(parent: Parent, chosen: Places, ranked: Places, connections: int) -> Places:
    """Return what is left without the worst place that does not take the whole network away."""
    tried: Iterable[Places] = (chosen[chosen != place] for place in chosen[::-1])
    return next((fewer for fewer in tried if _connections(parent, fewer)), chosen)


def _with_best(parent: Parent, chosen: Places, ranked: Places, connections: int) -> Places:
    """Return `chosen` and the best others that bring no more connections than are missing."""
    now = _connections(parent, chosen)
    for place in ranked[~np.isin(ranked, chosen)]:
        more = np.append(chosen, place)
        reached = _connections(parent, more)
        if now < reached <= connections:
            chosen, now = more, reached
        if now == connections:
            break
    return chosen


def _none_found(found: int, connections: int, remedy: str) -> UserError:
    return UserError(
        f"the parent has a network of {found} connections: expected one of {connections}; give it "
        f"{remedy}"
    )
