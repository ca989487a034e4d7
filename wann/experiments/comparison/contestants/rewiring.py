"""Other networks out of one: what is left of a grown network's worth when only its counts are kept.

The controls of lottery tickets, applied to grown networks. All are pure functions of the network
and the random numbers given; nodes, and how many of them have which activation, stay the same, and
so does the number of connections (but for `without`, which leaves some out).
"""

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError
from wann.network.compile import network_of_pairs
from wann.network.network import Network

# Swaps tried for each connection; some ten are enough to mix a network (Milo et al. 2003)
_SWAPS = 20
Ints = NDArray[np.int64]


def random_dag(network: Network, rng: np.random.Generator) -> Network:
    """Return a network of the same nodes, with as many connections between any of them.

    The hidden nodes are put in a random order. All sets of so many connections that lead forward in
    it are equally likely; no connection leads from an output. UserError if there are not that many.
    """
    first, outputs, hidden = 1 + network.inputs, network.outputs, network.hidden
    order = rng.permutation(hidden)
    activation = np.concatenate([network.activation[:hidden][order], network.activation[hidden:]])
    # The pairs, target by target: a hidden node may hear what is before it, an output everything
    # but outputs.
    widths = np.concatenate([first + np.arange(hidden), np.full(outputs, first + hidden)])
    ends = np.cumsum(widths)
    if network.connections > ends[-1]:
        raise UserError(
            f"expected at most {ends[-1]} connections among these nodes, got {network.connections}"
        )
    chosen = np.sort(rng.choice(ends[-1], network.connections, replace=False))
    target = np.searchsorted(ends, chosen, side="right")
    source = chosen - (ends - widths)[target]
    return _of_pairs(network._replace(activation=activation), source, target)


def rewire(network: Network, rng: np.random.Generator) -> Network:
    """Return `network` with connections swapped at random; every node keeps its degrees.

    Its degrees are how many connections lead into it and out of it. Two connections a -> b and c ->
    d become a -> d and c -> b where both lead forward in the order of the nodes, and neither is
    there already; so the result is acyclic, of the same degrees. Where no two can be swapped (one
    target, or all pairs joined), it is the same network.
    """
    source, target = network.source.copy(), network.target - 1 - network.inputs
    first = 1 + network.inputs
    joined = set(zip(source.tolist(), target.tolist(), strict=True))
    # The number of rows that each target may hear
    limit = first + np.minimum(np.arange(len(network.activation)), network.hidden)
    for i, j in rng.integers(0, network.connections, (_SWAPS * network.connections, 2)).tolist():
        a, b, c, d = int(source[i]), int(target[i]), int(source[j]), int(target[j])
        if (
            a == c
            or b == d
            or a >= limit[d]
            or c >= limit[b]
            or (a, d) in joined
            or (c, b) in joined
        ):
            continue
        joined -= {(a, b), (c, d)}
        joined |= {(a, d), (c, b)}
        target[i], target[j] = d, b
    return _of_pairs(network, source, target)


def shuffle_activations(network: Network, rng: np.random.Generator) -> Network:
    """Return `network` with the activations of its hidden nodes in random order.

    The outputs keep their activations.
    """
    hidden = network.hidden
    shuffled = rng.permutation(network.activation[:hidden])
    return network._replace(activation=np.concatenate([shuffled, network.activation[hidden:]]))


def without(network: Network, kept: NDArray[np.bool_]) -> Network:
    """Return `network` with all its nodes, and the connections that are `kept` (connections,)."""
    before = np.concatenate([[0], np.cumsum(kept)])
    return network._replace(
        edge_start=before[network.edge_start].astype(np.int64), source=network.source[kept]
    )


def _of_pairs(network: Network, source: Ints, target: Ints) -> Network:
    """Return `network` with the connections from rows `source` to computed nodes `target`.

    The connections into a node stand in the order of their sources.
    """
    inputs, by_source = network.inputs, np.argsort(source, kind="stable")
    target = 1 + inputs + target[by_source]
    return network_of_pairs(inputs, network.outputs, network.activation, source[by_source], target)[
        0
    ]
