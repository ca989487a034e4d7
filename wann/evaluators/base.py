"""Who runs the scoring. An evaluator takes networks and returns their scores in the same order."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.tasks.base import Task


class Evaluation(NamedTuple):
    """What networks earned."""

    returns: NDArray[np.float64]  # (networks, weightings, episodes)
    # (networks,) environment steps actually run; 0 for a copy of an earlier network
    steps: NDArray[np.int64]


class Evaluator(Protocol):
    """Scores networks.

    The result depends on the arguments alone: not on threads, processes or their order.
    """

    def evaluate(
        self,
        task: Task,
        networks: Sequence[Network],
        weights: Weightings,
        episodes: NDArray[Any],
    ) -> Evaluation:
        """Return what each of `networks` earned with each weighting in each episode.

        `weights` are shared, or individual ones for a single network; `episodes` as drawn by
        `task.draw_episodes`.
        """

    def close(self) -> None:
        """Release threads or processes; the evaluator is not used afterwards."""


class AsynchronousEvaluator(Protocol):
    """Scores submissions as workers come free.

    What a submission earns depends on its arguments alone, as above.
    """

    slots: int  # how many submissions keep all workers busy

    def submit(
        self,
        number: int,
        task: Task,
        networks: Sequence[Network],
        weights: Weightings,
        episodes: NDArray[Any],
    ) -> None:
        """Begin to score `networks` and return at once; `number` is the caller's name for them."""

    def completed(self) -> tuple[int, Evaluation]:
        """Wait until some submission is done.

        Return its number and what it earned. Each is returned once.
        """
