"""The jitted forward passes.

A *lane* is one (weight, episode) pair of one network. All lanes of a network run in lockstep, innermost, so that every
loop below is a straight line over contiguous float64, which the compiler turns into vector instructions. Arithmetic is
strict IEEE 754: a lane's result does not depend on its place or on the number of lanes. Rows are always indexed in
place: in compiled code a slice costs two atomic reference counts, more than the additions it is for.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.activations import Activation
from wann.jit import kernel
from wann.maths import cosine_pi, exponential, hyperbolic_tangent, sigmoid, sine_pi
from wann.vectors import add_sources


class Packed(NamedTuple):
    """Networks laid end to end: what kernels read.

    Rows of a network: 0 is the bias, then its inputs, then its computed nodes in topological order, outputs last.
    `node_start[g]:node_start[g + 1]` are the computed nodes of network g, `edge_start[node]:edge_start[node + 1]` the
    incoming connections of a node, and `source` the row that each connection comes from.
    """

    node_start: NDArray[np.int64]  # (networks + 1,)
    activation: NDArray[np.int64]  # (nodes,)
    edge_start: NDArray[np.int64]  # (nodes + 1,)
    source: NDArray[np.int64]  # (connections,)


@kernel
def activate_lanes(activation: int, values: NDArray[np.float64], row: int, width: int) -> None:
    """Apply one activation to `values[row, :width]`, in place."""
    if activation == Activation.STEP:
        for lane in range(width):
            values[row, lane] = 1.0 if values[row, lane] > 0.0 else 0.0
    elif activation == Activation.SIN:
        for lane in range(width):
            values[row, lane] = sine_pi(values[row, lane])
    elif activation == Activation.GAUSSIAN:
        for lane in range(width):
            values[row, lane] = exponential(-0.5 * values[row, lane] * values[row, lane])
    elif activation == Activation.TANH:
        for lane in range(width):
            values[row, lane] = hyperbolic_tangent(values[row, lane])
    elif activation == Activation.SIGMOID:
        for lane in range(width):
            values[row, lane] = sigmoid(values[row, lane])
    elif activation == Activation.INVERSE:
        for lane in range(width):
            values[row, lane] = -values[row, lane]
    elif activation == Activation.ABSOLUTE:
        for lane in range(width):
            values[row, lane] = abs(values[row, lane])
    elif activation == Activation.RELU:
        for lane in range(width):
            values[row, lane] = values[row, lane] if values[row, lane] > 0.0 else 0.0
    elif activation == Activation.COSINE:
        for lane in range(width):
            values[row, lane] = cosine_pi(values[row, lane])
    elif activation == Activation.SQUARE:
        for lane in range(width):
            values[row, lane] = values[row, lane] * values[row, lane]


@kernel
def forward_shared(
    packed: Packed, network: int, weight: NDArray[np.float64], values: NDArray[np.float64], width: int
) -> None:
    """Compute all nodes of one network, one shared weight per lane: `weight` (1, lanes).

    `values` (rows, lanes) holds bias and inputs on entry, every node on return. `width` lanes are computed, a multiple
    of LANE_MULTIPLE. Under a shared weight a node's input is a plain sum, scaled once.
    """
    first, last = packed.node_start[network], packed.node_start[network + 1]
    edge_start, source, activation = packed.edge_start, packed.source, packed.activation
    lane_weight = weight[0]
    row = values.shape[0] - (last - first)
    for node in range(first, last):
        if edge_start[node] == edge_start[node + 1]:
            for lane in range(width):
                values[row, lane] = 0.0
        else:
            add_sources(values, source, edge_start[node], edge_start[node + 1], lane_weight, row, width)
        activate_lanes(activation[node], values, row, width)
        row += 1


@kernel
def forward_individual(
    packed: Packed, network: int, weight: NDArray[np.float64], values: NDArray[np.float64], width: int
) -> None:
    """Compute all nodes of one network, one weight per connection and lane: `weight` (connections, lanes).

    Otherwise as `forward_shared`.
    """
    first, last = packed.node_start[network], packed.node_start[network + 1]
    edge_start, source, activation = packed.edge_start, packed.source, packed.activation
    row = values.shape[0] - (last - first)
    for node in range(first, last):
        for lane in range(width):
            values[row, lane] = 0.0
        for edge in range(edge_start[node], edge_start[node + 1]):
            origin, own = source[edge], edge - edge_start[first]
            for lane in range(width):
                values[row, lane] += weight[own, lane] * values[origin, lane]
        activate_lanes(activation[node], values, row, width)
        row += 1


@kernel
def forward(packed: Packed, network: int, weight: NDArray[np.float64], values: NDArray[np.float64], width: int) -> None:
    """`forward_shared` where `weight` has one row, else `forward_individual`; `weight` (1 or connections, lanes)."""
    if weight.shape[0] == 1:
        forward_shared(packed, network, weight, values, width)
    else:
        forward_individual(packed, network, weight, values, width)
