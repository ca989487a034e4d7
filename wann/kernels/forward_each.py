"""The pass through several networks, each in lanes of its own, in one call.

Where a simulator steps hundreds of episodes at once, a call for each network would cost more than
what it computes.
"""

import numpy as np
from numpy.typing import NDArray

from wann.kernels.forward import Packed, forward
from wann.kernels.jit import kernel
from wann.kernels.memory import remember
from wann.kernels.vectors import LANES


@kernel
def forward_each(
    packed: Packed,
    first_network: int,
    weight: NDArray[np.float64],
    values: NDArray[np.float64],
    alive: NDArray[np.int64],
    rows: NDArray[np.float64],
    outputs: NDArray[np.float64],
) -> None:
    """Compute the outputs of networks that follow each other, and keep what they remember.

    Args:
        packed: networks laid end to end.
        first_network: the first of them to compute.
        weight: (networks, lanes) for one weight in each lane that all connections share, or
            (networks, connections, lanes); lanes are a multiple of LANES.
        values: (networks, rows, lanes) bias, inputs, memories and nodes of each network; rows that
            a network does not have are left alone.
        alive: (networks,) how many lanes of each network are computed: its first ones.
        rows: (lanes alive of all networks, inputs) what they see, network by network.
        outputs: (outputs, lanes alive of all networks), to be filled.
    """
    inputs, behind = rows.shape[1], 0
    for i in range(len(alive)):
        count = alive[i]
        if count == 0:
            continue
        for lane in range(count):
            for k in range(inputs):
                values[i, 1 + k, lane] = rows[behind + lane, k]
        network = first_network + i
        nodes = packed.node_start[network + 1] - packed.node_start[network]
        kept = packed.memory_start[network + 1] - packed.memory_start[network]
        height = 1 + inputs + kept + nodes
        own = values[i, :height]
        forward(packed, network, weight[i], own, -(-count // LANES) * LANES)
        remember(packed, network, own, 1 + inputs, count)
        for output in range(len(outputs)):
            row = height - len(outputs) + output
            for lane in range(count):
                outputs[output, behind + lane] = own[row, lane]
        behind += count


@kernel
def close_ranks_each(
    values: NDArray[np.float64],
    weight: NDArray[np.float64],
    alive: NDArray[np.int64],
    going: NDArray[np.bool_],
) -> None:
    """Move the lanes that go on to the front of their network's lanes.

    Args:
        values: (networks, rows, lanes), as in `forward_each`.
        weight: (networks, 1 or connections, lanes), else as in `forward_each`.
        alive: (networks,) how many lanes there were; how many go on is written to it.
        going: (lanes alive of all networks,) which of them go on, network by network.
    """
    behind = 0
    for i in range(len(alive)):
        count, kept = alive[i], 0
        for lane in range(count):
            if going[behind + lane]:
                if kept < lane:
                    values[i, :, kept] = values[i, :, lane]
                    weight[i, :, kept] = weight[i, :, lane]
                kept += 1
        alive[i] = kept
        behind += count
