"""How an environment is reset, stepped and closed; what it returns is checked on the way.

Whatever is not as Gymnasium has it is a ValueError in one line. What the code of an environment
raises, SystemExit included, is for the caller to tell; so is a KeyboardInterrupt of its own, which
becomes a RuntimeError where it cannot be Ctrl-C.
"""

import copy
import numbers
import signal
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import gymnasium
import numpy as np

Simulator = gymnasium.Env[Any, Any]

# What the code of an environment may raise: everything but Ctrl-C.
FAULTS = (Exception, SystemExit)


def begin(env: Simulator, seed: int, options: Mapping[str, Any] | None = None) -> Any:
    """Return the first observation of the episode `seed`, where `options` are those of the reset.

    It depends on nothing that happened in `env` before.
    """
    world = getattr(env.unwrapped, "world", None)
    if world is not None and env.unwrapped.__class__.__name__.startswith("BipedalWalker"):
        # Box2D's world keeps the order of contacts of the last episode, and with it the last bits.
        # LunarLander makes a new world by itself.
        walker: Any = env.unwrapped
        walker._destroy()
        walker.world = type(world)()
    # An environment may keep or change what it is given
    given = {} if options is None else {"options": copy.deepcopy(dict(options))}
    try:
        found: Any = env.reset(seed=seed, **given)
    except KeyboardInterrupt:
        if _may_be_ctrl_c():
            raise
        raise RuntimeError(_INTERRUPT) from None
    if not isinstance(found, tuple) or len(found) != 2 or not isinstance(found[1], Mapping):
        raise ValueError(f"expected reset to return an observation and a dict, got {short(found)}")
    return found[0]


def advance(env: Simulator, action: Any) -> tuple[Any, float, bool]:
    """Take a step; return the observation, the reward, and whether the episode has ended."""
    try:
        found: Any = env.step(action)
    except ValueError as problem:
        if "values to unpack (expected 5" in str(problem):  # a wrapper of Gymnasium's saw it first
            raise ValueError(f"{_FIVE}, got another number of values") from None
        raise
    except KeyboardInterrupt:
        if _may_be_ctrl_c():
            raise
        raise RuntimeError(_INTERRUPT) from None
    if not isinstance(found, tuple) or len(found) != 5:
        raise ValueError(f"{_FIVE}, got {short(found)}")
    observation, reward, terminated, truncated, _ = found
    earned = reward if type(reward) is float else _number(reward)
    if not -np.inf < earned < np.inf:
        raise ValueError(f"expected a finite reward, got {earned}")
    try:
        return observation, earned, bool(terminated or truncated)
    except ValueError:
        raise ValueError(
            "expected terminated and truncated to be true or false, got "
            f"{short(terminated)} and {short(truncated)}"
        ) from None


_FIVE = (
    "expected step to return five values (observation, reward, terminated, truncated, info), as "
    "Gymnasium has it since 0.26"
)


_INTERRUPT = "it raised KeyboardInterrupt by itself, without Ctrl-C"


def _may_be_ctrl_c() -> bool:
    """Whether a KeyboardInterrupt that is raised here may come from the user.

    Ctrl-C raises it in the main thread alone, and not at all where it is ignored, as in workers.
    """
    heard = signal.getsignal(signal.SIGINT) != signal.SIG_IGN
    return heard and threading.current_thread() is threading.main_thread()


def close_quietly(env: Simulator) -> None:
    """Close an environment that is not needed any more: a fault on the way changes nothing."""
    with suppress(*FAULTS):
        env.close()


def say(problem: BaseException) -> str:
    """Return an exception as one line."""
    text = " ".join(str(problem).split())
    return f"{type(problem).__name__}: {text}" if text else type(problem).__name__


def short(value: object) -> str:
    """Return a value as a text of at most sixty characters."""
    try:
        text = " ".join(repr(value).split())
    except Exception:  # whatever somebody's object raises
        text = f"a {type(value).__name__}"
    return text if len(text) <= 60 else text[:57] + "..."


def _number(reward: Any) -> float:
    """Return a reward as a number: arrays of one number are one, too."""
    if isinstance(reward, numbers.Real):  # NumPy's numbers are
        return float(reward)
    array = np.asarray(reward)
    if array.size != 1 or array.dtype.kind not in "fiub":
        raise ValueError(f"expected a number as reward, got {short(reward)}")
    return float(array.item())
