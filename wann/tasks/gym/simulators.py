"""Gymnasium environments as objects: made, wrapped, and kept for the next episode."""

import copy
import importlib.util
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import gymnasium
import numpy as np
from gymnasium import Space, error

import wann.envs  # noqa: F401 - registers the environments of the project
from wann import own, trust
from wann.errors import UserError, unknown
from wann.own.names import SESSION
from wann.tasks.gym.own_environments import factory_of, names_of_session, objects_of_session
from wann.tasks.gym.own_folder import made_in_place
from wann.tasks.gym.settings import GymSettings, Wrapper
from wann.tasks.gym.stepping import FAULTS, Simulator, close_quietly, say, short
from wann.tasks.gym.views import Rendered

_OF_BOX2D = ("gymnasium.envs.box2d", "wann.envs.car_racing")

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
    said = [settings.id, settings.kwargs, settings.wrap, settings.fall_penalty, settings.rendered]
    key = (json.dumps(said, sort_keys=True), *objects_of_session(settings))
    free: list[Simulator] = _kept.pool.setdefault(key, [])
    lent = [free.pop() if free else make_simulator(settings) for _ in range(count)]
    try:
        yield lent
    except BaseException:
        for env in lent:
            close_quietly(env)
        raise
    free.extend(reversed(lent))


def make_simulator(settings: GymSettings, **arguments: Any) -> Simulator:
    """Return a new environment in its wrappers, with further `arguments` of `gymnasium.make`.

    UserError if it cannot be made.
    """
    return made_in_place(lambda: _made_in_wrappers(settings, arguments))


def _made_in_wrappers(settings: GymSettings, arguments: dict[str, Any]) -> Simulator:
    name = settings.id
    if settings.rendered:
        arguments = {"render_mode": "rgb_array", **arguments}
    try:
        env = _made(name, {**settings.arguments, **arguments})
    except (error.UnregisteredEnv, error.DeprecatedEnv) as problem:
        raise _unregistered(name, problem) from None
    except (error.DependencyNotInstalled, ImportError) as problem:
        raise UserError(
            f"{name} needs a package that is not installed: {_advice(name, problem)}"
        ) from None
    except FAULTS as problem:  # whatever a constructor raises
        if "render_mode" in arguments and "argument 'render_mode'" in str(problem):
            raise UserError(f"{name} takes no render_mode, so it shows no pictures") from None
        lacking = isinstance(problem, TypeError) and "missing" in str(problem)
        advice = "; --env-kwargs gives it arguments" if lacking else ""
        raise UserError(
            f"{name} cannot be made with kwargs {json.dumps(settings.kwargs)}: {say(problem)}"
            f"{advice}"
        ) from None
    if not settings.fall_penalty:
        env = _WithoutFallPenalty(env)
    for wrapper in settings.wrappers:
        env = _wrapped(name, env, wrapper)
    if settings.encoder is not None and settings.rendered:
        env = Rendered(env, settings.encoder.seen.shape)
    return env


def _made(name: str, arguments: dict[str, Any]) -> Simulator:
    factory = factory_of(name)
    if factory is None:
        made: Simulator = gymnasium.make(name, disable_env_checker=True, **arguments)
        return made
    made = factory(**arguments)
    if not isinstance(made, gymnasium.Env):
        raise UserError(
            f"{name}: expected a class of environments, or a function that returns one of "
            f"Gymnasium's kind; got {short(made)} of it"
        )
    return made


def _wrapped(name: str, env: Simulator, wrapper: Wrapper) -> Simulator:
    try:
        make: Callable[..., Any] = own.find_object(
            wrapper.name, "wrapper", wanted_by=f"the task gym:{name}"
        )
        wrapped = make(env, **copy.deepcopy(wrapper.arguments))
    except UserError:
        raise
    except FAULTS as problem:
        raise UserError(
            f"{name}: the wrapper {wrapper.name} cannot be made with arguments "
            f"{json.dumps(wrapper.arguments)}: {say(problem)}"
        ) from None
    if not isinstance(wrapped, gymnasium.Env):
        raise UserError(
            f"{name}: expected {wrapper.name} to return an environment of Gymnasium when it is "
            f"called with one, got {short(wrapped)}"
        )
    return wrapped


