"""Episodes of one network in Gymnasium environments: all lanes go on together.

The jitted network computes them at once, the simulators take a step in turn. A lane is one
(weighting, episode) pair. Lanes that end are taken out, so that work shrinks with the lanes alive.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError
from wann.kernels.forward import Packed, forward
from wann.kernels.vectors import LANES
from wann.network.weightings import Weightings
from wann.tasks.gym.actions import Head
from wann.tasks.gym.observations import View
from wann.tasks.gym.settings import GymSettings
from wann.tasks.gym.simulators import make_simulator
from wann.tasks.gym.stepping import FAULTS, Simulator, advance, begin, close_quietly, say
from wann.terminal import warn

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
        self, interface: Interface, lent: list[Simulator], weights: Weightings, seeds: list[int]
    ) -> None:
        self.interface, self.lent, self.seeds = interface, lent, seeds
        self.ids = list(range(len(seeds)))  # of the lanes alive
        self.observations = np.zeros((len(seeds), interface.view.inputs))
        self.totals = [0.0] * len(seeds)
        self.weights = weights  # one weighting for each lane
        self.step = 0

    def play(self, packed: Packed, network: int) -> tuple[list[float], int]:
        """Return the return of each lane and the number of steps taken by all."""
        nodes = int(packed.node_start[network + 1] - packed.node_start[network])
        inputs, outputs = self.interface.view.inputs, self.interface.head.outputs
        values = np.ones((1 + inputs + nodes, padded_lanes(len(self.ids))))
        self._keep([self._reset(lane) for lane in self.ids])
        weight, taken = self._lane_weight(), 0
        while self.ids and self.step < self.interface.limit:
            count = len(self.ids)
            values[1 : 1 + inputs, :count] = self.interface.normalise(self.observations[self.ids]).T
            forward(packed, network, weight, values, padded_lanes(count))
            actions = self.interface.head.act(values[len(values) - outputs :, :count])
            self.step += 1
            taken += count
            alive = [
                self._advance(lane, action) for lane, action in zip(self.ids, actions, strict=True)
            ]
            if not all(alive):
                self._keep(alive)
                weight = self._lane_weight()
        return self.totals, taken

    def _keep(self, alive: list[bool]) -> None:
        self.ids = [lane for lane, lives in zip(self.ids, alive, strict=True) if lives]

    def _lane_weight(self) -> NDArray[np.float64]:
        """Return the weights of the lanes alive as `forward` reads them, padded with the last."""
        padding = padded_lanes(len(self.ids)) - len(self.ids)
        return self.weights.in_lanes(self.ids + self.ids[-1:] * padding)

    def _reset(self, lane: int) -> bool:
        """Begin the episode of a lane; return whether it lives."""
        try:
            options = self.interface.settings.reset_options
            self._see(lane, begin(self.lent[lane], self.seeds[lane], options))
        except UserError:
            raise
        except FAULTS as problem:  # whatever somebody's environment raises
            return self._fail(lane, say(problem))
        return True

    def _advance(self, lane: int, action: Any) -> bool:
        """Take a step in a lane; return whether it goes on."""
        try:
            observation, earned, ended = advance(self.lent[lane], action)
            self._see(lane, observation)
        except UserError:
            raise
        except FAULTS as problem:
            return self._fail(lane, say(problem))
        self.totals[lane] += earned
        return not ended

    def _see(self, lane: int, observation: Any) -> None:
        row = self.interface.view.see(observation)
        if not np.isfinite(row).all():
            raise ValueError(f"expected finite observations, got {row[~np.isfinite(row)][0]}")
        self.observations[lane] = row

    def _fail(self, lane: int, what: str) -> bool:
        settings = self.interface.settings
        where = f"{settings.id} failed (seed {self.seeds[lane]}, step {self.step}): {what}"
        if settings.on_error == "fail":
            raise UserError(
                f"{where}; repair the environment, or let such episodes count as failed "
                "(--on-error worst)"
            )
        if settings.spec not in _told:
            _told.add(settings.spec)
            warn(f"{where}; such episodes count as failed, further ones go unreported")
        self.totals[lane] = np.nan
        close_quietly(self.lent[lane])  # what failed once is not trusted again
        self.lent[lane] = make_simulator(settings)
        return False


def padded_lanes(lanes: int) -> int:
    """Return how many lanes the kernels compute where `lanes` are wanted."""
    return -(-lanes // LANES) * LANES
