"""What is seen of the environments of `classic_physics`, as lockstep kernels.

Observations are rounded to float32, as Gymnasium's spaces round them.
"""

from wann.envs.classic_physics import (
    ACROBOT,
    CARTPOLE,
    CARTPOLE_MEMORY,
    MOUNTAIN_CAR,
    MOUNTAIN_CAR_CONTINUOUS,
    PENDULUM,
    Lanes,
    cosine,
    sine,
)
from wann.kernels.jit import kernel
from wann.kernels.vectors import LANES, load, round32, store


@kernel
def observe_lanes(kind: int, state: Lanes, values: Lanes, row: int, width: int) -> None:
    """Write the observations, rounded to float32, into some rows of `values`.

    Args:
        kind: which environment they are, `CARTPOLE` and so on.
        state: (STATE_ROWS, lanes) the state of the environments.
        values: (rows, lanes) as many rows of it as `OBSERVATIONS` says are overwritten.
        row: the first of these rows.
        width: how many lanes count.
    """
    if kind == ACROBOT:
        observe_acrobot(state, values, row, width)
    elif kind == PENDULUM:
        observe_pendulum(state, values, row, width)
    elif kind == CARTPOLE_MEMORY:
        observe_positions(state, values, row, width)
    elif kind == CARTPOLE:
        observe_four(state, values, row, width)
    elif kind in (MOUNTAIN_CAR, MOUNTAIN_CAR_CONTINUOUS):
        observe_two(state, values, row, width)
    else:
        raise ValueError("expected one of the six kinds of environments")


@kernel
def observe_acrobot(state: Lanes, values: Lanes, row: int, width: int) -> None:
    """Write cosine and sine of both angles, and both velocities; see `observe_lanes`."""
    for lane in range(0, width, LANES):
        store(values, row, lane, round32(cosine(load(state, 0, lane))))
        store(values, row + 1, lane, round32(sine(load(state, 0, lane))))
        store(values, row + 2, lane, round32(cosine(load(state, 1, lane))))
        store(values, row + 3, lane, round32(sine(load(state, 1, lane))))
        store(values, row + 4, lane, round32(load(state, 2, lane)))
        store(values, row + 5, lane, round32(load(state, 3, lane)))


@kernel
def observe_pendulum(state: Lanes, values: Lanes, row: int, width: int) -> None:
    """Write cosine and sine of the angle, and its velocity; see `observe_lanes`."""
    for lane in range(0, width, LANES):
        store(values, row, lane, round32(cosine(load(state, 0, lane))))
        store(values, row + 1, lane, round32(sine(load(state, 0, lane))))
        store(values, row + 2, lane, round32(load(state, 1, lane)))


@kernel
def observe_positions(state: Lanes, values: Lanes, row: int, width: int) -> None:
    """Write position and angle of a cart-pole, without velocities; see `observe_lanes`."""
    for lane in range(0, width, LANES):
        store(values, row, lane, round32(load(state, 0, lane)))
        store(values, row + 1, lane, round32(load(state, 2, lane)))


@kernel
def observe_four(state: Lanes, values: Lanes, row: int, width: int) -> None:
    """Write all four numbers of a state; see `observe_lanes`."""
    for lane in range(0, width, LANES):
        for i in range(4):
            store(values, row + i, lane, round32(load(state, i, lane)))


@kernel
def observe_two(state: Lanes, values: Lanes, row: int, width: int) -> None:
    """Write the two numbers of a state; see `observe_lanes`."""
    for lane in range(0, width, LANES):
        for i in range(2):
            store(values, row + i, lane, round32(load(state, i, lane)))