def spaces_of(env: Simulator, name: str) -> tuple[Space[Any], Space[Any]]:
    """Return the spaces of observations and of actions; UserError where there is none."""
    found = []
    for attribute in ("observation_space", "action_space"):
        try:
            space = getattr(env, attribute)
        except FAULTS as problem:
            raise UserError(f"{name} has no {attribute}: {say(problem)}; {_SPACE}") from None
        if not isinstance(space, Space):
            kind = type(space)
            raise UserError(
                f"{name}: its {attribute} is {short(space)} ({kind.__module__}.{kind.__name__}); "
                f"{_SPACE}"
            )
        found.append(space)
    return found[0], found[1]


_SPACE = "expected a space of gymnasium.spaces, as its __init__ should set"


def check_registered(name: str) -> None:
    """Raise UserError, with the nearest names, unless Gymnasium or the user made it known."""
    module, _, plain = name.rpartition(":")
    if module and module != SESSION:
        _register_by_module(name)
    if factory_of(name) is not None:
        return
    try:
        gymnasium.spec(plain)
    except error.Error as problem:
        raise _unregistered(name, problem) from None


def _register_by_module(name: str) -> None:
    """Import the module in `module:ID`, which registers the environment or defines it."""
    try:
        trust.import_named(name, wanted_by=f"the task gym:{name}")
    except UserError:
        raise
    except FAULTS as problem:  # whatever somebody's module raises
        raise UserError(f"{name}: its module cannot be imported: {say(problem)}") from None


def comes_with_us(identity: str) -> bool:
    """Return whether an environment is one of Gymnasium's or of this project's own."""
    spec = gymnasium.registry.get(identity)
    entry = spec.entry_point if spec else None
    return isinstance(entry, str) and entry.startswith(("gymnasium.envs.", "wann.envs."))


def is_of_this_session(settings: GymSettings) -> bool:
    """Return whether the environment or a wrapper is one that only this process may know.

    Such is an id without a module which somebody registered, what `__main__` defines, and an object
    that was passed.
    """
    return bool(names_of_session(settings)) or _is_of_this_process(settings)


def can_be_made_elsewhere(settings: GymSettings) -> bool:
    """Return whether worker processes have or get all that environment and wrappers are."""
    if _is_of_this_process(settings):
        return False
    return all(map(own.can_be_sent, names_of_session(settings)))


def _is_of_this_process(settings: GymSettings) -> bool:
    names = [settings.id, *(wrapper.name for wrapper in settings.wrappers)]
    if "__main__" in map(trust.module_of, names):
        return True
    return trust.module_of(settings.id) is None and not comes_with_us(settings.id)


def time_limit(env: Simulator) -> int | None:
    """Return after how many steps the environment cuts its episodes, None if it does not."""
    limits: list[int] = []
    layer: Any = env
    while layer is not None:
        if isinstance(layer, gymnasium.wrappers.TimeLimit):
            limits.append(int(layer._max_episode_steps))
        layer = getattr(layer, "env", None) if isinstance(layer, gymnasium.Wrapper) else None
    with suppress(*FAULTS):  # a spec of one's own may be anything
        if env.unwrapped.spec and env.unwrapped.spec.max_episode_steps:
            limits.append(int(env.unwrapped.spec.max_episode_steps))
    return min(limits, default=None)


def _unregistered(name: str, problem: Exception) -> UserError:
    ids = list(gymnasium.registry)
    if isinstance(problem, error.DeprecatedEnv):
        return UserError(f"Gymnasium environment {name!r}: {' '.join(str(problem).split())}")
    hint = str(unknown("Gymnasium environment", name, ids)).partition("expected one of")[0]
    return UserError(
        f"{hint}expected one of `python -m gymnasium.envs.registration`, or MODULE:ID or "
        "MODULE:CLASS of one's own"
    )


def _advice(name: str, problem: Exception) -> str:
    spec = gymnasium.registry.get(name)
    entry = spec.entry_point if spec else ""
    if (
        isinstance(entry, str)
        and entry.startswith(_OF_BOX2D)
        and importlib.util.find_spec("Box2D") is None
    ):
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
