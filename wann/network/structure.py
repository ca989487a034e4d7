"""What a network is, without a task: connections at work, depth, paths, and what it costs.

A connection is at work if it lies on a path from the bias or an input to an output (Vysogorets &
Kempe 2023 call them effective). The bias is a source here, unlike there, as its connections are
part of the budget. Paths may lead over recurrent connections, that is, over steps; depth and the
number of paths are those of a single step, over feed-forward connections alone.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.network.genome import node_of
from wann.network.network import Network

_WEIGHT_BYTES, _INDEX_BYTES, _ACTIVATION_BYTES = 4, 4, 1


class Structure(NamedTuple):
    """Counts of one network."""

    connections: int
    effective_connections: int
    hidden: int
    active_units: int  # hidden nodes on a path from the bias or an input to an output
    inputs: int
    active_inputs: int  # inputs, without the bias, from which a path leads to an output
    depth: int  # connections on the longest path to an output
    paths: int  # from inputs, without the bias, to outputs; exact, and often beyond 64 bits
    # For one example: a product and a sum for each connection; activations are not counted
    sparse_flops: int
    # Of 32-bit weights, 32-bit indices in compressed rows, a byte for each activation
    sparse_bytes: int

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as JSON values.

        The number of paths is text, as it may be beyond what readers of JSON take.
        """
        return {**self._asdict(), "paths": str(self.paths)}


def structure_of(network: Network) -> Structure:
    """Return the counts of `network`."""
    at_work = effective_connections(network)
    first, target = 1 + network.inputs, network.target
    ends = np.union1d(node_of(network.source[at_work]), target[at_work])
    hidden = (ends >= first) & (ends < first + network.hidden)
    return Structure(
        connections=network.connections,
        effective_connections=int(np.count_nonzero(at_work)),
        hidden=network.hidden,
        active_units=int(np.count_nonzero(hidden)),
        inputs=network.inputs,
        active_inputs=int(np.count_nonzero((ends >= 1) & (ends < first))),
        depth=_depth(network, at_work),
        paths=count_paths(network),
        sparse_flops=2 * network.connections,
        sparse_bytes=(_WEIGHT_BYTES + _INDEX_BYTES) * network.connections
        + _INDEX_BYTES * len(network.edge_start)
        + _ACTIVATION_BYTES * len(network.activation),
    )


def effective_connections(network: Network) -> NDArray[np.bool_]:
    """Return for each connection (connections,) whether it is at work.

    It is if it lies on a path from the bias or an input to an output.
    """
    first, target, source = 1 + network.inputs, network.target, node_of(network.source)
    rows = first + len(network.activation)
    hears = np.arange(rows) < first
    heard = np.arange(rows) >= first + network.hidden
    known = -1
    # Once is enough unless recurrent connections lead back to earlier rows
    while known != (known := int(np.count_nonzero(hears) + np.count_nonzero(heard))):
        for node in range(len(network.activation)):
            into = slice(network.edge_start[node], network.edge_start[node + 1])
            hears[first + node] |= hears[source[into]].any()
        for node in range(len(network.activation) - 1, -1, -1):
            if heard[first + node]:
                into = slice(network.edge_start[node], network.edge_start[node + 1])
                heard[source[into]] = True
    return np.asarray(hears[source] & heard[target])


def count_paths(network: Network) -> int:
    """Return how many paths lead from inputs to outputs: an exact integer.

    Paths from the bias do not count.
    """
    first = 1 + network.inputs
    paths = [0] + [1] * network.inputs + [0] * len(network.activation)
    for node in range(len(network.activation)):
        paths[first + node] = sum(paths[source] for source in _sources(network, node).tolist())
    return sum(paths[first + network.hidden :])


def _depth(network: Network, at_work: NDArray[np.bool_]) -> int:
    first = 1 + network.inputs
    depth = np.zeros(first + len(network.activation), dtype=np.int64)
    for node in range(len(network.activation)):
        some = slice(network.edge_start[node], network.edge_start[node + 1])
        sources = network.source[some][at_work[some] & (network.source[some] >= 0)]
        depth[first + node] = 1 + depth[sources].max() if len(sources) else 0
    return int(depth[first + network.hidden :].max())


def _sources(network: Network, node: int) -> NDArray[np.int64]:
    sources = network.source[network.edge_start[node] : network.edge_start[node + 1]]
    return sources[sources >= 0]
