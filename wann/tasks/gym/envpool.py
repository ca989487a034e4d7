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
from wann.kernels.forward import Packed, forward
from wann.kernels.memory import forget, memories, remember
from wann.network.weightings import Weightings
from wann.tasks.gym.actions import make_head
from wann.tasks.gym.gym_task import GymTask
from wann.tasks.gym.rollout import Interface, close_ranks, padded_lanes
from wann.tasks.gym.views import view_of

# Environments in a pool; more lanes are run in parts.
_MOST_LANES = 128


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
        if not settings.fall_penalty:
            raise UserError(f"{settings.id}: fall_penalty = false needs --backend gymnasium")

    @cached_property
    def interface(self) -> Interface:
        """How a network plays the environment, with its spaces as envpool has them.

        Envpool cuts an episode at the limit of its own settings at the latest.
        """
        self.check()
        spec: Any = importlib.import_module("envpool").make_spec(
            self.settings.id, **self.settings.kwargs
        )
        view = view_of(self.settings, spec.gymnasium_observation_space)
        head = make_head(spec.gymnasium_action_space, self.settings.id)
        limits = [self.settings.max_steps, spec.config.max_episode_steps]
        limit = min(steps for steps in limits if steps)
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
        weighting, episode = (axis.ravel() for axis in np.indices((len(weights), len(episodes))))
        for network in range(*span):
            steps[network] = 0
            for first in range(0, len(episode), _MOST_LANES):
                part = slice(first, first + _MOST_LANES)
                totals, taken = self._play(
                    packed, network, weights[weighting[part]], episodes[episode[part]]
                )
                returns[network, weighting[part], episode[part]] = totals
                steps[network] += taken

    def _play(
        self, packed: Packed, network: int, weights: Weightings, seeds: NDArray[Any]
    ) -> tuple[NDArray[np.float64], int]:
        """Return the return of each lane and the number of steps taken by all.

        `weights` holds one weighting for each lane.
        """
        interface = self.interface
        pool: Any = importlib.import_module("envpool").make(
            self.settings.id,
            env_type="gymnasium",
            num_envs=len(seeds),
            num_threads=1,
            seed=seeds.tolist(),
            **self.settings.kwargs,
        )
        nodes = int(packed.node_start[network + 1] - packed.node_start[network])
        first, kept = 1 + interface.view.inputs, memories(packed, network)
        values = np.ones((first + kept + nodes, padded_lanes(len(seeds))))
        forget(packed, network, values, first)
        totals, taken = np.zeros(len(seeds)), 0
        observations, _ = pool.reset()
        alive = np.arange(len(seeds))
        stuck, earned = self.settings.stuck_steps, list[NDArray[np.float64]]()
        for _ in range(interface.limit):
            count = len(alive)
            if stuck is not None:
                earned.append(totals.copy())
            values[1:first, :count] = interface.normalise(_rows(interface, observations)).T
            lanes = np.append(alive, np.repeat(alive[-1:], padded_lanes(count) - count))
            forward(packed, network, weights.in_lanes(lanes), values, padded_lanes(count))
            remember(packed, network, values, first, count)
            actions = np.array(
                interface.head.act(values[len(values) - interface.head.outputs :, :count])
            )
            observations, rewards, terminated, truncated, _ = pool.step(actions, env_id=alive)
            totals[alive] += rewards
            taken += count
            going = ~(terminated | truncated)
            if stuck is not None and len(earned) >= stuck:
                going &= ~(totals[alive] <= earned[-stuck][alive])
            alive, observations = alive[going], observations[going]
            close_ranks(values[first : first + kept], going)
            if not len(alive):
                break
        pool.close()
        return np.where(np.isfinite(totals), totals, np.nan), taken


def _rows(interface: Interface, observations: NDArray[Any]) -> NDArray[np.float64]:
    pictures = interface.view.pictures
    if pictures is not None:
        return pictures.encode(np.array([pictures.read(seen) for seen in observations]))
    return np.array([interface.view.see(observation) for observation in observations])
