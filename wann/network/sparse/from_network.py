"""The layers of a network: its nodes, level by level, those of one activation together."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wann.arrays import numbers_of
from wann.errors import UserError
from wann.network.network import Network, without_recurrence
from wann.network.sparse.layers import Connections, Layers


def layers_of(network: Network, weights: ArrayLike) -> Layers:
    """Return what computes `network`: the same outputs, up to rounding.

    `weights` is one number that all connections share, or one for each (connections,) in the order
    of `source`. UserError for a recurrent network.
    """
    without_recurrence(
        network,
        "what has no memory is computed along its connections",
        "wann.load(...).stepper() takes the steps of an episode",
    )
    weight = np.broadcast_to(numbers_of(weights, "the weights"), (network.connections,))
    first = 1 + network.inputs
    level = _levels(network)
    groups = _groups(network, level)
    # Where each row stands: which layer computes it, and its number in there.
    layer_of = np.zeros(first + len(level), np.int64)
    number_in = np.concatenate([[0], np.arange(network.inputs), np.zeros(len(level), np.int64)])
    for number, nodes in enumerate(groups, 1):
        layer_of[first + nodes], number_in[first + nodes] = number, np.arange(len(nodes))
    layers = [
        _layer(network, weight, nodes, layer_of, number_in, [network.inputs, *map(len, groups)])
        for nodes in groups
    ]
    layers.append(_outputs(network, layer_of, number_in, [network.inputs, *map(len, groups)]))
    return Layers((network.inputs,), tuple(layers))


def _levels(network: Network) -> NDArray[np.int64]:
    """Return for each computed node the longest way to it."""
    first = 1 + network.inputs
    level = np.zeros(first + len(network.activation), np.int64)
    for node, (start, stop) in enumerate(
        zip(network.edge_start[:-1], network.edge_start[1:], strict=True)
    ):
        level[first + node] = 1 + level[network.source[start:stop]].max(initial=0)
    return level[first:]


def _groups(network: Network, level: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return the nodes of each level and activation."""
    order = np.lexsort((network.activation, level))
    keys = np.stack([level, network.activation])[:, order]
    changes = np.flatnonzero((np.diff(keys, axis=1) != 0).any(0)) + 1
    return [nodes for nodes in np.split(order, changes) if len(nodes)]


def _layer(
    network: Network,
    weight: NDArray[np.float64],
    nodes: NDArray[np.int64],
    layer_of: NDArray[np.int64],
    number_in: NDArray[np.int64],
    widths: list[int],
) -> Connections:
    """Return the layer of `nodes`, which have one activation and are of one level.

    Args:
        network: that they are of.
        weight: (connections,) of all connections.
        nodes: (units,) the computed nodes.
        layer_of: (rows,) the layer that computes each row.
        number_in: (rows,) its number in there.
        widths: how many numbers the inputs and each layer have.
    """
    begin, counts = network.edge_start[nodes], np.diff(network.edge_start)[nodes]
    unit = np.repeat(np.arange(len(nodes)), counts)
    start = np.concatenate([[0], np.cumsum(counts)])
    edges = np.arange(start[-1]) - start[unit] + begin[unit]
    rows, weights = network.source[edges], weight[edges]
    bias = np.bincount(unit[rows == 0], weights[rows == 0], len(nodes)).astype(np.float64)
    kept = (rows != 0) & (weights != 0)
    unit, rows, weights = unit[kept], rows[kept], weights[kept]
    inputs = tuple(np.unique(layer_of[rows]).tolist()) or (0,)
    ahead = np.zeros(len(widths), np.int64)
    ahead[list(inputs)] = np.cumsum([0, *(widths[i] for i in inputs[:-1])])
    source = ahead[layer_of[rows]] + number_in[rows]
    start = np.searchsorted(unit, np.arange(len(nodes) + 1))
    return Connections(inputs, start, source, weights, bias, int(network.activation[nodes[0]]))


def _outputs(
    network: Network,
    layer_of: NDArray[np.int64],
    number_in: NDArray[np.int64],
    widths: list[int],
) -> Connections:
    """Return the layer that puts the outputs in their order, one connection to each."""
    rows = np.arange(len(layer_of) - network.outputs, len(layer_of))
    inputs = tuple(np.unique(layer_of[rows]).tolist())
    ahead = np.zeros(len(widths), np.int64)
    ahead[list(inputs)] = np.cumsum([0, *(widths[i] for i in inputs[:-1])])
    source = ahead[layer_of[rows]] + number_in[rows]
    count = network.outputs
    return Connections(inputs, np.arange(count + 1), source, np.ones(count), np.zeros(count))


def check_weight(weight: object) -> None:
    """Raise UserError unless `weight` is one finite number."""
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not np.isfinite(weight):
        raise UserError(f"expected one finite number as weight, got {weight!r}")
