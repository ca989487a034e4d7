"""The physics of cart-pole swing-up: one set of scalar kernels, and the lockstep loops over them.

Source: the 2019 release (WANN/domain/cartpole_swingup.py), after Gal, McAllister & Rasmussen 2016 (DeepPILCO): explicit
Euler, in the order positions then velocities. All quantities are in SI units; theta = 0 is upright.
"""

from typing import NamedTuple

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


class Lanes(NamedTuple):
    """The state of many cart-poles, one per lane; each field has shape (lanes,)."""

    x: NDArray[np.float64]  # m
    x_dot: NDArray[np.float64]  # m/s
    theta: NDArray[np.float64]  # rad
    theta_dot: NDArray[np.float64]  # rad/s
    cosine: NDArray[np.float64]  # of theta
    sine: NDArray[np.float64]  # of theta


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
def step_lanes(lanes: Lanes, action: NDArray[np.float64], rewards: NDArray[np.float64], width: int) -> None:
    """Advance `lanes[:width]` by one step of 0.01 s and write what it earned into `rewards`."""
    for i in range(width):
        x_acceleration, theta_acceleration = accelerations(
            lanes.x_dot[i], lanes.theta_dot[i], lanes.cosine[i], lanes.sine[i], action[i]
        )
        lanes.x[i] += lanes.x_dot[i] * TIME_STEP
        lanes.theta[i] += lanes.theta_dot[i] * TIME_STEP
        lanes.x_dot[i] += x_acceleration * TIME_STEP
        lanes.theta_dot[i] += theta_acceleration * TIME_STEP
    # One loop per polynomial: in one loop they would not all fit the registers.
    for i in range(width):
        lanes.cosine[i] = cosine(lanes.theta[i])
    for i in range(width):
        lanes.sine[i] = sine(lanes.theta[i])
    for i in range(width):
        rewards[i] = reward(lanes.x[i], lanes.cosine[i])


@kernel
def set_lane(lanes: Lanes, lane: int, start: NDArray[np.float64]) -> None:
    """Put one lane into the state `start`: (x, x_dot, theta, theta_dot)."""
    lanes.x[lane], lanes.x_dot[lane], lanes.theta[lane], lanes.theta_dot[lane] = start[0], start[1], start[2], start[3]
    lanes.cosine[lane], lanes.sine[lane] = cosine(start[2]), sine(start[2])


@kernel
def move_lane(lanes: Lanes, origin: int, lane: int) -> None:
    """Copy the state of lane `origin` to `lane`."""
    for field in lanes:
        field[lane] = field[origin]


@kernel
def observe_lanes(lanes: Lanes, rows: NDArray[np.float64], width: int) -> None:
    """Write x, x_dot, cos theta, sin theta and theta_dot into `rows` (5, lanes)."""
    for i in range(width):
        rows[0, i] = lanes.x[i]
        rows[1, i] = lanes.x_dot[i]
        rows[2, i] = lanes.cosine[i]
        rows[3, i] = lanes.sine[i]
        rows[4, i] = lanes.theta_dot[i]


@kernel
def off_track(x: float) -> bool:
    """Whether the cart has left the track, which ends the episode; so does a position that is no number."""
    return not abs(x) <= TRACK_HALF_LENGTH


@kernel
def count_off_track(lanes: Lanes, width: int) -> int:
    """How many of `lanes[:width]` have left the track."""
    count = 0
    for i in range(width):
        count += 1 if off_track(lanes.x[i]) else 0
    return count


@kernel
def make_lanes(count: int) -> Lanes:
    """Return `count` lanes, all at rest, upright, in the middle."""
    return Lanes(np.zeros(count), np.zeros(count), np.zeros(count), np.zeros(count), np.ones(count), np.zeros(count))


def draw_starts(episodes: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return start states (episodes, 4): normal around hanging still in the middle, sd 0.2 each."""
    return rng.normal(START_MEAN, START_SD, (episodes, 4))
