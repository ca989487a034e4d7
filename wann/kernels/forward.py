"""The pass through a network, compiled.

A *lane* is one (weighting, episode) pair of one network. All lanes of a network run in lockstep,
innermost, so that every loop below is a straight line over vectors of LANES float64 (`vectors`).
Arithmetic is strict IEEE 754: a lane's result does not depend on its place or on the number of
lanes. Rows are always indexed in place: in compiled code a slice costs two atomic reference counts,
more than the additions it is for.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.activations import Activation, check_handled
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
from wann.kernels.row_sums import input_sum
from wann.kernels.vectors import LANES, store

# What the kernels of this folder compute. Each ends in an error at a code that is not among these,
# since a node that nothing is written to would hold whatever the memory held before.
COMPUTED = (
    Activation.LINEAR,
    Activation.STEP,
    Activation.SIN,
    Activation.GAUSSIAN,
    Activation.TANH,
    Activation.SIGMOID,
    Activation.INVERSE,
    Activation.ABSOLUTE,
    Activation.RELU,
    Activation.COSINE,
    Activation.SQUARE,
)
_ZERO_AT_ZERO = (
    Activation.LINEAR,
    Activation.STEP,
    Activation.SIN,
    Activation.TANH,
    Activation.ABSOLUTE,
    Activation.RELU,
    Activation.SQUARE,
)
UNKNOWN_CODE = "a node has an activation code that the kernels do not know"


def check_computed(activations: Iterable[int]) -> None:
    """Raise UserError, naming them, if the kernels do not compute some of `activations`."""
    check_handled(activations, COMPUTED, "the kernels")


check_computed(Activation)  # so that a row in the table alone is noticed at once


class Packed(NamedTuple):
    """Networks laid end to end: what kernels read.

    Rows of a network: 0 is the bias, then its inputs, then its computed nodes in topological order,
    outputs last. `node_start[g]:node_start[g + 1]` are the computed nodes of network g,
    `edge_start[node]:edge_start[node + 1]` the incoming connections of a node, and `source` the row
    that each connection comes from.
    """

    node_start: NDArray[np.int64]  # (networks + 1,)
    activation: NDArray[np.int64]  # (nodes,)
    edge_start: NDArray[np.int64]  # (nodes + 1,)
    source: NDArray[np.int64]  # (connections,)


@kernel
def forward(
    packed: Packed,
    network: int,
    weight: NDArray[np.float64],
    values: NDArray[np.float64],
    width: int,
) -> None:
    """Compute all nodes of one network.

    Args:
        packed: networks laid end to end.
        network: which of them to compute.
        weight: (lanes,) for one weight in each lane that all connections share, or (connections,
            lanes).
        values: (rows, lanes) bias and inputs on entry; on return every node as well.
        width: how many lanes to compute, a multiple of LANES.
    """
    first, last = packed.node_start[network], packed.node_start[network + 1]
    edge_start, source, activation = packed.edge_start, packed.source, packed.activation
    base, row = edge_start[first], values.shape[0] - (last - first)
    for node in range(first, last):
        start, stop, kind = edge_start[node], edge_start[node + 1], activation[node]
        # One loop for each activation, so that a sum goes from register to register into what is
        # made of it.
        if start == stop:
            nothing = at_zero(kind)
            if np.isnan(nothing):
                raise ValueError(UNKNOWN_CODE)
            for lane in range(0, width, LANES):
                store(values, row, lane, nothing)
        elif kind == Activation.LINEAR:
            for lane in range(0, width, LANES):
                store(values, row, lane, input_sum(values, source, start, stop, weight, base, lane))
        elif kind == Activation.STEP:
            for lane in range(0, width, LANES):
                store(
                    values,
                    row,
                    lane,
                    step(input_sum(values, source, start, stop, weight, base, lane)),
                )
        elif kind == Activation.SIN:
            for lane in range(0, width, LANES):
                store(
                    values,
                    row,
                    lane,
                    sine_pi(input_sum(values, source, start, stop, weight, base, lane)),
                )
        elif kind == Activation.GAUSSIAN:
            for lane in range(0, width, LANES):
                store(
                    values,
                    row,
                    lane,
                    gaussian(input_sum(values, source, start, stop, weight, base, lane)),
                )
        elif kind == Activation.TANH:
            for lane in range(0, width, LANES):
                store(
                    values,
                    row,
                    lane,
                    hyperbolic_tangent(input_sum(values, source, start, stop, weight, base, lane)),
                )
        elif kind == Activation.SIGMOID:
            for lane in range(0, width, LANES):
                store(
                    values,
                    row,
                    lane,
                    sigmoid(input_sum(values, source, start, stop, weight, base, lane)),
                )
        elif kind == Activation.INVERSE:
            for lane in range(0, width, LANES):
                store(
                    values, row, lane, -input_sum(values, source, start, stop, weight, base, lane)
                )
        elif kind == Activation.ABSOLUTE:
            for lane in range(0, width, LANES):
                store(
                    values,
                    row,
                    lane,
                    abs(input_sum(values, source, start, stop, weight, base, lane)),
                )
        elif kind == Activation.RELU:
            for lane in range(0, width, LANES):
                store(
                    values,
                    row,
                    lane,
                    rectify(input_sum(values, source, start, stop, weight, base, lane)),
                )
        elif kind == Activation.COSINE:
            for lane in range(0, width, LANES):
                store(
                    values,
                    row,
                    lane,
                    cosine_pi(input_sum(values, source, start, stop, weight, base, lane)),
                )
        elif kind == Activation.SQUARE:
            for lane in range(0, width, LANES):
                store(
                    values,
                    row,
                    lane,
                    square(input_sum(values, source, start, stop, weight, base, lane)),
                )
        else:
            raise ValueError(UNKNOWN_CODE)
        row += 1


@kernel
def at_zero(activation: int) -> float:
    """Return what a node without sources gives: its activation of zero; NaN for an unknown one."""
    if activation == Activation.SIGMOID:
        return 0.5
    if activation == Activation.GAUSSIAN:
        return 1.0
    if activation == Activation.COSINE:
        return float(cosine_pi(0.0))  # not 1 to the last bit
    if activation == Activation.INVERSE:
        return -0.0
    if activation in _ZERO_AT_ZERO:
        return 0.0
    return np.nan
