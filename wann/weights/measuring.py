"""What is measured or tuned, by whom and with which seed, as one value."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.errors import short_repr
from wann.evaluators.evaluator import AsynchronousEvaluator, Evaluation, Evaluator
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.tasks.task import Task

_NUMBERS = count()  # of submissions, so that none is taken for another of this process


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

        As many are under way as keep all workers busy, where the evaluator takes several at once;
        nothing else may be under way there. The result is (episodes, weightings).
        """
        given = enumerate(zip(weightings, ([episode] for episode in episodes), strict=True))
        evaluator = self.evaluator
        if not isinstance(evaluator, AsynchronousEvaluator):
            return np.array([self.returns(one, np.array(part))[:, 0] for _, (one, part) in given])
        found: list[Any] = [None] * len(episodes)
        places: dict[int, int] = {}  # of what is under way, by its number
        done = 0
        try:
            while done < len(episodes):
                free = max(0, evaluator.slots - len(places))
                for place, (one, part) in islice(given, free):
                    number = next(_NUMBERS)
                    evaluator.submit(number, self.task, [self.network], one, np.array(part))
                    places[number] = place
                number, evaluation = evaluator.completed()
                if number in places:  # else of a call that was interrupted
                    found[places.pop(number)] = evaluation.returns[0, :, 0]
                    done += 1
        except BaseException:
            # Whoever has the evaluator next must not meet what else fails; one has been met
            for _ in range(len(places) - 1):
                with suppress(Exception):
                    evaluator.completed()
            raise
        return np.array(found)
