"""Lanes of a rollout that end early are taken out, so that work shrinks with the lanes alive.

A lane is one (weighting, episode) pair of a network, and a column of every array of the rollout.
"""

import numpy as np
from numpy.typing import NDArray

from wann.kernels.jit import inlined_kernel, kernel


@inlined_kernel
def set_weights(
    lane_weight: NDArray[np.float64], lane: int, weights: NDArray[np.float64], weighting: int
) -> None:
    """Give a lane of `lane_weight` (rows, lanes) the weights of a row of (weightings, rows)."""
    for row in range(weights.shape[1]):
        lane_weight[row, lane] = weights[weighting, row]


@kernel
def take_out(
    ended: NDArray[np.bool_],
    alive: int,
    total: NDArray[np.float64],
    lane_id: NDArray[np.int64],
    state: NDArray[np.float64],
    lane_weight: NDArray[np.float64],
    memory: NDArray[np.float64],
    returns: NDArray[np.float64],
) -> int:
    """Take out the lanes that ended: note what they earned, and fill their gaps with lanes alive.

    All arrays but `returns` are changed in place, so that the lanes alive come first again.

    Args:
        ended: (lanes,) whether the episode of a lane has ended.
        alive: how many lanes are alive; those behind the first so many are not looked at.
        total: (lanes,) what each lane has earned so far.
        lane_id: (lanes,) the number of each lane when the rollout began: lane i belongs to
            weighting i // episodes and episode i % episodes.
        state: (rows, lanes) the state of each lane's episode.
        lane_weight: (1 or connections, lanes) the weights of each lane.
        memory: (memories, lanes) what each lane remembers of the step before.
        returns: (weightings, episodes) where the totals of the lanes that ended are written.

    Returns:
        How many lanes are left alive.
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
        for row in range(len(memory)):
            memory[row, lane] = memory[row, alive]
    return alive
