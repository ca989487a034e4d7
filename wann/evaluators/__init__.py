"""Who runs the scoring. An evaluator takes networks and returns their scores in the same order."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from wann.network import Network
from wann.tasks import Task


class Evaluation(NamedTuple):
    """What networks earned."""

    returns: NDArray[np.float64]  # (networks, weightings, episodes)
    steps: NDArray[np.int64]  # (networks,) environment steps actually run; 0 for a copy of an earlier network


class Evaluator(Protocol):
    """Scores networks. The result depends on the arguments alone: not on threads, processes or their order."""

    def evaluate(
        self, task: Task, networks: Sequence[Network], weights: NDArray[np.float64], episodes: NDArray[Any]
    ) -> Evaluation:
        """Return what each of `networks` earned with each weighting in each episode.

        `weights` (weightings, 1) shared by all connections, or (weightings, connections) for a single network;
        `episodes` as drawn by `task.draw_episodes`.
        """

    def close(self) -> None:
        """Release threads or processes; the evaluator is not used afterwards."""


class AsynchronousEvaluator(Protocol):
    """Scores submissions in whatever order they are done. What each returns depends on its arguments alone."""

    slots: int  # how many submissions keep all workers busy

    def submit(
        self,
        ticket: int,
        task: Task,
        networks: Sequence[Network],
        weights: NDArray[np.float64],
        episodes: NDArray[Any],
    ) -> None:
        """Hand in networks to score, as `Evaluator.evaluate` takes them, under a number of one's own."""

    def completed(self) -> tuple[int, Evaluation]:
        """Wait until some submission is done; return its ticket and what its networks earned."""
