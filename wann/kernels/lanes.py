"""Lanes of a rollout that end early are taken out, so that work shrinks with the lanes alive."""

import numpy as np
from numpy.typing import NDArray

from wann.kernels.jit import kernel


@kernel
def take_out(
    ended: NDArray[np.bool_],
    alive: int,
    total: NDArray[np.float64],
    lane_id: NDArray[np.int64],
    state: NDArray[np.float64],
    lane_weight: NDArray[np.float64],
    returns: NDArray[np.float64],
) -> int:
    """Write what the lanes that `ended` earned, fill each gap with the last lane alive, return how many are left.

    Of the first `alive` lanes: `ended`, `total`, `lane_id` (lanes,), `state` (rows, lanes),
    `lane_weight` (1 or connections, lanes). Lane number i belongs to weighting i // episodes in
    `returns` (weightings, episodes).
    """
    episodes = returns.shape[1]
    lane = 0
    while lane < alive:
        if not ended[lane]:
            lane += 1
            continue
        returns[lane_id[lane] // episodes, lane_id[lane] % episodes] = total[lane]
        alive -= 1
        ended[lane], total[lane], lane_id[lane] = ended[alive], total[alive], lane_id[alive]
        for row in range(len(state)):
            state[row, lane] = state[row, alive]
        for row in range(len(lane_weight)):
            lane_weight[row, lane] = lane_weight[row, alive]
    return alive
