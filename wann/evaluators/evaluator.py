"""What an evaluator is: it takes networks, and returns what they earned in the same order."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from wann.errors import short_repr
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.tasks.task import Task


class Evaluation(NamedTuple):
    """What networks earned, in the order in which they were given."""

    returns: NDArray[np.float64]  # (networks, weightings, episodes)
    # (networks,) steps that were run; 0 for a network that is a copy of an earlier one
    steps: NDArray[np.int64]

    def __repr__(self) -> str:
        return short_repr(self)


class Evaluator(Protocol):
    """Scores networks.

    The result depends on the arguments alone: not on threads, processes or their order.
    """

    def evaluate(
        self,
        task: Task,
        networks: Sequence[Network],
        weights: Weightings | NDArray[np.float64],
        episodes: NDArray[Any],
    ) -> Evaluation:
        """Return what each of `networks` earned with each weighting in each episode.

        `weights` are shared, or individual ones for a single network; an array of them is taken as
        `Weightings.of` takes it. `episodes` (episodes,) are as drawn by `task.draw_episodes`.

        Raises:
            ValueError: where networks, weights and task do not fit each other.
            UserError: where the task cannot be run.
        """

    def close(self) -> None:
        """Release threads or processes; the evaluator is not used afterwards."""


@runtime_checkable
class AsynchronousEvaluator(Evaluator, Protocol):
    """Scores submissions as workers come free.

    What a submission earns depends on its arguments alone, as above.
    """

    slots: int  # how many submissions keep all workers busy

    def submit(
        self,
        number: int,
        task: Task,
        networks: Sequence[Network],
        weights: Weightings | NDArray[np.float64],
        episodes: NDArray[Any],
    ) -> None:
        """Begin to score `networks`, and return at once.

        Args:
            number: the caller's name for the submission.
            task: what to score at.
            networks: what to score.
            weights: shared, or individual ones for a single network, as in `evaluate`.
            episodes: (episodes,) as drawn by `task.draw_episodes`.
        """

    def completed(self) -> tuple[int, Evaluation]:
        """Wait until some submission is done, and return its number and what it earned.

        Each is returned once. What went wrong in a submission is raised here.
        """
