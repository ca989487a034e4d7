"""The outputs of one network for many examples, in float64: what accuracies are taken from."""

import numpy as np
from numpy.typing import NDArray

from wann.kernels.activate import UNKNOWN_CODE, activate
from wann.kernels.forward import Packed, forward
from wann.kernels.jit import kernel
from wann.kernels.vectors import LANES, load, store

Array = NDArray[np.float64]

# Examples at a time: the values of all nodes for these should fit the second-level cache.
_MOST_LANES = 128


@kernel
def logits(
    packed: Packed,
    network: int,
    inputs: int,
    outputs: int,
    weights: Array,
    shared: bool,
    given: Array,
    result: Array,
) -> None:
    """Fill `result` with the outputs of one network for many examples, one in each lane.

    Args:
        packed: networks laid end to end.
        network: which of them to compute.
        inputs: how many inputs it has, without the bias.
        outputs: how many outputs it has.
        weights: (weightings, 1) where they are shared, else (weightings, connections).
        shared: whether all connections share a weight.
        given: (1 + inputs, lanes) bias and inputs, the lanes a multiple of LANES.
        result: (weightings, lanes, outputs), filled.
    """
    start, stop = packed.node_start[network], packed.node_start[network + 1]
    rows, lanes = 1 + inputs + stop - start, given.shape[1]
    values, lane_weight = np.empty((rows, _MOST_LANES)), np.empty(_MOST_LANES)
    for first in range(0, lanes, _MOST_LANES):
        width = min(_MOST_LANES, lanes - first)
        for row in range(1 + inputs):
            for lane in range(0, width, LANES):
                store(values, row, lane, load(given, row, first + lane))
        for k in range(len(weights)):
            if shared:
                lane_weight[:] = weights[k, 0]
                forward(packed, network, lane_weight, values, width)
            else:
                _forward_weighted(packed, network, weights, k, values, width)
            for i in range(outputs):
                for lane in range(width):
                    result[k, first + lane, i] = values[rows - outputs + i, lane]


@kernel
def _forward_weighted(
    packed: Packed, network: int, weights: Array, k: int, values: Array, width: int
) -> None:
    """Compute all nodes, as `forward` does, with `weights[k]` (connections,) in all lanes."""
    start, stop = packed.node_start[network], packed.node_start[network + 1]
    base, row = packed.edge_start[start], values.shape[0] - (stop - start)
    for node in range(start, stop):
        for lane in range(0, width, LANES):
            store(values, row, lane, 0.0)
        for edge in range(packed.edge_start[node], packed.edge_start[node + 1]):
            source, weight = packed.source[edge], weights[k, edge - base]
            for lane in range(0, width, LANES):
                store(
                    values, row, lane, load(values, row, lane) + load(values, source, lane) * weight
                )
        if not activate(packed.activation[node], values, row, width):
            raise ValueError(UNKNOWN_CODE)
        row += 1
