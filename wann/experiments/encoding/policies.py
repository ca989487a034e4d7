"""How episodes are played while pictures are collected: at random, or as a script drives.

A picture is worth collecting where networks will come by, and random actions alone do not leave the
start of most environments. So of every few episodes some are played by a script where there is one.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

Act = Callable[[], Any]  # returns the next action

_HOLD = 20  # steps that one random action is held at most
_LOOK_AHEAD = 6  # tiles of the track between the car and the point that it steers for
_DISTURBED = 0.15  # share of the steps in which the driver is made to leave its line


def policy_of(env: Any, episode: int, rng: np.random.Generator) -> tuple[str, Act]:
    """Return the name of what plays an episode, and what returns its actions, step by step.

    Args:
        env: the environment, after its reset.
        episode: its number: the policies take turns.
        rng: of all that is drawn.
    """
    space = env.action_space
    space.seed(int(rng.integers(2**31)))
    if _is_car(env) and episode % 4 != 3:
        return "driver", _driver(env, rng)
    if episode % 2:
        return "held", _held(space.sample, rng)
    return "random", space.sample


def _held(sample: Act, rng: np.random.Generator) -> Act:
    """Return random actions, each held for a while: they lead further than trembling does."""
    left, action = 0, None

    def act() -> Any:
        nonlocal left, action
        if left == 0:
            left, action = int(rng.integers(1, _HOLD + 1)), sample()
        left -= 1
        return action

    return act


def _is_car(env: Any) -> bool:
    plain = env.unwrapped
    actions = getattr(env.action_space, "shape", None)
    return actions == (3,) and hasattr(plain, "car") and hasattr(plain, "track")


def _driver(env: Any, rng: np.random.Generator) -> Act:
    """Return a driver of CarRacing that follows the track, and is thrown off it now and then."""
    plain, space = env.unwrapped, env.action_space
    fastest, disturbed = float(rng.uniform(20.0, 60.0)), 0
    thrown = 0.0
    track = np.array([point[2:4] for point in plain.track])
    signed = float(space.low[1]) < 0.0  # whether -1 is no gas

    def act() -> Any:
        nonlocal disturbed, thrown
        if disturbed == 0 and rng.random() < _DISTURBED / _HOLD:
            disturbed, thrown = _HOLD, float(rng.uniform(-1.0, 1.0))
        disturbed = max(0, disturbed - 1)
        steer, gas, brake = _steered(plain.car.hull, track, fastest)
        steer = thrown if disturbed else steer
        if signed:
            gas, brake = 2.0 * gas - 1.0, brake if brake else -1.0
        return np.array([steer, gas, brake], dtype=space.dtype)

    return act


def _steered(hull: Any, track: np.ndarray[Any, Any], fastest: float) -> tuple[float, float, float]:
    """Return how to steer for a point ahead on the track, with gas and brake from 0 to 1."""
    here, speed = np.array(hull.position), math.hypot(*hull.linearVelocity)
    nearest = int(((track - here) ** 2).sum(axis=1).argmin())
    ahead = track[(nearest + _LOOK_AHEAD) % len(track)] - here
    facing = -math.sin(hull.angle), math.cos(hull.angle)
    off = math.atan2(facing[0] * ahead[1] - facing[1] * ahead[0], float(np.dot(facing, ahead)))
    steer = min(1.0, max(-1.0, -1.5 * off))
    wanted = fastest * max(0.4, 1.0 - abs(off))
    return steer, 0.5 if speed < wanted else 0.0, 0.3 if speed > 1.4 * wanted else 0.0
