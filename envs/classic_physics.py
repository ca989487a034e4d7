"""The physics of Gymnasium's classic control as lockstep kernels: many episodes at a time.

Source: gymnasium.envs.classic_control, release 1.4. States are float64 as there, but for
MountainCarContinuous, which Gymnasium keeps in float32: every operation is rounded as it is there.
Observations and forces are rounded to float32, as spaces of float32 round them. The only
difference left between an episode here and there is in the last bits of sine and cosine. An output
that is NaN is never the largest where another is a number, and no force, as for the other
simulators.
"""

import numpy as np
from numpy.typing import NDArray

from wann.kernels.jit import kernel
from wann.kernels.maths import cosine_pi, sine_pi
from wann.kernels.vectors import LANES, Value, load, round32, select, store

CARTPOLE, ACROBOT, PENDULUM, MOUNTAIN_CAR, MOUNTAIN_CAR_CONTINUOUS, CARTPOLE_MEMORY = range(6)
OBSERVATIONS = (4, 6, 3, 2, 2, 2)
OUTPUTS = (2, 3, 1, 3, 1, 2)
STEPS = (500, 500, 200, 200, 999, 500)

# Rows of the state of many environments, (STATE_ROWS, lanes): four numbers of the state proper, of
# which some need but two, the last reward, and whether the episode is over (1.0).
REWARD, DONE = 4, 5
STATE_ROWS = 6

Lanes = NDArray[np.float64]

_INVERSE_PI = 1.0 / np.pi
_TWO_PI = 2.0 * np.pi

# The float32 nearest to the constants of MountainCarContinuous and Pendulum.
_POWER, _MAX_SPEED, _LEFT, _RIGHT, _GOAL, _EFFORT = (
    float(np.float32(x)) for x in (0.0015, 0.07, -1.2, 0.6, 0.45, 0.001)
)


@kernel
def cosine(angle: Value) -> Value:
    """Return the cosine of an angle in radians."""
    return cosine_pi(angle * _INVERSE_PI)


@kernel
def sine(angle: Value) -> Value:
    """Return the sine of an angle in radians."""
    return sine_pi(angle * _INVERSE_PI)


@kernel
def clip(x: Value, low: float, high: float) -> Value:
    """Return `x`, or the bound that it is beyond."""
    return select(x > high, high, select(x < low, low, x))


@kernel
def force_of(output: Value) -> Value:
    """Return an output as the share of a force: held to [-1, 1], 0 for NaN."""
    return select(
        output > 1.0, 1.0, select(output < -1.0, -1.0, select(abs(output) < 2.0, output, 0.0))
    )


@kernel
def larger(first: Value, second: Value, if_first: Value, if_second: Value) -> Value:
    """Return what stands for the larger of two outputs, the first of equals.

    It is the second where that is a number and the first is none.
    """
    return select(first >= second, if_first, select(second >= second, if_second, if_first))


@kernel
def choice_of_three(first: Value, second: Value, third: Value) -> Value:
    """Return -1, 0 or 1: which of the outputs is the largest, the first of equals."""
    best, choice = larger(first, second, first, second), larger(first, second, -1.0, 0.0)
    return larger(best, third, choice, 1.0)


@kernel
def cartpole_lanes(state: Lanes, outputs: Lanes, row: int, width: int) -> None:
    """Take a step of CartPole-v1; see `step_lanes` for the arguments."""
    for lane in range(0, width, LANES):
        x, x_dot = load(state, 0, lane), load(state, 1, lane)
        theta, theta_dot = load(state, 2, lane), load(state, 3, lane)
        force = larger(load(outputs, row, lane), load(outputs, row + 1, lane), -10.0, 10.0)
        cos_theta, sin_theta = cosine(theta), sine(theta)
        temporary = (force + 0.05 * (theta_dot * theta_dot) * sin_theta) / 1.1
        theta_acceleration = (9.8 * sin_theta - cos_theta * temporary) / (
            0.5 * (4.0 / 3.0 - 0.1 * (cos_theta * cos_theta) / 1.1)
        )
        acceleration = temporary - 0.05 * theta_acceleration * cos_theta / 1.1
        x, theta = x + 0.02 * x_dot, theta + 0.02 * theta_dot
        store(state, 0, lane, x)
        store(state, 1, lane, x_dot + 0.02 * acceleration)
        store(state, 2, lane, theta)
        store(state, 3, lane, theta_dot + 0.02 * theta_acceleration)
        store(state, REWARD, lane, 1.0)
        tilted = select(abs(theta) > 12 * 2 * np.pi / 360, 1.0, 0.0)
        store(state, DONE, lane, select(abs(x) > 2.4, 1.0, tilted))


