"""A shared weight with signs: one magnitude for all, each connection with the sign from training.

It is an evaluator around another one, so that whatever measures or tunes shared weights does it
with signs as well, by the same code.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.evaluators.evaluator import Evaluation, Evaluator
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.tasks.task import Task


class SignedEvaluator:
    """Scores one network.

    A shared weight stands for its magnitude, times `signs` (connections,), each 1 or -1.
    """

    def __init__(self, inner: Evaluator, signs: NDArray[np.float64]) -> None:
        self._inner, self._signs = inner, signs

    def evaluate(
        self,
        task: Task,
        networks: Sequence[Network],
        weights: Weightings | NDArray[np.float64],
        episodes: NDArray[Any],
    ) -> Evaluation:
        """Score the network; `weights` are shared. See `Evaluator.evaluate`."""
        weights = Weightings.of(weights)
        if not weights.is_shared or len(networks) != 1:
            kind = "shared" if weights.is_shared else "individual"
            raise ValueError(
                f"expected shared weights of one network, got {kind} ones for {len(networks)}"
            )
        signed = Weightings.individual(np.abs(weights.values) * self._signs)
        return self._inner.evaluate(task, networks, signed, episodes)

    def close(self) -> None:
        """Release nothing, since the evaluator inside belongs to whoever made it."""


def signs_of(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1 or -1 for each of `weights`; zero counts as positive."""
    return np.where(weights < 0.0, -1.0, 1.0)
