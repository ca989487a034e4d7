"""The jitted forward passes.

A *lane* is one (weight, episode) pair of one network. All lanes of a network run in lockstep, innermost, so that every
loop below is a straight line over contiguous float64, which the compiler turns into vector instructions. Arithmetic is
strict IEEE 754: a lane's result does not depend on its place or on the number of lanes.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.jit import kernel
from wann.maths import cosine_pi, exponential, hyperbolic_tangent, sigmoid, sine_pi

# Lanes are run in multiples of this: eight float64 fill one vector register of the widest CPUs.
LANE_MULTIPLE = 8


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
def activate_lanes(activation: int, sums: NDArray[np.float64], out: NDArray[np.float64], width: int) -> None:
    """Apply one activation to `sums[:width]`, into `out[:width]`."""
    if activation == 1:
        for lane in range(width):
            out[lane] = sums[lane]
    elif activation == 2:
        for lane in range(width):
            out[lane] = 1.0 if sums[lane] > 0.0 else 0.0
    elif activation == 3:
        for lane in range(width):
            out[lane] = sine_pi(sums[lane])
    elif activation == 4:
        for lane in range(width):
            out[lane] = exponential(-0.5 * sums[lane] * sums[lane])
    elif activation == 5:
        for lane in range(width):
            out[lane] = hyperbolic_tangent(sums[lane])
    elif activation == 6:
        for lane in range(width):
            out[lane] = sigmoid(sums[lane])
    elif activation == 7:
        for lane in range(width):
            out[lane] = -sums[lane]
    elif activation == 8:
        for lane in range(width):
            out[lane] = abs(sums[lane])
    elif activation == 9:
        for lane in range(width):
            out[lane] = sums[lane] if sums[lane] > 0.0 else 0.0
    elif activation == 10:
        for lane in range(width):
            out[lane] = cosine_pi(sums[lane])
    else:
        for lane in range(width):
            out[lane] = sums[lane] * sums[lane]


@kernel
def forward_shared(
    packed: Packed,
    network: int,
    weight: NDArray[np.float64],
    values: NDArray[np.float64],
    sums: NDArray[np.float64],
    width: int,
) -> None:
    """Compute all nodes of one network, one shared weight per lane.

    `weight` (lanes,); `values` (rows, lanes) holds bias and inputs on entry and every node on return; `sums` (lanes,)
    is scratch. Under a shared weight a node's input is a plain sum, scaled once.
    """
    first, last = packed.node_start[network], packed.node_start[network + 1]
    row = values.shape[0] - (last - first)
    for node in range(first, last):
        start, stop = packed.edge_start[node], packed.edge_start[node + 1]
        if stop - start == 1:
            a = values[packed.source[start]]
            for lane in range(width):
                sums[lane] = weight[lane] * a[lane]
        elif stop - start == 0:
            for lane in range(width):
                sums[lane] = 0.0
        else:
            a, b = values[packed.source[start]], values[packed.source[start + 1]]
            for lane in range(width):
                sums[lane] = a[lane] + b[lane]
            for edge in range(start + 2, stop):
                a = values[packed.source[edge]]
                for lane in range(width):
                    sums[lane] += a[lane]
            for lane in range(width):
                sums[lane] *= weight[lane]
        activate_lanes(packed.activation[node], sums, values[row + node - first], width)


@kernel
def forward_individual(
    packed: Packed,
    network: int,
    weight: NDArray[np.float64],
    values: NDArray[np.float64],
    sums: NDArray[np.float64],
    width: int,
) -> None:
    """Compute all nodes of one network, one weight per connection and lane: `weight` (connections, lanes).

    Otherwise as `forward_shared`.
    """
    first, last = packed.node_start[network], packed.node_start[network + 1]
    row = values.shape[0] - (last - first)
    first_edge = packed.edge_start[first]
    for node in range(first, last):
        for lane in range(width):
            sums[lane] = 0.0
        for edge in range(packed.edge_start[node], packed.edge_start[node + 1]):
            a, w = values[packed.source[edge]], weight[edge - first_edge]
            for lane in range(width):
                sums[lane] += w[lane] * a[lane]
        activate_lanes(packed.activation[node], sums, values[row + node - first], width)


@kernel
def forward(
    packed: Packed,
    network: int,
    weight: NDArray[np.float64],
    values: NDArray[np.float64],
    sums: NDArray[np.float64],
    width: int,
) -> None:
    """`forward_shared` where `weight` has one row, else `forward_individual`; `weight` (1 or connections, lanes)."""
    if weight.shape[0] == 1:
        forward_shared(packed, network, weight[0], values, sums, width)
    else:
        forward_individual(packed, network, weight, values, sums, width)