@kernel
def acrobot_slopes(
    theta1: Value, theta2: Value, dtheta1: Value, dtheta2: Value, torque: Value
) -> tuple[Value, Value]:
    """Return the angular accelerations of the two links in rad/s^2 (Sutton and Barto).

    Args:
        theta1: the angle of the first link in rad, 0 when it hangs.
        theta2: the angle of the second link against the first.
        dtheta1: the angular velocity of the first link in rad/s.
        dtheta2: that of the second link.
        torque: what acts on the joint between them.
    """
    cos2, sin2 = cosine(theta2), sine(theta2)
    d1, d2 = 3.5 + cos2, 1.25 + 0.5 * cos2
    phi2 = 4.9 * sine(theta1 + theta2)
    phi1 = -0.5 * (dtheta2 * dtheta2) * sin2 - dtheta2 * dtheta1 * sin2 + 14.7 * sine(theta1) + phi2
    second = (torque + d2 / d1 * phi1 - 0.5 * (dtheta1 * dtheta1) * sin2 - phi2) / (
        1.25 - d2 * d2 / d1
    )
    return -(d2 * second + phi1) / d1, second


@kernel
def wrap(angle: Value) -> Value:
    """Return `angle` brought into [-pi, pi], if it is within three times that."""
    return select(angle > np.pi, angle - _TWO_PI, select(angle < -np.pi, angle + _TWO_PI, angle))


@kernel
def acrobot_lanes(state: Lanes, outputs: Lanes, row: int, width: int) -> None:
    """Take a step of Acrobot-v1: fourth-order Runge-Kutta over 0.2 s; see `step_lanes`."""
    half, whole = 0.1, 0.2
    for lane in range(0, width, LANES):
        a, b, u, v = (
            load(state, 0, lane),
            load(state, 1, lane),
            load(state, 2, lane),
            load(state, 3, lane),
        )
        torque = choice_of_three(
            load(outputs, row, lane), load(outputs, row + 1, lane), load(outputs, row + 2, lane)
        )
        u1, v1 = acrobot_slopes(a, b, u, v, torque)
        ua, va = u + half * u1, v + half * v1
        u2, v2 = acrobot_slopes(a + half * u, b + half * v, ua, va, torque)
        ub, vb = u + half * u2, v + half * v2
        u3, v3 = acrobot_slopes(a + half * ua, b + half * va, ub, vb, torque)
        uc, vc = u + whole * u3, v + whole * v3
        u4, v4 = acrobot_slopes(a + whole * ub, b + whole * vb, uc, vc, torque)
        a = wrap(wrap(a + whole / 6.0 * (u + 2.0 * ua + 2.0 * ub + uc)))
        b = wrap(wrap(b + whole / 6.0 * (v + 2.0 * va + 2.0 * vb + vc)))
        store(state, 0, lane, a)
        store(state, 1, lane, b)
        store(
            state,
            2,
            lane,
            clip(u + whole / 6.0 * (u1 + 2.0 * u2 + 2.0 * u3 + u4), -4.0 * np.pi, 4.0 * np.pi),
        )
        store(
            state,
            3,
            lane,
            clip(v + whole / 6.0 * (v1 + 2.0 * v2 + 2.0 * v3 + v4), -9.0 * np.pi, 9.0 * np.pi),
        )
        done = select(-cosine(a) - cosine(b + a) > 1.0, 1.0, 0.0)
        store(state, REWARD, lane, done - 1.0)
        store(state, DONE, lane, done)


