"""Gymnasium environments as objects: made, and kept for the next episode without traces."""

import importlib.util
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gymnasium
import numpy as np
from gymnasium import error

from wann import trust
from wann.errors import UserError, unknown
from wann.tasks.gym.settings import GymSettings

Simulator = gymnasium.Env[Any, Any]

# `pool` maps the settings of an environment to those that this thread made and nobody uses now
_kept = threading.local()


@contextmanager
def simulators(settings: GymSettings, count: int) -> Iterator[list[Simulator]]:
    """Lend `count` environments of this thread, and keep them for the next who asks.

    If what is done with them raises, they are closed: an environment that failed once is not
    trusted again.
    """
    if not hasattr(_kept, "pool"):
        _kept.pool = {}
    key = json.dumps([settings.id, settings.kwargs, settings.fall_penalty], sort_keys=True)
    free: list[Simulator] = _kept.pool.setdefault(key, [])
    lent = [free.pop() if free else make_simulator(settings) for _ in range(count)]
    try:
        yield lent
    except BaseException:
        for env in lent:
            env.close()
        raise
    free.extend(reversed(lent))


def make_simulator(settings: GymSettings, **arguments: Any) -> Simulator:
    """Return a new environment, with `arguments` as further ones of `gymnasium.make`.

    UserError if it cannot be made.
    """
    name = settings.id
    try:
        env = gymnasium.make(name, disable_env_checker=True, **{**settings.kwargs, **arguments})
    except (error.UnregisteredEnv, error.DeprecatedEnv) as problem:
        raise _unregistered(name, problem) from None
    except (error.DependencyNotInstalled, ImportError) as problem:
        raise UserError(
            f"{name} needs a package that is not installed: {_advice(name, problem)}"
        ) from None
    except Exception as problem:  # whatever a constructor raises
        raise UserError(
            f"{name} cannot be made with kwargs {json.dumps(settings.kwargs)}: {say(problem)}"
        ) from None
    return env if settings.fall_penalty else _WithoutFallPenalty(env)


def check_registered(name: str) -> None:
    """Raise UserError, with the nearest names, unless `name` is an id that Gymnasium knows."""
    module, _, plain = name.rpartition(":")
    if module:
        _register_by_module(name)
    try:
        gymnasium.spec(plain)
    except error.Error as problem:
        raise _unregistered(name, problem) from None


def _register_by_module(name: str) -> None:
    """Import the module in `module:ID`, which registers the environment."""
    try:
        trust.import_named(name, wanted_by=f"the task gym:{name}")
    except UserError:
        raise
    except Exception as problem:  # whatever somebody's module raises
        raise UserError(f"{name}: its module cannot be imported: {say(problem)}") from None


def begin(env: Simulator, seed: int) -> Any:
    """Return the first observation of the episode `seed`.

    It depends on nothing that happened in `env` before.
    """
    world = getattr(env.unwrapped, "world", None)
    if world is not None and env.unwrapped.__class__.__name__.startswith("BipedalWalker"):
        # Box2D's world keeps the order of contacts of the last episode, and with it the last bits.
        # LunarLander makes a new world by itself.
        walker: Any = env.unwrapped
        walker._destroy()
        walker.world = type(world)()
    return env.reset(seed=seed)[0]


def say(problem: BaseException) -> str:
    """Return an exception as one line."""
    text = " ".join(str(problem).split())
    return f"{type(problem).__name__}: {text}" if text else type(problem).__name__


def time_limit(env: Simulator) -> int | None:
    """Return after how many steps the environment cuts its episodes, None if it does not."""
    return env.spec.max_episode_steps if env.spec else None


def _unregistered(name: str, problem: Exception) -> UserError:
    ids = list(gymnasium.registry)
    if isinstance(problem, error.DeprecatedEnv):
        return UserError(f"Gymnasium environment {name!r}: {' '.join(str(problem).split())}")
    hint = str(unknown("Gymnasium environment", name, ids)).partition("expected one of")[0]
    return UserError(
        f"{hint}expected one of `python -m gymnasium.envs.registration`, or MODULE:ID of one's own"
    )


def _advice(name: str, problem: Exception) -> str:
    spec = gymnasium.registry.get(name)
    entry = spec.entry_point if spec else ""
    if isinstance(entry, str) and ".box2d" in entry and importlib.util.find_spec("Box2D") is None:
        return "pip install 'wann[box2d]'"
    return say(problem)


class _WithoutFallPenalty(gymnasium.Wrapper[Any, Any, Any, Any]):
    """A walker whose fall costs nothing, as in the 2019 release.

    The reward of the last step is computed as that of any other.
    """

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        walker: Any = self.env.unwrapped
        before = walker.prev_shaping
        observation, reward, terminated, truncated, info = self.env.step(action)
        if terminated and reward == -100:
            from gymnasium.envs.box2d.bipedal_walker import MOTORS_TORQUE

            effort = np.clip(np.abs(np.asarray(action, dtype=np.float64)), 0.0, 1.0).sum()
            reward = float(walker.prev_shaping - before - 0.00035 * MOTORS_TORQUE * effort)
        return observation, reward, terminated, truncated, info
