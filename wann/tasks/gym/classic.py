"""Classic control with jitted dynamics: all episodes of a network in lockstep.

Seeds give the same episodes as in Gymnasium.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from gymnasium.utils.seeding import np_random
from numpy.typing import NDArray

from wann.envs import classic_physics as physics
from wann.envs.classic_observations import observe_lanes
from wann.envs.classic_starts import DRAW_START
from wann.errors import UserError
from wann.kernels.forward import Packed, forward
from wann.kernels.jit import kernel
from wann.kernels.lanes import set_weights, take_out
from wann.kernels.memory import forget, memories, remember
from wann.kernels.vectors import LANES
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.tasks.gym.gym_task import GymTask
from wann.tasks.gym.settings import GymSettings
from wann.tasks.optional_abilities import OnCards

KINDS = {
    "CartPole-v1": physics.CARTPOLE,
    "Acrobot-v1": physics.ACROBOT,
    "Pendulum-v1": physics.PENDULUM,
    "MountainCar-v0": physics.MOUNTAIN_CAR,
    "MountainCarContinuous-v0": physics.MOUNTAIN_CAR_CONTINUOUS,
    "wann/CartPoleMemory-v1": physics.CARTPOLE_MEMORY,
}
_KEPT_STARTS = 100_000


def fits(settings: GymSettings) -> bool:
    """Return whether the environment has a jitted twin: a known id, and nothing changed in it."""
    return settings.id in KINDS and settings.plain and settings.stuck_steps is None


@dataclass(frozen=True)
class ClassicTask(OnCards, GymTask):
    """Return of one episode of a classic environment, computed by a kernel that holds no lock."""

    workers = "threads"
    watched = False  # a kernel of ours does not hang

    @classmethod
    def make(cls, settings: GymSettings) -> "ClassicTask":
        """Return the task; UserError if the environment has no jitted twin."""
        if not fits(settings):
            raise UserError(
                f"{settings.name} has no jitted twin: expected one of {', '.join(KINDS)}, without "
                "arguments, wrappers, reset options and stuck_steps; use --backend gymnasium"
            )
        return cls(settings)

    def score(
        self,
        packed: Packed,
        span: tuple[int, int],
        weights: Weightings,
        episodes: NDArray[Any],
        returns: NDArray[np.float64],
        steps: NDArray[np.int64],
    ) -> None:
        """Run some networks in all their episodes at once. See `Task.score`.

        Args:
            packed: Networks, as `pack` returns them.
            span: The first network to score, and the one behind the last.
            weights: Shared weights, or individual ones for one network.
            episodes: Seeds, (episodes,).
            returns: (networks, weightings, episodes), to be filled.
            steps: Environment steps taken, (networks,) int64, to be filled.
        """
        rollout_classic(
            self._kind,
            packed,
            span,
            weights.values,
            None if weights.is_shared else True,
            self._starts(episodes),
            *self._scaling,
            self.limit,
            returns,
            steps,
        )

    def score_on_card(
        self,
        networks: Sequence[Network],
        weights: Weightings,
        episodes: NDArray[Any],
        returns: NDArray[np.float64],
        steps: NDArray[np.int64],
    ) -> None:
        """Run some networks, each lane in a thread. See `OnCards.score_on_card`.

        Args:
            networks: different ones.
            weights: Shared weights, or individual ones for one network.
            episodes: Seeds, (episodes,).
            returns: (networks, weightings, episodes), to be filled.
            steps: Environment steps taken, (networks,) int64, to be filled.
        """
        from wann.tasks.cuda.games import classic_game
        from wann.tasks.cuda.play import Episodes, play

        begun = Episodes(self._starts(episodes), np.array(self._scaling), 0, self.limit)
        play(classic_game(self._kind), self.pack(networks), weights, begun, returns, steps)

    @property
    def _kind(self) -> int:
        return int(KINDS[self.settings.id])

    def _starts(self, seeds: NDArray[Any]) -> NDArray[np.float64]:
        """Return the states (episodes, 4) in which the episodes of some seeds begin."""
        return np.array([draw_start(self._kind, seed) for seed in seeds.tolist()])

    @property
    def _scaling(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What is taken from observations, and what they are then divided by (inputs,)."""
        if self.statistics is None:
            return np.zeros(self.inputs), np.ones(self.inputs)
        return np.array(self.statistics.mean), np.array(self.statistics.sd)


