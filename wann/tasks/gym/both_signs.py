"""Weights under which a network need not play, as it does the same under -w as under w."""

import numpy as np
from numpy.typing import NDArray

from wann.kernels.forward import Packed
from wann.kernels.parity import same_for_both_signs
from wann.network.weightings import Weightings


def played_as(
    packed: Packed, network: int, sides: tuple[int, int], weights: Weightings
) -> NDArray[np.int64]:
    """Return, for each weighting (weightings,), the first under which a network does the same.

    That is the weighting itself, or for a network which does the same under both signs one of the
    same magnitude. Individual weights are all their own.

    Args:
        packed: Networks, as `pack` returns them.
        network: Which of them.
        sides: How many inputs and outputs it has.
        weights: The weightings.
    """
    if not weights.is_shared or not same_for_both_signs(packed, network, *sides):
        return np.arange(len(weights))
    magnitudes = np.abs(weights.values[:, 0])
    _, first, which = np.unique(magnitudes, return_index=True, return_inverse=True)
    return first[which]