@kernel
def pendulum_lanes(state: Lanes, outputs: Lanes, row: int, width: int) -> None:
    """Take a step of Pendulum-v1; see `step_lanes` for the arguments."""
    for lane in range(0, width, LANES):
        theta, theta_dot = load(state, 0, lane), load(state, 1, lane)
        torque = round32(2.0 * force_of(load(outputs, row, lane)))
        turned = theta + np.pi
        off = turned - _TWO_PI * np.floor(turned / _TWO_PI) - np.pi
        cost = (
            off * off + 0.1 * (theta_dot * theta_dot) + round32(_EFFORT * round32(torque * torque))
        )
        theta_dot = clip(theta_dot + (15.0 * sine(theta) + round32(3.0 * torque)) * 0.05, -8.0, 8.0)
        store(state, 0, lane, theta + theta_dot * 0.05)
        store(state, 1, lane, theta_dot)
        store(state, REWARD, lane, -cost)
        store(state, DONE, lane, 0.0)


@kernel
def mountain_car_lanes(state: Lanes, outputs: Lanes, row: int, width: int) -> None:
    """Take a step of MountainCar-v0; see `step_lanes` for the arguments."""
    for lane in range(0, width, LANES):
        x, speed = load(state, 0, lane), load(state, 1, lane)
        push = choice_of_three(
            load(outputs, row, lane), load(outputs, row + 1, lane), load(outputs, row + 2, lane)
        )
        speed = clip(speed + (push * 0.001 + cosine(3.0 * x) * -0.0025), -0.07, 0.07)
        x = clip(x + speed, -1.2, 0.6)
        speed = select(x > -1.2, speed, select(speed < 0.0, 0.0, speed))
        store(state, 0, lane, x)
        store(state, 1, lane, speed)
        store(state, REWARD, lane, -1.0)
        store(state, DONE, lane, select(x < 0.5, 0.0, select(speed < 0.0, 0.0, 1.0)))


@kernel
def mountain_car_continuous_lanes(state: Lanes, outputs: Lanes, row: int, width: int) -> None:
    """Take a step of MountainCarContinuous-v0; see `step_lanes` for the arguments.

    It is in float32 from the second step of an episode on.
    """
    for lane in range(0, width, LANES):
        x, speed = load(state, 0, lane), load(state, 1, lane)
        force = round32(force_of(load(outputs, row, lane)))
        # A start is no float32
        angle = select(abs(round32(x) - x) > 0.0, 3.0 * x, round32(3.0 * x))
        slope = round32(0.0025 * cosine(angle))
        speed = clip(
            round32(speed + round32(round32(force * _POWER) - slope)), -_MAX_SPEED, _MAX_SPEED
        )
        x = clip(round32(x + speed), _LEFT, _RIGHT)
        speed = select(x > _LEFT, speed, select(speed < 0.0, 0.0, speed))
        done = select(x < _GOAL, 0.0, select(speed < 0.0, 0.0, 1.0))
        store(state, 0, lane, x)
        store(state, 1, lane, speed)
        store(state, REWARD, lane, 100.0 * done - force * force * 0.1)
        store(state, DONE, lane, done)


@kernel
def step_lanes(kind: int, state: Lanes, outputs: Lanes, row: int, width: int) -> None:
    """Advance the first `width` lanes of environments by a step.

    Whole vectors of lanes are advanced, so some beyond `width` may be, too.

    Args:
        kind: which environment they are, `CARTPOLE` and so on.
        state: (STATE_ROWS, lanes) is changed in place.
        outputs: (rows, lanes) what networks put out, as many rows as `OUTPUTS` says.
        row: the first of these rows.
        width: how many lanes count.
    """
    if kind in (CARTPOLE, CARTPOLE_MEMORY):
        cartpole_lanes(state, outputs, row, width)
    elif kind == ACROBOT:
        acrobot_lanes(state, outputs, row, width)
    elif kind == PENDULUM:
        pendulum_lanes(state, outputs, row, width)
    elif kind == MOUNTAIN_CAR:
        mountain_car_lanes(state, outputs, row, width)
    elif kind == MOUNTAIN_CAR_CONTINUOUS:
        mountain_car_continuous_lanes(state, outputs, row, width)
    else:
        raise ValueError("expected one of the six kinds of environments")
