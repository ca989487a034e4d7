"""The physics of cart-pole swing-up: one set of scalar kernels, and the lockstep loops over them.

Source: the 2019 release (WANN/domain/cartpole_swingup.py), after Gal, McAllister & Rasmussen 2016
(DeepPILCO): explicit Euler, in the order positions then velocities. All quantities are in SI units;
theta = 0 is upright.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.kernels import maths, maths32
from wann.kernels.jit import kernel
from wann.kernels.precision import by_precision
from wann.kernels.vectors import LANES, Value, lanes_of, load, select, store

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
# Products of constants, each rounded to single precision once where that is asked for
_X_SPIN = -2.0 * _MASS_LENGTH
_X_FALL = 3.0 * POLE_MASS * GRAVITY
_X_FRICTION = 4.0 * FRICTION
_X_MASS, _X_COUPLING = 4.0 * _TOTAL_MASS, 3.0 * POLE_MASS
_THETA_SPIN = -3.0 * _MASS_LENGTH
_THETA_FALL = 6.0 * _TOTAL_MASS * GRAVITY
_THETA_MASS, _THETA_COUPLING = 4.0 * POLE_LENGTH * _TOTAL_MASS, 3.0 * _MASS_LENGTH
_INVERSE_PI = 1.0 / np.pi
# The reward's cos(x / 2.4 * pi / 2), as cos(pi * x * this)
_X_TO_HALF_TURNS = 0.5 / TRACK_HALF_LENGTH

OBSERVATIONS = 5
POSITIONS = 3  # observations without velocities
ACTIONS = 1

Lanes = NDArray[Any]  # of float64 or float32

_cosine_pi = by_precision(maths.cosine_pi, maths32.cosine_pi)
_sine_pi = by_precision(maths.sine_pi, maths32.sine_pi)


# Rows of the state of many cart-poles, (STATE_ROWS, lanes): the state proper, what is derived from
# it, and the last reward.
X, X_DOT, THETA, THETA_DOT, COSINE, SINE, REWARD = range(7)
STATE_ROWS = 7


@kernel
def cosine(theta: Value) -> Value:
    """The cosine used by the physics and the observations alike."""
    return _cosine_pi(theta * _INVERSE_PI)


@kernel
def sine(theta: Value) -> Value:
    """The sine used by the physics and the observations alike."""
    return _sine_pi(theta * _INVERSE_PI)


@kernel
def reward(x: Value, cos_theta: Value) -> Value:
    """Return (cos(theta) + 1) / 2 * cos(pi / 2 * x / 2.4).

    That is at most 1: upright, in the middle of the track.
    """
    return (cos_theta + 1.0) / 2.0 * _cosine_pi(x * _X_TO_HALF_TURNS)


@kernel
def accelerations(
    x_dot: Value, theta_dot: Value, cos_theta: Value, sin_theta: Value, action: Value
) -> tuple[Value, Value]:
    """Return (x'' in m/s^2, theta'' in rad/s^2) of a cart-pole that is pushed.

    Args:
        x_dot: the velocity of the cart in m/s.
        theta_dot: the angular velocity of the pole in rad/s.
        cos_theta: the cosine of its angle.
        sin_theta: the sine of its angle.
        action: the force in units of 10 N; it is clipped to [-1, 1].
    """
    force = select(action > 1.0, 1.0, select(action < -1.0, -1.0, action)) * FORCE
    spin = theta_dot * theta_dot
    x_acceleration = (
        _X_SPIN * spin * sin_theta
        + _X_FALL * sin_theta * cos_theta
        + 4.0 * force
        - _X_FRICTION * x_dot
    ) / (_X_MASS - _X_COUPLING * cos_theta * cos_theta)
    theta_acceleration = (
        _THETA_SPIN * spin * sin_theta * cos_theta
        + _THETA_FALL * sin_theta
        + 6.0 * (force - FRICTION * x_dot) * cos_theta
    ) / (_THETA_MASS - _THETA_COUPLING * cos_theta * cos_theta)
    return x_acceleration, theta_acceleration


@kernel
def step_lanes(state: Lanes, action: Lanes, row: int, width: int) -> None:
    """Advance the first `width` lanes of `state` (STATE_ROWS, lanes) by 0.01 s.

    `action[row]` of `action` (rows, lanes) is what pushes them. Whole vectors of lanes are
    advanced, so some beyond `width` may be, too.
    """
    for lane in range(0, width, lanes_of(state)):
        x, x_dot = load(state, X, lane), load(state, X_DOT, lane)
        theta, theta_dot = load(state, THETA, lane), load(state, THETA_DOT, lane)
        cos_theta, sin_theta = load(state, COSINE, lane), load(state, SINE, lane)
        x_acceleration, theta_acceleration = accelerations(
            x_dot, theta_dot, cos_theta, sin_theta, load(action, row, lane)
        )
        x, theta = x + x_dot * TIME_STEP, theta + theta_dot * TIME_STEP
        cos_theta = cosine(theta)
        store(state, X, lane, x)
        store(state, X_DOT, lane, x_dot + x_acceleration * TIME_STEP)
        store(state, THETA, lane, theta)
        store(state, THETA_DOT, lane, theta_dot + theta_acceleration * TIME_STEP)
        store(state, COSINE, lane, cos_theta)
        store(state, SINE, lane, sine(theta))
        store(state, REWARD, lane, reward(x, cos_theta))


@kernel
def set_lane(state: Lanes, lane: int, start: NDArray[np.float64]) -> None:
    """Put one lane into the state `start`: (x, x_dot, theta, theta_dot)."""
    for row in range(4):
        state[row, lane] = start[row]
    state[COSINE, lane], state[SINE, lane] = cosine(start[2]), sine(start[2])


@kernel
def observe_lanes(state: Lanes, values: Lanes, row: int, width: int) -> None:
    """Write the observations of `state` (STATE_ROWS, lanes) into `values` (rows, lanes).

    x, x_dot, cos theta, sin theta and theta_dot go into the rows from `row` to `row + 4`, for the
    first `width` lanes and what their vectors hold beyond.
    """
    for lane in range(0, width, lanes_of(state)):
        store(values, row, lane, load(state, X, lane))
        store(values, row + 1, lane, load(state, X_DOT, lane))
        store(values, row + 2, lane, load(state, COSINE, lane))
        store(values, row + 3, lane, load(state, SINE, lane))
        store(values, row + 4, lane, load(state, THETA_DOT, lane))


@kernel
def observe_positions(state: Lanes, values: Lanes, row: int, width: int) -> None:
    """Write what can be seen without velocities, as `observe_lanes` does: x, cos, sin."""
    for lane in range(0, width, lanes_of(state)):
        store(values, row, lane, load(state, X, lane))
        store(values, row + 1, lane, load(state, COSINE, lane))
        store(values, row + 2, lane, load(state, SINE, lane))


@kernel
def off_track(x: float) -> bool:
    """Whether the cart has left the track, or its position is NaN: both end the episode."""
    return not abs(x) <= TRACK_HALF_LENGTH


@kernel
def count_off_track(state: Lanes, width: int) -> int:
    """Return how many of the first `width` lanes have left the track."""
    count = 0
    for i in range(width):
        count += 1 if off_track(state[X, i]) else 0
    return count


def make_lanes(count: int) -> Lanes:
    """Return the state (STATE_ROWS, lanes) of at least `count` lanes, a multiple of LANES.

    All are at rest, upright, in the middle.
    """
    state = np.zeros((STATE_ROWS, -(-count // LANES) * LANES))
    state[COSINE] = 1.0
    return state


def draw_starts(episodes: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return start states (episodes, 4): normal around hanging still in the middle, sd 0.2 each."""
    return rng.normal(START_MEAN, START_SD, (episodes, 4))
