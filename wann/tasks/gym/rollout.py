"""Episodes of one network in Gymnasium environments: all lanes go on together.

The jitted network computes them at once, the simulators take a step in turn. A lane is one
(weighting, episode) pair. Lanes that end are taken out, so that work shrinks with the lanes alive.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError
from wann.kernels.forward import Packed, forward
from wann.kernels.memory import forget, memories, remember
from wann.kernels.pictures import CHANNELS, SIDE
from wann.kernels.vectors import LANES
from wann.network.weightings import Weightings
from wann.tasks.gym.actions import Head
from wann.tasks.gym.lost_episodes import overtime
from wann.tasks.gym.observations import View
from wann.tasks.gym.settings import GymSettings
from wann.tasks.gym.simulators import make_simulator
from wann.tasks.gym.stepping import FAULTS, Simulator, advance, begin, close_quietly, say
from wann.tasks.watch import Watch

_told: set[str] = set()  # environments whose failure was reported by this process


class Interface(NamedTuple):
    """How a network plays the episodes of an environment: what it sees, how it acts, how long."""

    settings: GymSettings
    view: View
    head: Head
    limit: int  # steps after which an episode is cut
    # Means and spreads of the observations (2, inputs); None: they are taken as they are
    statistics: NDArray[np.float64] | None

    def normalise(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what a network reads of observations (lanes, inputs)."""
        found = self.statistics
        return rows if found is None else (rows - found[0]) / found[1]


