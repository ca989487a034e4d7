"""Scoring on a graphics card: all lanes of a generation at once, each in a thread of the card."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError, in_one_line
from wann.evaluators.batches import check_shapes, unique_networks
from wann.evaluators.evaluator import Evaluation
from wann.evaluators.threads import ThreadEvaluator
from wann.kernels.cuda.compiler import cuda, is_of_card, strictly
from wann.kernels.cuda.device import select_card
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.tasks.optional_abilities import OnCards
from wann.tasks.task import Task


class CudaEvaluator:
    """Sends networks to a card, and takes back what they earned: the same bytes as on the CPU.

    What a card cannot score, as accuracies on test images, is scored by threads of the CPU.
    """

    def __init__(self, task: Task, card: int, threads: int | None = None) -> None:
        """Select a card, and see whether it can score a task.

        Args:
            task: what will be scored at.
            card: the number of the card.
            threads: how many threads the CPU uses (default: one for every core).

        Raises:
            UserError: where there is no such card, or the task has no kernel for it.
        """
        if not _has_kernel(task):
            raise UserError(
                f"device: {task.name} has no kernel for graphics cards: expected swing-up, classic "
                "control with its own kernels, or a data set; leave out --device"
            )
        self.card = select_card(card)
        self._number = card
        self._threads = ThreadEvaluator(threads)

    def evaluate(
        self,
        task: Task,
        networks: Sequence[Network],
        weights: Weightings | NDArray[np.float64],
        episodes: NDArray[Any],
    ) -> Evaluation:
        """Score `networks`; equal networks are scored once. See `Evaluator.evaluate`."""
        weights = Weightings.of(weights)
        if not (isinstance(task, OnCards) and _has_kernel(task) and task.fits_card(weights)):
            return self._threads.evaluate(task, networks, weights, episodes)
        check_shapes(task, networks, weights, episodes)
        unique, index = unique_networks(networks)
        returns = np.empty((len(unique), len(weights), len(episodes)))
        steps, taken = np.zeros(len(unique), np.int64), np.zeros(len(networks), np.int64)
        try:
            with strictly():
                cuda.select_device(self._number)  # another evaluator may have selected another one
                task.score_on_card(unique, weights, episodes, returns, steps)
        except Exception as problem:
            if not is_of_card(problem):
                raise
            raise UserError(
                f"device: {self.card} failed ({in_one_line(problem)}); if another process fills "
                "its memory, end that; without --device all is computed on the CPU, and a search "
                "goes on by `wann resume`"
            ) from problem
        taken[np.unique(index, return_index=True)[1]] = steps
        return Evaluation(returns[index], taken)

    def close(self) -> None:
        """Stop the threads."""
        self._threads.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _has_kernel(task: Task) -> bool:
    """Return whether a card scores a task as its `score` does: no class changes that alone."""

    def definer(name: str) -> type:
        return next(kind for kind in type(task).__mro__ if name in vars(kind))

    return isinstance(task, OnCards) and definer("score") is definer("score_on_card")
