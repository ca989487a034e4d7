"""The outputs of one network for many examples, in float64: what accuracies are taken from."""

import numpy as np
from numpy.typing import NDArray

from wann.activations import Activation
from wann.kernels.forward import UNKNOWN_CODE, Packed, forward
from wann.kernels.jit import kernel
from wann.kernels.maths import (
    cosine_pi,
    gaussian,
    hyperbolic_tangent,
    rectify,
    sigmoid,
    sine_pi,
    square,
    step,
)
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
        _activate(packed.activation[node], values, row, width)
        row += 1


@kernel
def _activate(kind: int, values: Array, row: int, width: int) -> None:
    """Apply one activation to `values[row, :width]`, in place; `width` is a multiple of LANES."""
    if kind == Activation.STEP:
        for lane in range(0, width, LANES):
            store(values, row, lane, step(load(values, row, lane)))
    elif kind == Activation.SIN:
        for lane in range(0, width, LANES):
            store(values, row, lane, sine_pi(load(values, row, lane)))
    elif kind == Activation.GAUSSIAN:
        for lane in range(0, width, LANES):
            store(values, row, lane, gaussian(load(values, row, lane)))
    elif kind == Activation.TANH:
        for lane in range(0, width, LANES):
            store(values, row, lane, hyperbolic_tangent(load(values, row, lane)))
    elif kind == Activation.SIGMOID:
        for lane in range(0, width, LANES):
            store(values, row, lane, sigmoid(load(values, row, lane)))
    elif kind == Activation.INVERSE:
        for lane in range(0, width, LANES):
            store(values, row, lane, -load(values, row, lane))
    elif kind == Activation.ABSOLUTE:
        for lane in range(0, width, LANES):
            store(values, row, lane, abs(load(values, row, lane)))
    elif kind == Activation.RELU:
        for lane in range(0, width, LANES):
            store(values, row, lane, rectify(load(values, row, lane)))
    elif kind == Activation.COSINE:
        for lane in range(0, width, LANES):
            store(values, row, lane, cosine_pi(load(values, row, lane)))
    elif kind == Activation.SQUARE:
        for lane in range(0, width, LANES):
            store(values, row, lane, square(load(values, row, lane)))
    elif kind != Activation.LINEAR:
        raise ValueError(UNKNOWN_CODE)
