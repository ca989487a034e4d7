"""Environments of envpool: simulators in C++, stepped many at a time on threads of their own.

Worth it for Box2D and MuJoCo (two to ten times as fast as Gymnasium on a core). Terrains are drawn
otherwise than Gymnasium draws them: scores compare in distribution, not seed by seed. Seeds are
given when a pool is made, and cannot be given again, so that each set of episodes needs a new pool.
"""

import importlib
import importlib.util
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError, unknown
from wann.kernels.forward import Packed
from wann.network.weightings import Weightings
from wann.tasks.gym.actions import make_head
from wann.tasks.gym.both_signs import played_as
from wann.tasks.gym.gym_task import GymTask
from wann.tasks.gym.pool_lanes import PoolLanes
from wann.tasks.gym.rollout import Interface
from wann.tasks.gym.views import view_of

# Environments in a pool, of several networks where they fit; more lanes are run in parts.
_MOST_LANES = 128
# What the last step of a walker that falls earns
_FALL = -100.0


@dataclass(frozen=True)
class EnvpoolTask(GymTask):
    """Return of one episode of an environment, simulated by envpool.

    Failures inside envpool end the process.
    """

    workers = "processes"
    watched = False

    def check(self) -> None:
        """Raise UserError where envpool is not installed or does not know the environment."""
        settings = self.settings
        if importlib.util.find_spec("envpool") is None:
            raise UserError(
                f"{settings.id}: the backend envpool is not installed: pip install 'wann[envpool]' "
                "(some 750 MB), or use --backend gymnasium"
            )
        known: Any = importlib.import_module("envpool").list_all_envs()
        if settings.id not in known:
            hint = str(unknown("envpool environment", settings.id, known)).partition(
                "expected one of"
            )[0]
            raise UserError(f"{hint}use --backend gymnasium")
        if settings.wrap or settings.reset_options:
            raise UserError(
                f"{settings.id}: envpool takes no wrappers and no reset options; leave out --wrap "
                "and --reset-options, or use --backend gymnasium"
            )
        if settings.episode_seconds is not None:
            raise UserError(
                f"{settings.id}: envpool steps many episodes at once, and none of them can be "
                "ended; leave out --episode-seconds, or use --backend gymnasium"
            )
        if settings.rendered:
            raise UserError(f"{settings.id}: envpool renders nothing; use --backend gymnasium")

    @cached_property
    def interface(self) -> Interface:
        """How a network plays the environment, with its spaces as envpool has them.

        Envpool cuts an episode at the limit of its own settings at the latest.
        """
        self.check()
        spec: Any = importlib.import_module("envpool").make_spec(
            self.settings.id, **self.settings.arguments
        )
        view = view_of(self.settings, spec.gymnasium_observation_space)
        head = make_head(spec.gymnasium_action_space, self.settings.id)
        limit = self.settings.limit_with(spec.config.max_episode_steps)
        statistics = None if self.statistics is None else np.array(self.statistics)
        return Interface(self.settings, view, head, limit, statistics)

    def score(
        self,
        packed: Packed,
        span: tuple[int, int],
        weights: Weightings,
        episodes: NDArray[Any],
        returns: NDArray[np.float64],
        steps: NDArray[np.int64],
    ) -> None:
        """Run some networks, as `GymTask.score` does; a return that is not finite becomes NaN.

        Args:
            packed: Networks, as `pack` returns them.
            span: The first network to score, and the one behind the last.
            weights: Shared weights, or individual ones for one network.
            episodes: Seeds, (episodes,).
            returns: (networks, weightings, episodes), to be filled.
            steps: Environment steps taken, (networks,) int64, to be filled.
        """
        lanes, sides = len(weights) * len(episodes), (self.inputs, self.outputs)
        together = max(_MOST_LANES // lanes, 1)
        for first in range(span[0], span[1], together):
            networks = range(first, min(first + together, span[1]))
            steps[networks.start : networks.stop] = 0
            alike = np.array([played_as(packed, i, sides, weights) for i in networks])
            played = alike == np.arange(len(weights))
            for begin in range(0, lanes, _MOST_LANES):
                part = np.arange(begin, min(begin + _MOST_LANES, lanes))
                weighting, episode = np.divmod(part, len(episodes))
                given = weights[weighting], episodes[episode], played[:, weighting]
                found = self._play(packed, networks, *given)
                for network, totals, taken in zip(networks, *found, strict=True):
                    returns[network, weighting, episode] = totals
                    steps[network] += taken
            for network, own in zip(networks, alike, strict=True):
                returns[network] = returns[network, own]

    def _play(
        self,
        packed: Packed,
        networks: range,
        weights: Weightings,
        seeds: NDArray[Any],
        played: NDArray[np.bool_],
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Play the episodes of some networks in one pool.

        Args:
            packed: Networks, as `pack` returns them.
            networks: Which of them play.
            weights: One for each lane; each network has those lanes.
            seeds: One for each lane, (lanes,).
            played: (networks, lanes) which of its lanes a network plays.

        Returns:
            The returns (networks, lanes), NaN where one is not finite, and the steps (networks,)
            taken in all lanes of each.
        """
        interface = self.interface
        lanes = PoolLanes(packed, networks, interface, weights, played)
        if not len(lanes.ids):
            return lanes.returns, lanes.taken
        begun = lanes.ids  # in their order, as `pool` numbers its environments
        pool: Any = importlib.import_module("envpool").make(
            self.settings.id,
            env_type="gymnasium",
            num_envs=len(begun),
            num_threads=1,
            seed=np.tile(seeds, len(networks))[begun].tolist(),
            **self.settings.arguments,
        )
        observations, _ = pool.reset()
        while len(lanes.ids) and lanes.step < interface.limit:
            actions = np.array(interface.head.act(lanes.outputs(_rows(interface, observations))))
            observations, rewards, terminated, truncated, _ = pool.step(
                actions, env_id=np.searchsorted(begun, lanes.ids)
            )
            if not self.settings.fall_penalty:
                rewards = np.where(terminated & (rewards == _FALL), 0.0, rewards)
            going = lanes.earn(rewards, terminated | truncated)
            observations = observations[going]
        pool.close()
        return lanes.returns, lanes.taken


def _rows(interface: Interface, observations: NDArray[Any]) -> NDArray[np.float64]:
    pictures = interface.view.pictures
    if pictures is not None:
        return pictures.encode(np.array([pictures.read(seen) for seen in observations]))
    if interface.view.see_all is not None:
        return interface.view.see_all(observations)
    return np.array([interface.view.see(observation) for observation in observations])
