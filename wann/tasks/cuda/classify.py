"""Log-likelihoods of a generation on a card: its memory, the launches, and what comes back."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.kernels.cuda.compiler import cuda
from wann.kernels.forward import Packed
from wann.tasks.cuda.likelihood import add_up, likelihood_for
from wann.tasks.cuda.room import BLOCK, NUMBER, fitting, on_card, own_codes


def mean_likelihoods(
    packed: Packed,
    weights: NDArray[np.float64],
    blocks: Sequence[tuple[NDArray[np.float32], NDArray[np.int64]]],
    outputs: int,
    floor: float,
    result: NDArray[np.float64],
) -> None:
    """Fill `result` with mean log-likelihoods of the true classes, as `log_likelihood` does.

    Args:
        packed: networks, as `pack` returns them.
        weights: (weights,) each shared by all connections.
        blocks: of each, bias and inputs (1 + inputs, lanes), an example in each lane, and the true
            class of each (examples,).
        outputs: how many outputs networks have.
        floor: the least that one example counts.
        result: (networks, weights, blocks), filled.

    Raises:
        UserError: where the card has no room for a single network.
    """
    nodes = int(np.diff(packed.node_start).max())
    kernel = likelihood_for(own_codes(packed))
    sent: Any = Packed(*map(on_card, packed))
    shared = on_card(weights.astype(np.float32))
    for block, (given, labels) in enumerate(blocks):
        lanes = len(weights) * len(labels)
        at_once = fitting(len(result), lanes * (nodes + 1) * NUMBER // 2)
        of_block = shared, on_card(given), on_card(labels)
        table = cuda.device_array((nodes, at_once * lanes), dtype=np.float32)
        for base in range(0, len(result), at_once):
            count = min(at_once, len(result) - base)
            found = cuda.device_array((count, len(weights), len(labels)), dtype=np.float32)
            means = cuda.device_array((count, len(weights)))
            kernel[-(-count * lanes // BLOCK), BLOCK](sent, base, *of_block, outputs, table, found)
            add_up[-(-count * len(weights) // BLOCK), BLOCK](found, floor, means)
            result[base : base + count, :, block] = means.copy_to_host()
