"""Episodes of cart-pole swing-up in kernels: all lanes of a network in lockstep, or side by side.

Both give the same bytes. Many lanes of one network fill the vectors of a kernel by themselves; few
lanes leave a core waiting, so that several networks are played at once (`wann.kernels.seats`).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.envs import cartpole_physics as physics
from wann.kernels.activate import UNKNOWN_CODE
from wann.kernels.forward import Packed, forward
from wann.kernels.jit import kernel
from wann.kernels.lanes import set_weights, take_out
from wann.kernels.memory import forget, memories, remember
from wann.kernels.nodes import compute_seats
from wann.kernels.seats import (
    Terms,
    make_seats,
    put_out,
    remember_beside,
    settle,
    vectors_of,
)
from wann.kernels.vectors import lanes_of


@kernel
def rollout_beside(
    packed: Packed,
    span: tuple[int, int],
    weights: NDArray[Any],
    starts: NDArray[np.float64],
    velocities: bool,
    clock: tuple[int, int],
    returns: NDArray[np.float64],
    steps: NDArray[np.int64],
) -> None:
    """Run every (weight, start) lane of some networks until it leaves the track or time is over.

    Several networks play side by side: see `seats`.

    Args:
        packed: Networks laid end to end.
        span: The first network to run, and the one behind the last.
        weights: (weights, 1), which all connections share; of float32, where all is to be computed
            in single precision, but for sums of rewards.
        starts: Start states, (episodes, 4).
        velocities: Whether networks see velocities.
        clock: Step from which rewards count, and steps after which an episode ends.
        returns: (networks, weights, episodes), filled with sums of rewards.
        steps: Environment steps taken, (networks,), filled.
    """
    begun = np.empty((physics.STATE_ROWS, starts.shape[0]), weights.dtype)
    for episode in range(starts.shape[0]):
        physics.set_lane(begun, episode, starts[episode])
        begun[physics.REWARD, episode] = 0.0
    kept = 1 + (physics.OBSERVATIONS if velocities else physics.POSITIONS)
    terms = Terms(weights, begun, kept, clock[0], clock[1])
    seats = make_seats(packed, span, terms)
    # Looked up once: in a loop, each look into a tuple counts references to what it finds
    seat, state, values, weight, total, _, ended = seats
    outputs, reward = np.empty((physics.ACTIONS, len(total)), weights.dtype), state[physics.REWARD]
    for lane in range(len(total)):
        outputs[0, lane] = 0.0  # also where nobody plays
    for network in range(span[0], span[1]):
        steps[network] = 0
    remembers = packed.memory_start[span[0]] < packed.memory_start[span[1]]
    step = int(np.int64(0))  # a literal 0 would have `settle` compiled twice
    waiting, last = span[0] * vectors_of(terms), span[1] * vectors_of(terms)
    waiting, look = settle(seats, packed, (waiting, last), step, terms, returns, steps)
    while look > 0:
        if velocities:
            physics.observe_lanes(state, values, 1, len(total))
        else:
            physics.observe_positions(state, values, 1, len(total))
        if not compute_seats(packed, seat, weight, values):
            raise ValueError(UNKNOWN_CODE)
        put_out(seat, values, outputs)
        if remembers:
            remember_beside(seat, packed, values, kept)
        physics.step_lanes(state, outputs, 0, len(total))
        for lane in range(len(total)):
            total[lane] += reward[lane]
        step += 1
        if step >= look or physics.count_off_track(state, len(total)) > 0:
            for lane in range(len(total)):
                ended[lane] = physics.off_track(state[physics.X, lane])
            left = (waiting, last)
            waiting, look = settle(seats, packed, left, step, terms, returns, steps)


@kernel
def rollout_cartpole(
    packed: Packed,
    span: tuple[int, int],
    weights: NDArray[Any],
    individual: bool | None,
    starts: NDArray[np.float64],
    velocities: bool,
    first: int,
    limit: int,
    returns: NDArray[np.float64],
    steps: NDArray[np.int64],
) -> None:
    """Run every (weighting, start) lane of some networks until it leaves the track or time is over.

    Args:
        packed: Networks laid end to end.
        span: The first network to run, and the one behind the last.
        weights: (weightings, 1) where they are shared, else (weightings, connections); of float32,
            where all is to be computed in single precision, but for sums of rewards.
        individual: True where each connection has its weight; None, and not False, where all share
            one: then what individual weights need is not compiled.
        starts: Start states, (episodes, 4).
        velocities: Whether networks see velocities.
        first: Step from which rewards count.
        limit: Steps after which an episode ends.
        returns: (networks, weightings, episodes), filled with sums of rewards.
        steps: Environment steps taken, (networks,), filled.
    """
    episodes = starts.shape[0]
    count = weights.shape[0] * episodes
    number = weights.dtype
    lanes = lanes_of(weights)
    padded = (count + lanes - 1) // lanes * lanes
    state = np.zeros((physics.STATE_ROWS, padded), number)
    total, lane_id, ended = np.empty(padded), np.empty(padded, np.int64), np.empty(padded, np.bool_)
    lane_weight = np.empty((weights.shape[1], padded), number)
    shared_weight = lane_weight[0]
    first_kept = 1 + (physics.OBSERVATIONS if velocities else physics.POSITIONS)
    for network in range(span[0], span[1]):
        nodes = packed.node_start[network + 1] - packed.node_start[network]
        kept = memories(packed, network)
        values = np.ones((first_kept + kept + nodes, padded), number)
        forget(packed, network, values, first_kept)
        memory = values[first_kept : first_kept + kept]
        for lane in range(padded):  # the padding repeats the last lane
            lane_id[lane] = min(lane, count - 1)
            physics.set_lane(state, lane, starts[lane_id[lane] % episodes])
            set_weights(lane_weight, lane, weights, lane_id[lane] // episodes)
            total[lane] = 0.0
        alive, width, taken = count, padded, 0
        for step in range(limit):
            if velocities:
                physics.observe_lanes(state, values, 1, width)
            else:
                physics.observe_positions(state, values, 1, width)
            if individual is None:
                forward(packed, network, shared_weight, values, width)
            else:
                forward(packed, network, lane_weight, values, width)
            remember(packed, network, values, first_kept, width)
            physics.step_lanes(state, values, values.shape[0] - 1, width)
            for lane in range(width if step >= first else 0):
                total[lane] += state[physics.REWARD, lane]
            taken += alive
            if physics.count_off_track(state, width) > 0:
                for lane in range(alive):
                    ended[lane] = physics.off_track(state[physics.X, lane])
                alive = take_out(
                    ended, alive, total, lane_id, state, lane_weight, memory, returns[network]
                )
                width = (alive + lanes - 1) // lanes * lanes
                # The padding behind the last lane alive must not end again
                for lane in range(alive, width):
                    physics.set_lane(state, lane, starts[0])
                if alive == 0:
                    break
        ended[:alive] = True
        take_out(ended, alive, total, lane_id, state, lane_weight, memory, returns[network])
        steps[network] = taken
