"""What recurrent connections read: rows of values that repeat other rows one step later.

They lie behind the inputs, so that for `forward` a recurrent connection is one like all others.
"""

import numpy as np
from numpy.typing import NDArray

from wann.kernels.forward import Packed
from wann.kernels.jit import inlined_kernel


@inlined_kernel
def memories(packed: Packed, network: int) -> int:
    """Return how many rows of values a network remembers."""
    return int(packed.memory_start[network + 1] - packed.memory_start[network])


@inlined_kernel
def forget(packed: Packed, network: int, values: NDArray[np.float64], first: int) -> None:
    """Set what a network remembers to 0 in all lanes, as it is at the first step of an episode.

    `values` (rows, lanes) is written to; `first` is the row behind the inputs.
    """
    for row in range(first, first + memories(packed, network)):
        for lane in range(values.shape[1]):
            values[row, lane] = 0.0


@inlined_kernel
def remember(
    packed: Packed, network: int, values: NDArray[np.float64], first: int, width: int
) -> None:
    """Keep what the next step reads of this one, after all nodes were computed.

    Args:
        packed: networks laid end to end.
        network: which of them.
        values: (rows, lanes) bias, inputs, memories and nodes; the memories are written to.
        first: the row behind the inputs.
        width: how many lanes to keep.
    """
    start = packed.memory_start[network]
    for i in range(start, packed.memory_start[network + 1]):
        row, source = first + i - start, packed.remembered[i]
        for lane in range(width):
            values[row, lane] = values[source, lane]
