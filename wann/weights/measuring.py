"""What is measured or tuned, by whom and with which seed, as one value."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.errors import short_repr
from wann.evaluators.evaluator import AsynchronousEvaluator, Evaluation, Evaluator
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.tasks.task import Task


@dataclass(frozen=True, eq=False)
class Measuring:
    """A network on a task, the evaluator that scores it, and the seed of all that is drawn."""

    task: Task
    network: Network
    evaluator: Evaluator
    seed: int = 0

    def __repr__(self) -> str:
        return short_repr(self)

    @property
    def held_out(self) -> "Measuring":
        """The same on the part of the task on which results are reported."""
        return self.on(self.task.held_out)

    def on(self, task: Task) -> "Measuring":
        """Return the same on another task."""
        return replace(self, task=task)

    def evaluate(self, weights: Weightings, episodes: NDArray[Any]) -> Evaluation:
        """Return what the network earns with each of `weights` in each of `episodes`."""
        return self.evaluator.evaluate(self.task, [self.network], weights, episodes)

    def returns(self, weights: Weightings, episodes: NDArray[Any]) -> NDArray[np.float64]:
        """Return what the network earns (weightings, episodes)."""
        returns: NDArray[np.float64] = self.evaluate(weights, episodes).returns[0]
        return returns

    def returns_of_each(
        self, weightings: Sequence[Weightings], episodes: NDArray[Any]
    ) -> NDArray[np.float64]:
        """Return what the network earns where each episode has weightings of its own.

        All are handed in at once where the evaluator takes that, so that no worker waits for
        another. The result is (episodes, weightings).
        """
        parts = [episodes[i : i + 1] for i in range(len(episodes))]
        found: list[Any] = [None] * len(parts)
        if isinstance(self.evaluator, AsynchronousEvaluator):
            for i, (weights, part) in enumerate(zip(weightings, parts, strict=True)):
                self.evaluator.submit(i, self.task, [self.network], weights, part)
            for _ in parts:
                i, evaluation = self.evaluator.completed()
                found[i] = evaluation.returns[0, :, 0]
        else:
            for i, (weights, part) in enumerate(zip(weightings, parts, strict=True)):
                found[i] = self.returns(weights, part)[:, 0]
        return np.array(found)
