"""A network that is computed step by step, and remembers what its recurrent connections read."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wann.arrays import numbers_of
from wann.errors import UserError
from wann.kernels.forward import forward
from wann.kernels.memory import forget, remember
from wann.kernels.vectors import LANES
from wann.network.network import Network, pack


def which_ended(ended: ArrayLike, episodes: int) -> NDArray[np.bool_]:
    """Return `ended` as an array (episodes,); UserError where it is of another shape."""
    over = np.asarray(ended, dtype=np.bool_)
    if over.shape != (episodes,):
        raise UserError(
            f"expected for each of {episodes} episodes whether it has ended, got an array of shape "
            f"{over.shape}"
        )
    return over


class Stepper:
    """Some episodes of one network that are under way: inputs go in, outputs come out.

    The bits are those that tasks compute. A network without recurrent connections remembers
    nothing, and is computed all the same.

    Example:
        ```python
        stepper = wann.load("champion.json").stepper()
        outputs = stepper(inputs)  # the first step of an episode
        outputs = stepper(inputs)  # the second step, which reads the first
        stepper.reset()  # before the next episode
        ```
    """

    def __init__(self, network: Network, weight: ArrayLike = 1.0, episodes: int = 1) -> None:
        """Begin the episodes.

        Args:
            network: what is computed.
            weight: one number that all connections share, or one for each (connections,).
            episodes: how many go on together.

        Raises:
            UserError: where the weights are not as many as the connections.
        """
        weights = numbers_of(weight, "the weights")
        if weights.shape not in ((), (network.connections,)):
            raise UserError(
                f"expected one weight, or one for each of {network.connections} connections, got "
                f"an array of shape {weights.shape}"
            )
        self._network, self.episodes = network, episodes
        self._packed, self._first = pack([network]), 1 + network.inputs
        self._kept = len(network.remembered)
        lanes = -(-episodes // LANES) * LANES
        self._weights = np.repeat(weights[..., None], lanes, axis=-1)
        self._values = np.zeros((self._first + self._kept + len(network.activation), lanes))
        self._values[0] = 1.0

    def reset(self, ended: ArrayLike | None = None) -> None:
        """Forget all steps, as at the start of an episode.

        `ended` (episodes,) says of which episodes, where others go on. UserError where it is of
        another shape.
        """
        if ended is None:
            forget(self._packed, 0, self._values, self._first)
            return
        self.memory[:, which_ended(ended, self.episodes)] = 0.0

    @property
    def memory(self) -> NDArray[np.float64]:
        """What is remembered (memories, episodes) of the last step: a view, one row a node read."""
        return self._values[self._first : self._first + self._kept, : self.episodes]

    @property
    def values(self) -> NDArray[np.float64]:
        """The values (rows, episodes) of bias, inputs and nodes at the last step, as a copy."""
        rows = np.delete(self._values, slice(self._first, self._first + self._kept), axis=0)
        return rows[:, : self.episodes].copy()

    def __call__(self, x: ArrayLike) -> NDArray[np.float64]:
        """Take a step: return the outputs (episodes, outputs) for inputs (episodes, inputs).

        Of a single episode, inputs (inputs,) give outputs (outputs,). UserError for another shape.
        """
        given = numbers_of(x, "the inputs of a step")
        rows = given[None] if given.ndim == 1 and self.episodes == 1 else given
        if rows.shape != (self.episodes, self._network.inputs):
            raise UserError(
                f"expected inputs of shape ({self.episodes}, {self._network.inputs}), got "
                f"{given.shape}"
            )
        self._values[1 : self._first, : self.episodes] = rows.T
        forward(self._packed, 0, self._weights, self._values, self._values.shape[1])
        remember(self._packed, 0, self._values, self._first, self._values.shape[1])
        found = self._values[-self._network.outputs :, : self.episodes].T.copy()
        return found[0] if given.ndim == 1 else found

    def __repr__(self) -> str:
        """Return in short what is computed, and how often."""
        return f"Stepper({self._network!r}, {self.episodes} episodes)"