class Lanes:
    """The episodes under way, one a lane: the first `alive` of every array."""

    def __init__(
        self,
        interface: Interface,
        lent: list[Simulator],
        weights: Weightings,
        seeds: list[int],
        first: int,
    ) -> None:
        """Begin with nothing played.

        Args:
            interface: how a network plays.
            lent: an environment for each lane.
            weights: one weighting for each lane.
            seeds: of the episodes, one for each lane.
            first: how many lanes of the same network come before these.
        """
        self.interface, self.lent, self.seeds = interface, lent, seeds
        self.first = first
        self.ids = list(range(len(seeds)))  # of the lanes alive
        self.observations = np.zeros((len(seeds), interface.view.inputs))
        # Those of all lanes are encoded at once
        pictures = len(seeds) if interface.view.pictures else 0
        self.pictures = np.zeros((pictures, SIDE, SIDE, CHANNELS), dtype=np.uint8)
        self.totals = [0.0] * len(seeds)
        self.weights = weights
        self.step = 0
        self.watch = Watch.by_nobody()
        self.stuck = interface.settings.stuck_steps
        # What each lane had earned before each of its steps, where stuck ones are to be found
        self.earned: list[list[float]] = [[] for _ in seeds]

    def play(self, packed: Packed, network: int, watch: Watch) -> tuple[list[float], int]:
        """Return the return of each lane and the number of steps taken by all.

        `watch` is told of every call of an environment.
        """
        self.watch = watch
        watch.begin(network, self.interface.settings.episode_seconds)
        nodes = int(packed.node_start[network + 1] - packed.node_start[network])
        inputs, outputs = self.interface.view.inputs, self.interface.head.outputs
        first, kept = 1 + inputs, memories(packed, network)
        values = np.ones((first + kept + nodes, padded_lanes(len(self.ids))))
        forget(packed, network, values, first)
        ended = [watch.end_of(network, self.first + lane) for lane in self.ids]
        self._keep([self._reset(lane, end) for lane, end in zip(self.ids, ended, strict=True)])
        weight, taken = self._lane_weight(), sum(filter(None, ended))
        while self.ids and self.step < self.interface.limit:
            count = len(self.ids)
            values[1:first, :count] = self.interface.normalise(self._seen()).T
            forward(packed, network, weight, values, padded_lanes(count))
            remember(packed, network, values, first, count)
            actions = self.interface.head.act(values[len(values) - outputs :, :count])
            self.step += 1
            taken += count
            alive = [
                self._advance(lane, action) for lane, action in zip(self.ids, actions, strict=True)
            ]
            if not all(alive):
                close_ranks(values[first : first + kept], np.array(alive))
                self._keep(alive)
                weight = self._lane_weight()
        return self.totals, taken

    def _keep(self, alive: list[bool]) -> None:
        self.ids = [lane for lane, lives in zip(self.ids, alive, strict=True) if lives]

    def _lane_weight(self) -> NDArray[np.float64]:
        """Return the weights of the lanes alive as `forward` reads them, padded with the last."""
        padding = padded_lanes(len(self.ids)) - len(self.ids)
        return self.weights.in_lanes(self.ids + self.ids[-1:] * padding)

    def _reset(self, lane: int, ended: int | None) -> bool:
        """Begin the episode of a lane, unless it was `ended` before; return whether it lives."""
        if ended is not None:
            self.totals[lane] = np.nan
            return False
        options = self.interface.settings.reset_options
        self.watch.enter(self.first + lane, self.seeds[lane], self.step)
        try:
            observation = begin(self.lent[lane], self.seeds[lane], options)
            in_time = self.watch.leave(self.first + lane)
            self._see(lane, observation)
        except UserError:
            raise
        except FAULTS as problem:  # whatever somebody's environment raises
            return self._fail(lane, say(problem))
        return in_time or self._end(lane)

    def _advance(self, lane: int, action: Any) -> bool:
        """Take a step in a lane; return whether it goes on."""
        self.watch.enter(self.first + lane, self.seeds[lane], self.step)
        try:
            observation, earned, ended = advance(self.lent[lane], action)
            in_time = self.watch.leave(self.first + lane)
            self._see(lane, observation)
        except UserError:
            raise
        except FAULTS as problem:
            return self._fail(lane, say(problem))
        if not in_time:
            return self._end(lane)
        before = self.totals[lane]
        self.totals[lane] = before + earned
        return not (ended or (self.stuck is not None and self._is_stuck(lane, before)))

    def _is_stuck(self, lane: int, before: float) -> bool:
        """Whether a lane, which had earned `before` this step, earned nothing in its last steps."""
        earned, stuck = self.earned[lane], self.stuck
        assert stuck is not None
        earned.append(before)
        return len(earned) >= stuck and self.totals[lane] <= earned[-stuck]

    def _seen(self) -> NDArray[np.float64]:
        """Return what the lanes alive see now, (lanes alive, inputs)."""
        pictures = self.interface.view.pictures
        if pictures is None:
            return self.observations[self.ids]
        return pictures.encode(self.pictures[self.ids])

    def _see(self, lane: int, observation: Any) -> None:
        if self.interface.view.pictures is not None:
            self.pictures[lane] = self.interface.view.pictures.read(observation)
            return
        row = self.interface.view.see(observation)
        if not np.isfinite(row).all():
            raise ValueError(f"expected finite observations, got {row[~np.isfinite(row)][0]}")
        self.observations[lane] = row

    def _fail(self, lane: int, what: str) -> bool:
        self.watch.leave(self.first + lane)
        settings = self.interface.settings
        where = f"{settings.id} failed (seed {self.seeds[lane]}, step {self.step}): {what}"
        if settings.on_error == "fail":
            raise UserError(
                f"{where}; repair the environment, or let such episodes count as failed "
                "(--on-error worst)"
            )
        if settings.spec not in _told:
            _told.add(settings.spec)
            self.watch.tell(f"{where}; such episodes count as failed, further ones go unreported")
        return self._give_up(lane)

    def _end(self, lane: int) -> bool:
        """End an episode that has returned, but too late."""
        self.watch.tell(overtime(self.interface.settings, self.seeds[lane], self.step))
        return self._give_up(lane)

    def _give_up(self, lane: int) -> bool:
        self.totals[lane] = np.nan
        close_quietly(self.lent[lane])  # what failed once is not trusted again
        self.lent[lane] = make_simulator(self.interface.settings)
        return False


def close_ranks(memory: NDArray[np.float64], going: NDArray[np.bool_]) -> None:
    """Move what lanes remember (memories, lanes) to the front, of those (alive,) that go on."""
    memory[:, : np.count_nonzero(going)] = memory[:, : len(going)][:, going]


def padded_lanes(lanes: int) -> int:
    """Return how many lanes the kernels compute where `lanes` are wanted."""
    return -(-lanes // LANES) * LANES
