"""The physics of cart-pole swing-up: one set of scalar kernels, and the lockstep loops over them.

Source: the 2019 release (WANN/domain/cartpole_swingup.py), after Gal, McAllister & Rasmussen 2016 (DeepPILCO): explicit
Euler, in the order positions then velocities. All quantities are in SI units; theta = 0 is upright.
"""

import numpy as np
from numpy.typing import NDArray

from wann.jit import kernel
from wann.maths import cosine_pi, sine_pi

GRAVITY = 9.82  # m/s^2
CART_MASS = 0.5  # kg
POLE_MASS = 0.5  # kg
POLE_LENGTH = 0.6  # m
FORCE = 10.0  # N, at action 1
TIME_STEP = 0.01  # s
FRICTION = 0.1  # N s/m
TRACK_HALF_LENGTH = 2.4  # m, beyond which an episode terminates
START_MEAN = (0.0, 0.0, np.pi, 0.0)
START_SD = 0.2

_TOTAL_MASS = CART_MASS + POLE_MASS
_MASS_LENGTH = POLE_MASS * POLE_LENGTH
_INVERSE_PI = 1.0 / np.pi
_X_TO_HALF_TURNS = 0.5 / TRACK_HALF_LENGTH  # the reward's cos(x / 2.4 * pi / 2), as cos(pi * x * this)

OBSERVATIONS = 5
ACTIONS = 1

Lanes = NDArray[np.float64]


# Rows of the state of many cart-poles, (STATE_ROWS, lanes): the state proper, what is derived from it, the reward of
# the last step, and two rows of scratch.
X, X_DOT, THETA, THETA_DOT, COSINE, SINE, REWARD, _X_ACCELERATION, _THETA_ACCELERATION = range(9)
STATE_ROWS = 9


@kernel
def cosine(theta: float) -> float:
    """The cosine used by the physics and the observations alike."""
    return cosine_pi(theta * _INVERSE_PI)


@kernel
def sine(theta: float) -> float:
    """The sine used by the physics and the observations alike."""
    return sine_pi(theta * _INVERSE_PI)


@kernel
def reward(x: float, cos_theta: float) -> float:
    """Return (cos(theta) + 1) / 2 * cos(pi / 2 * x / 2.4): at most 1, upright in the middle of the track."""
    return (cos_theta + 1.0) / 2.0 * cosine_pi(x * _X_TO_HALF_TURNS)


@kernel
def accelerations(
    x_dot: float, theta_dot: float, cos_theta: float, sin_theta: float, action: float
) -> tuple[float, float]:
    """Return (x'' in m/s^2, theta'' in rad/s^2) under `action`, which is clipped to [-1, 1]."""
    force = (1.0 if action > 1.0 else -1.0 if action < -1.0 else action) * FORCE
    spin = theta_dot * theta_dot
    x_acceleration = (
        -2.0 * _MASS_LENGTH * spin * sin_theta
        + 3.0 * POLE_MASS * GRAVITY * sin_theta * cos_theta
        + 4.0 * force
        - 4.0 * FRICTION * x_dot
    ) / (4.0 * _TOTAL_MASS - 3.0 * POLE_MASS * cos_theta * cos_theta)
    theta_acceleration = (
        -3.0 * _MASS_LENGTH * spin * sin_theta * cos_theta
        + 6.0 * _TOTAL_MASS * GRAVITY * sin_theta
        + 6.0 * (force - FRICTION * x_dot) * cos_theta
    ) / (4.0 * POLE_LENGTH * _TOTAL_MASS - 3.0 * _MASS_LENGTH * cos_theta * cos_theta)
    return x_acceleration, theta_acceleration


@kernel
def step_lanes(state: Lanes, action: NDArray[np.float64], width: int) -> None:
    """Advance `state[:, :width]` by one step of 0.01 s under `action` (lanes,).

    Short loops over few rows each, which the compiler can prove independent and turns into vector instructions.
    """
    for i in range(width):
        x_acceleration, theta_acceleration = accelerations(
            state[X_DOT, i], state[THETA_DOT, i], state[COSINE, i], state[SINE, i], action[i]
        )
        state[_X_ACCELERATION, i] = x_acceleration
        state[_THETA_ACCELERATION, i] = theta_acceleration
    for i in range(width):
        state[X, i] += state[X_DOT, i] * TIME_STEP
    for i in range(width):
        state[THETA, i] += state[THETA_DOT, i] * TIME_STEP
    for i in range(width):
        state[X_DOT, i] += state[_X_ACCELERATION, i] * TIME_STEP
    for i in range(width):
        state[THETA_DOT, i] += state[_THETA_ACCELERATION, i] * TIME_STEP
    for i in range(width):
        state[COSINE, i] = cosine(state[THETA, i])
    for i in range(width):
        state[SINE, i] = sine(state[THETA, i])
    for i in range(width):
        state[REWARD, i] = reward(state[X, i], state[COSINE, i])


@kernel
def set_lane(state: Lanes, lane: int, start: NDArray[np.float64]) -> None:
    """Put one lane into the state `start`: (x, x_dot, theta, theta_dot)."""
    for row in range(4):
        state[row, lane] = start[row]
    state[COSINE, lane], state[SINE, lane] = cosine(start[2]), sine(start[2])


@kernel
def observe_lanes(state: Lanes, values: NDArray[np.float64], row: int, width: int) -> None:
    """Write x, x_dot, cos theta, sin theta and theta_dot into the rows `row` to `row + 4` of `values`."""
    for i in range(width):
        values[row, i] = state[X, i]
    for i in range(width):
        values[row + 1, i] = state[X_DOT, i]
    for i in range(width):
        values[row + 2, i] = state[COSINE, i]
    for i in range(width):
        values[row + 3, i] = state[SINE, i]
    for i in range(width):
        values[row + 4, i] = state[THETA_DOT, i]


@kernel
def off_track(x: float) -> bool:
    """Whether the cart has left the track, which ends the episode; so does a position that is no number."""
    return not abs(x) <= TRACK_HALF_LENGTH


@kernel
def count_off_track(state: Lanes, width: int) -> int:
    """How many of the first `width` lanes have left the track."""
    count = 0
    for i in range(width):
        count += 1 if off_track(state[X, i]) else 0
    return count


def make_lanes(count: int) -> Lanes:
    """Return `count` lanes, all at rest, upright, in the middle."""
    state = np.zeros((STATE_ROWS, count))
    state[COSINE] = 1.0
    return state


def draw_starts(episodes: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return start states (episodes, 4): normal around hanging still in the middle, sd 0.2 each."""
    return rng.normal(START_MEAN, START_SD, (episodes, 4))
