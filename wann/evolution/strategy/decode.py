"""From candidates, which are rows of scores, to genomes: which places each of them keeps."""

import numpy as np
from numpy.typing import NDArray

from wann.evolution.strategy.parent import Parent
from wann.network.genome import Genes

Floats = NDArray[np.float64]
Kept = NDArray[np.bool_]


def decode(parent: Parent, candidates: Floats, size: int | NDArray[np.int64]) -> Genes:
    """Return the genomes of `candidates` (candidates, scores), of at most `size` connections each.

    `size` is one for all, or one for each (candidates,). The places with the highest scores are
    kept, as many as there is room for. A hidden unit computes that of the choices whose score is
    the highest.
    """
    sizes = np.broadcast_to(size, len(candidates))
    kept = _best(parent, candidates[:, : parent.places], sizes)
    used = _led_into(parent, kept)
    if parent.signed:
        kept, used = _without_silent(parent, kept)
    return _genes(parent, kept, used, _chosen(parent, candidates[:, parent.places :]))


def _best(parent: Parent, scores: Floats, sizes: NDArray[np.int64]) -> Kept:
    """Return which places are kept (candidates, places).

    The first that is kept of those into a linear or inverse node brings the connection which leads
    on from there; so do not all places bring as many connections.
    """
    order = np.argsort(-scores, axis=1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(scores.shape[1])[None], 1)
    brought = np.ones(scores.shape, dtype=np.int64)  # in the order of the scores
    if parent.signed:
        firsts = np.minimum.reduceat(rank, parent.first_place, axis=1)
        np.put_along_axis(brought, firsts, 2, 1)
    fits = np.cumsum(brought, axis=1) <= sizes[:, None]
    return np.take_along_axis(fits, rank, 1)


def _led_into(parent: Parent, kept: Kept) -> Kept:
    """Return into which nodes places that are kept lead, (candidates, targets)."""
    return np.logical_or.reduceat(kept, parent.first_place, axis=1)


def _without_silent(parent: Parent, kept: Kept) -> tuple[Kept, Kept]:
    """Return `kept` without places behind units that hear nothing, which say 0, and `_led_into`."""
    count, layers = len(kept), parent.layer_start
    first_hidden = 1 + parent.inputs + parent.outputs
    place_start = np.append(parent.first_place, parent.places)[layers]
    speaks = np.zeros((count, len(parent.activation)), dtype=np.bool_)
    speaks[:, : 1 + parent.inputs] = True
    kept, used = kept.copy(), np.zeros((count, len(parent.first_place)), dtype=np.bool_)
    for layer in range(len(layers) - 1):
        places = slice(place_start[layer], place_start[layer + 1])
        targets = slice(layers[layer], layers[layer + 1])
        kept[:, places] &= speaks[:, parent.source[places]]
        starts = parent.first_place[targets] - place_start[layer]
        used[:, targets] = np.logical_or.reduceat(kept[:, places], starts, axis=1)
        units = parent.leads_to[targets][::2]  # a linear and an inverse node lead to each
        if units[0] >= first_hidden:
            speaks[:, units] = used[:, targets][:, ::2] | used[:, targets][:, 1::2]
    return kept, used


def _chosen(parent: Parent, scores: Floats) -> NDArray[np.int64]:
    """Return the code of each hidden unit (candidates, hidden)."""
    kinds = scores.reshape(len(scores), parent.hidden, len(parent.choices))
    codes: NDArray[np.int64] = parent.choices[kinds.argmax(axis=2)]
    return codes


def _genes(parent: Parent, kept: Kept, used: Kept, codes: NDArray[np.int64]) -> Genes:
    """Return the genomes with the places that are kept and the connections that these bring."""
    source, target = parent.source, parent.target
    if parent.signed:
        kept = np.concatenate([kept, used], axis=1)
        source = np.concatenate([source, target[parent.first_place]])
        target = np.concatenate([target, parent.leads_to])
    count, nodes = len(kept), len(parent.activation)
    first_hidden = 1 + parent.inputs + parent.outputs
    activation = np.tile(parent.activation, (count, 1))
    activation[:, first_hidden : first_hidden + parent.hidden] = codes
    _, genes = np.nonzero(kept)
    return Genes(
        parent.inputs,
        parent.outputs,
        np.arange(count + 1) * nodes,
        np.concatenate([[0], np.cumsum(kept.sum(axis=1))]),
        np.tile(np.arange(nodes), count),
        activation.ravel(),
        source[genes],
        target[genes],
        np.ones(len(genes), dtype=np.bool_),
    )
