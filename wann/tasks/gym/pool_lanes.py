"""Episodes of several networks in one pool of environments: all lanes go on together.

Each network has the same lanes, one for each (weighting, episode) pair. Lanes that end are taken
out, so that work shrinks with the lanes alive.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.kernels.forward import Packed
from wann.kernels.forward_each import close_ranks_each, forward_each
from wann.kernels.memory import forget, memories
from wann.network.weightings import Weightings
from wann.tasks.gym.rollout import Interface, padded_lanes


class PoolLanes:
    """What the episodes of a pool have earned, and the networks that play them."""

    def __init__(
        self,
        packed: Packed,
        networks: range,
        interface: Interface,
        weights: Weightings,
        played: NDArray[np.bool_],
    ) -> None:
        """Begin with nothing played.

        Args:
            packed: Networks, as `pack` returns them.
            networks: Which of them play.
            interface: How they play.
            weights: One weighting for each lane of a network.
            played: (networks, lanes) which of its lanes a network plays.
        """
        self.step = 0
        self._packed, self._networks, self._interface = packed, networks, interface
        count, lanes = len(networks), len(weights)
        first = 1 + interface.view.inputs
        nodes = np.diff(packed.node_start[networks.start : networks.stop + 1])
        heights = [first + memories(packed, i) + n for i, n in zip(networks, nodes, strict=True)]
        self._values = np.ones((count, max(heights), padded_lanes(lanes)))
        for values, network in zip(self._values, networks, strict=True):
            forget(packed, network, values, first)
        padding = [lanes - 1] * (padded_lanes(lanes) - lanes)
        weight = weights.in_lanes([*range(lanes), *padding])
        self._weight = np.repeat(weight[None], count, axis=0)
        self._alive = np.full(count, lanes)
        # Of the environments alive, network by network
        self.ids = np.arange(count * lanes)
        self._totals = np.zeros(count * lanes)
        self._lengths = np.zeros(count * lanes, dtype=np.int64)
        # What each lane had earned before each of its steps, where stuck ones are to be found
        self._earned: list[NDArray[np.float64]] = []
        self._keep(played.ravel())

    @property
    def returns(self) -> NDArray[np.float64]:
        """What each network earned in each lane (networks, lanes), NaN where it is not finite."""
        finite = np.where(np.isfinite(self._totals), self._totals, np.nan)
        return finite.reshape(len(self._networks), -1)

    @property
    def taken(self) -> NDArray[np.int64]:
        """How many steps each network took in all its lanes, (networks,)."""
        steps: NDArray[np.int64] = self._lengths.reshape(len(self._networks), -1).sum(axis=1)
        return steps

    def outputs(self, seen: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the outputs (outputs, lanes alive) for what these lanes see (alive, inputs)."""
        found = np.empty((self._interface.head.outputs, len(self.ids)))
        rows = np.ascontiguousarray(self._interface.normalise(seen))
        forward_each(
            self._packed,
            self._networks.start,
            self._weight,
            self._values,
            self._alive,
            rows,
            found,
        )
        return found

    def earn(self, rewards: NDArray[Any], ended: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Take a step's rewards, and whether it ended an episode; return who goes on (alive,)."""
        stuck = self._interface.settings.stuck_steps
        if stuck is not None:
            self._earned.append(self._totals.copy())
        self._totals[self.ids] += rewards
        self._lengths[self.ids] += 1
        self.step += 1
        going = ~ended
        if stuck is not None and len(self._earned) >= stuck:
            going &= ~(self._totals[self.ids] <= self._earned[-stuck][self.ids])
        self._keep(going)
        return going

    def _keep(self, going: NDArray[np.bool_]) -> None:
        """Take out all lanes alive but those that go on."""
        if not going.all():
            weight = self._weight.reshape(len(self._weight), -1, self._weight.shape[-1])
            close_ranks_each(self._values, weight, self._alive, going)
            self.ids = self.ids[going]
