"""Policies: a network that plays in an environment, from observation to action.

Observations are read, and actions made, as in the search that grew the network.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import gymnasium
import numpy as np
from gymnasium.vector import VectorEnv
from gymnasium.vector.utils import batch_space, concatenate, create_empty_array, iterate
from numpy.typing import ArrayLike, NDArray

from wann import trust
from wann.errors import UserError, in_short
from wann.network.network import Network
from wann.network.stepper import Stepper, which_ended
from wann.tasks.gym.actions import make_head
from wann.tasks.gym.gym_task import GymTask
from wann.tasks.gym.settings import GymSettings
from wann.tasks.gym.simulators import make_simulator, spaces_of
from wann.tasks.gym.stepping import close_quietly
from wann.tasks.gym.views import view_of
from wann.tasks.seen_alike import seen_alike
from wann.tasks.spec import code_in
from wann.tasks.swingup import CartPoleSwingUp
from wann.tasks.task import Task

Rows = NDArray[np.float64]


class Sides(NamedTuple):
    """The two sides of an environment: what of it a network reads, and what it does there."""

    name: str  # of the environment
    observations: gymnasium.Space[Any]
    actions: gymnasium.Space[Any]
    inputs: int
    outputs: int
    see: Callable[[Any], Rows]  # an observation to (inputs,), not scaled yet
    act: Callable[[Rows], list[Any]]  # outputs (outputs, n) to n actions


class Policy:
    """A network in an environment: called with an observation, it returns the action.

    Of a vectorised environment, observations and actions are those of all its episodes. The action
    is one of the environment's own space: its type, shape and first value.

    A recurrent network remembers the steps of an episode: call `reset` before each. Other networks
    remember nothing, and need no `reset`.

    Attributes:
        environment: what the environment is called.
        steps: after how many steps the search cut an episode; None where the environment cuts it,
            or it is another one than the search's.
    """

    def __init__(
        self,
        network: Network,
        weight: ArrayLike | None,
        sides: Sides,
        statistics: Rows | None,
        *,
        episodes: int | None = None,
        steps: int | None = None,
    ) -> None:
        """See `make_policy`.

        Args:
            network: what plays.
            weight: its weights; None: its own, or a shared weight of 1.
            sides: of the environment, or of one of those that are stepped together.
            statistics: means and spreads (2, inputs) by which observations are scaled, or None.
            episodes: how many are stepped together; None: it is a single environment.
            steps: after which the search cut an episode.
        """
        self._network, self._weight, self._sides = network, weight, sides
        self._statistics, self._episodes = statistics, episodes
        self._stepper: Stepper | None = None
        if network.recurrent:
            own = 1.0 if weight is None else weight
            self._stepper = Stepper(network, own, 1 if episodes is None else episodes)
        self._space = None if episodes is None else batch_space(sides.observations, episodes)
        self.environment, self.steps = sides.name, steps

    def __call__(self, observation: Any) -> Any:
        """Return the action for an observation, or those (n, ...) for `n` observations.

        UserError for an observation that is not of the environment's space.
        """
        if self._space is None or self._episodes is None:
            return self._act(np.atleast_2d(self._see(observation)))[0]
        rows = np.array([self._see(one) for one in iterate(self._space, observation)])
        if len(rows) != self._episodes:
            raise UserError(
                f"{self.environment}: expected {self._episodes} observations, got {len(rows)}"
            )
        actions = self._sides.actions
        out: Any = create_empty_array(actions, self._episodes)
        return concatenate(actions, self._act(rows), out)

    def reset(self, ended: ArrayLike | None = None) -> None:
        """Forget the steps before, as at the start of an episode.

        Of a vectorised environment, `ended` (episodes,) may say which of them begin anew. UserError
        where it is of another shape.
        """
        if self._stepper is not None:
            self._stepper.reset(ended)
        elif ended is not None:
            which_ended(ended, 1 if self._episodes is None else self._episodes)

    def __repr__(self) -> str:
        """Return in short what plays where."""
        many = "" if self._episodes is None else f", {self._episodes} episodes at once"
        return f"Policy({self._network!r}, {self.environment!r}{many})"

    def _see(self, observation: Any) -> Rows:
        try:
            row = self._sides.see(observation)
        except (ValueError, TypeError) as problem:
            raise UserError(f"{self.environment}: {problem}") from None
        if self._statistics is None:
            return row
        mean, sd = self._statistics
        scaled: Rows = (row - mean) / sd
        return scaled

    def _act(self, rows: Rows) -> list[Any]:
        if self._stepper is None:
            return self._sides.act(self._network(rows, self._weight).T)
        return self._sides.act(self._stepper(rows).T)


def make_policy(
    network: Network, weight: ArrayLike | None, own: Task | None, env: Any = None
) -> Policy:
    """Return the policy of a network in `env`.

    Args:
        network: what plays.
        weight: one that all connections share, or one for each (connections,); None: its own, or a
            shared weight of 1.
        own: the task that the network was grown for, by whose statistics observations are scaled
            whatever the environment is; None where that is not known.
        env: an id of Gymnasium, an environment, a vectorised environment, or None for that of the
            network's own task.

    Raises:
        UserError: an environment that does not fit the network, or that is none.
    """
    playing = own if isinstance(own, GymTask | CartPoleSwingUp) else None
    statistics, steps = _statistics(playing, network), None
    if env is None or (isinstance(env, str) and playing is not None and env == _id_of(playing)):
        sides, steps = _sides_of_task(own), _steps(playing)
    elif isinstance(env, str):
        spec = f"gym:{env}"
        trust.allow(*code_in(spec))  # the user names it
        sides = _sides_of_task(seen_alike(spec, None if playing is None else playing.spec, env))
    elif isinstance(env, VectorEnv):
        sides = _sides(
            _name_of(env), env.single_observation_space, env.single_action_space, playing
        )
    elif isinstance(env, gymnasium.Env):
        name = _name_of(env)
        sides = _sides(name, *spaces_of(env, name), playing)
    else:
        raise UserError(
            "expected an environment as an id, an environment of Gymnasium, a vectorised one, or "
            f"None for that of the network's own task, got {in_short(env)}"
        )
    _check_fits(network, sides)
    episodes = env.num_envs if isinstance(env, VectorEnv) else None
    return Policy(network, weight, sides, statistics, episodes=episodes, steps=steps)


def _statistics(own: GymTask | CartPoleSwingUp | None, network: Network) -> Rows | None:
    """Return what observations were scaled by in the search, None where they were not."""
    if not isinstance(own, GymTask) or own.statistics is None:
        return None
    found = np.array(own.statistics)
    if found.shape[1] != network.inputs:
        raise UserError(
            f"the network has {network.inputs} inputs and does not fit {own.name}, by whose "
            f"statistics its {found.shape[1]} observations are scaled: give it another task"
        )
    return found


def _id_of(own: GymTask | CartPoleSwingUp) -> str:
    return own.settings.id if isinstance(own, GymTask) else own.environment


def _steps(own: GymTask | CartPoleSwingUp | None) -> int | None:
    return own.whole_limit if isinstance(own, GymTask) else None


def _sides_of_task(task: Task | None) -> Sides:
    """Return the sides of a task's own environment; UserError where a task has none."""
    if task is None:
        raise UserError(
            "the network does not say what it was grown for: expected an environment, such as "
            "network.policy('CartPole-v1')"
        )
    if not isinstance(task, GymTask | CartPoleSwingUp):
        raise UserError(
            f"the task {task.name!r} has no environment to act in: expected one, such as "
            "network.policy('CartPole-v1'); of classes, network.classify(x) tells which it is"
        )
    name = _id_of(task)
    env: Any = make_simulator(task.settings) if isinstance(task, GymTask) else gymnasium.make(name)
    sides = _sides(name, *spaces_of(env, name), task)
    close_quietly(env)
    return sides


def _sides(
    name: str,
    observations: gymnasium.Space[Any],
    actions: gymnasium.Space[Any],
    own: GymTask | CartPoleSwingUp | None,
) -> Sides:
    settings = own.settings if isinstance(own, GymTask) else GymSettings(name)
    if settings.encoder is not None and settings.rendered:  # the policy takes what is rendered
        observations = gymnasium.spaces.Box(0, 255, settings.encoder.seen.shape, np.uint8)
    view, head = view_of(settings, observations, name), make_head(actions, name)
    return Sides(name, observations, actions, view.inputs, head.outputs, view.see, head.act)


def _check_fits(network: Network, sides: Sides) -> None:
    has, needs = (network.inputs, network.outputs), (sides.inputs, sides.outputs)
    if has != needs:
        raise UserError(
            f"the network has {has[0]} inputs and {has[1]} outputs, {sides.name} needs {needs[0]} "
            f"and {needs[1]}: expected an environment like the one that it was grown for"
        )


def _name_of(env: Any) -> str:
    spec = getattr(env, "spec", None)
    return str(spec.id) if spec is not None else type(getattr(env, "unwrapped", env)).__name__
