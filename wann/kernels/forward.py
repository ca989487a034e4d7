"""The pass through a network, compiled.

A *lane* is one (weighting, episode) pair of one network. All lanes of a network run in lockstep,
innermost, so that every loop below is a straight line over vectors of them (`vectors`): LANES of
float64, or LANES32 of float32, as the arrays are.
Arithmetic is strict IEEE 754: a lane's result does not depend on its place or on the number of
lanes. Rows are always indexed in place: in compiled code a slice costs two atomic reference counts,
more than the additions it is for.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.kernels.activate import UNKNOWN_CODE
from wann.kernels.jit import kernel
from wann.kernels.nodes import compute_nodes


class Packed(NamedTuple):
    """Networks laid end to end: what kernels read.

    Rows of a network: 0 is the bias, then its inputs, then its computed nodes in topological order,
    outputs last. `node_start[g]:node_start[g + 1]` are the computed nodes of network g,
    `edge_start[node]:edge_start[node + 1]` the incoming connections of a node, and `source` the row
    that each connection comes from.

    Networks with recurrent connections have further rows behind their inputs, one for each row that
    is read one step later: see `memory`.
    """

    node_start: NDArray[np.int64]  # (networks + 1,)
    activation: NDArray[np.int64]  # (nodes,)
    edge_start: NDArray[np.int64]  # (nodes + 1,)
    source: NDArray[np.int64]  # (connections,)
    memory_start: NDArray[np.int64]  # (networks + 1,)
    remembered: NDArray[np.int64]  # (memories,) the row that each of these rows repeats


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
        width: how many lanes to compute, a multiple of those in a vector.
    """
    if not compute_nodes(packed, network, weight, values, width):
        raise ValueError(UNKNOWN_CODE)