@lru_cache(_KEPT_STARTS)
def draw_start(kind: int, seed: int) -> NDArray[np.float64]:
    """Return the state (4,) in which the environment begins after `reset(seed=seed)`."""
    start: NDArray[np.float64] = DRAW_START[kind](np_random(seed)[0])
    return start


@kernel
def rollout_classic(
    kind: int,
    packed: Packed,
    span: tuple[int, int],
    weights: NDArray[np.float64],
    individual: bool | None,
    starts: NDArray[np.float64],
    shift: NDArray[np.float64],
    scale: NDArray[np.float64],
    limit: int,
    returns: NDArray[np.float64],
    steps: NDArray[np.int64],
) -> None:
    """Run every (weighting, start) lane of some networks until it ends or `limit` steps are over.

    Args:
        kind: The environment, one of the numbers in `classic_physics`.
        packed: Networks laid end to end.
        span: The first network to run, and the one behind the last.
        weights: (weightings, 1) where they are shared, else (weightings, connections).
        individual: True where each connection has its weight; None, and not False, where all share
            one: then what individual weights need is not compiled.
        starts: Start states, (episodes, 4).
        shift: (inputs,) A network reads (observation - shift) / scale.
        scale: (inputs,)
        limit: Steps after which an episode ends.
        returns: (networks, weightings, episodes), filled with sums of rewards.
        steps: Environment steps taken, (networks,), filled.
    """
    episodes = starts.shape[0]
    count = weights.shape[0] * episodes
    padded = (count + LANES - 1) // LANES * LANES
    state = np.zeros((physics.STATE_ROWS, padded))
    total, lane_id, ended = np.empty(padded), np.empty(padded, np.int64), np.empty(padded, np.bool_)
    lane_weight = np.empty((weights.shape[1], padded))
    shared_weight = lane_weight[0]
    inputs, outputs = physics.OBSERVATIONS[kind], physics.OUTPUTS[kind]
    first_kept = 1 + inputs
    for network in range(span[0], span[1]):
        nodes = packed.node_start[network + 1] - packed.node_start[network]
        kept = memories(packed, network)
        values = np.ones((first_kept + kept + nodes, padded))
        forget(packed, network, values, first_kept)
        memory = values[first_kept : first_kept + kept]
        for lane in range(padded):  # the padding repeats the last lane
            lane_id[lane] = min(lane, count - 1)
            for row in range(4):
                state[row, lane] = starts[lane_id[lane] % episodes, row]
            set_weights(lane_weight, lane, weights, lane_id[lane] // episodes)
            total[lane] = 0.0
        alive, width, taken = count, padded, 0
        for _ in range(limit):
            observe_lanes(kind, state, values, 1, width)
            for row in range(inputs):
                for lane in range(width):
                    values[1 + row, lane] = (values[1 + row, lane] - shift[row]) / scale[row]
            if individual is None:
                forward(packed, network, shared_weight, values, width)
            else:
                forward(packed, network, lane_weight, values, width)
            remember(packed, network, values, first_kept, width)
            physics.step_lanes(kind, state, values, values.shape[0] - outputs, width)
            done = 0
            for lane in range(alive):
                total[lane] += state[physics.REWARD, lane]
                done += 1 if state[physics.DONE, lane] > 0.0 else 0
            taken += alive
            if done > 0:
                for lane in range(alive):
                    ended[lane] = state[physics.DONE, lane] > 0.0
                alive = take_out(
                    ended, alive, total, lane_id, state, lane_weight, memory, returns[network]
                )
                # The padding behind the last lane alive counts no more
                width = (alive + LANES - 1) // LANES * LANES
                if alive == 0:
                    break
        ended[:alive] = True
        take_out(ended, alive, total, lane_id, state, lane_weight, memory, returns[network])
        steps[network] = taken
