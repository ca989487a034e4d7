"""What is measured or tuned, by whom and with which seed, as one value."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice
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
        self, weightings: Iterable[Weightings], episodes: NDArray[Any]
    ) -> NDArray[np.float64]:
        """Return what the network earns where each episode has weightings of its own.

        As many are under way as keep all workers busy, where the evaluator takes several at once.
        The result is (episodes, weightings).
        """
        given = enumerate(zip(weightings, episodes, strict=True))
        found: list[Any] = [None] * len(episodes)
        evaluator = self.evaluator
        if not isinstance(evaluator, AsynchronousEvaluator):
            for i, (weights, episode) in given:
                found[i] = self.returns(weights, np.array([episode]))[:, 0]
            return np.array(found)

        def hand_in(count: int) -> None:
            for i, (weights, episode) in islice(given, count):
                part = np.array([episode])
                evaluator.submit(i, self.task, [self.network], weights, part)

        hand_in(evaluator.slots)
        for _ in episodes:
            i, evaluation = evaluator.completed()
            found[i] = evaluation.returns[0, :, 0]
            hand_in(1)
        return np.array(found)
