"""Rounds of an evolution strategy: all candidates of a generation are scored at once."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.config import SearchConfig
from wann.evaluators.evaluator import Evaluation, Evaluator
from wann.experiments.growing.rounds import ScoredGeneration, promise_of
from wann.experiments.growing.score_search import ScoreSearch
from wann.experiments.growing.weights_and_episodes import at_fixed_weights, trials_in
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.tasks.task import Task


class StrategyRounds:
    """Scores the candidates of a generation in one call, then moves what they are drawn from.

    Networks of an agnostic parent compute the same with w and -w, so each magnitude is run once.
    """

    def __init__(
        self,
        config: SearchConfig,
        task: Task,
        evaluator: Evaluator,
        sizes: Sequence[int] | None = None,
    ) -> None:
        """Begin; `sizes`, and UserError, as `ScoreSearch`."""
        self.search = ScoreSearch(config, task.inputs, task.outputs, sizes)
        self.config, self.task, self.evaluator = config, task, evaluator

    def next(self) -> ScoredGeneration:
        """Score one generation and draw the next from what it tells."""
        self.search.ask()
        weights, episodes = trials_in(self.config, self.task, self.search.generation)
        evaluation = self.score(self.search.networks, weights, episodes)
        started = time.perf_counter()
        generation = self.search.tell(evaluation.returns)
        moving = time.perf_counter() - started
        promise = promise_of(generation, at_fixed_weights(self.config, evaluation.returns))
        return ScoredGeneration(generation, promise, int(evaluation.steps.sum()), moving)

    def confirm(
        self, networks: Sequence[Network], weights: Weightings, episodes: NDArray[Any]
    ) -> Iterator[Evaluation]:
        """Yield what each network earns, one after the other."""
        task = self.task.confirmed_on
        return (self.score([network], weights, episodes, task) for network in networks)

    def score(
        self,
        networks: Sequence[Network],
        weights: Weightings,
        episodes: NDArray[Any],
        task: Task | None = None,
    ) -> Evaluation:
        """Return what `networks` of the parent earn; steps are those that were run.

        `task` is by default that of the search.
        """
        task = task or self.task
        if not self.search.parent.signed:
            return self.evaluator.evaluate(task, networks, weights, episodes)
        magnitudes, index = np.unique(np.abs(weights.values[:, 0]), return_inverse=True)
        once = self.evaluator.evaluate(task, networks, Weightings.shared(magnitudes), episodes)
        return Evaluation(once.returns[:, index], once.steps)

    def close(self) -> None:
        """Nothing is under way between two generations."""
