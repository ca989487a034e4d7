"""Rounds in which all genomes of a generation are scored at once."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.config import SearchConfig
from wann.evaluators.evaluator import Evaluation, Evaluator
from wann.evolution.generational import Search
from wann.evolution.islands import Islands
from wann.experiments.growing.race import Race, race
from wann.experiments.growing.rounds import ScoredGeneration, promise_of
from wann.experiments.growing.staged import Conditions, Staged
from wann.experiments.growing.weights_and_episodes import at_fixed_weights, trials_in
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.tasks.task import Task

Enter = Callable[[Weightings], int]


class GenerationalRounds:
    """Scores all genomes of a generation in one call, then breeds the next."""

    def __init__(
        self,
        config: SearchConfig,
        task: Task,
        evaluator: Evaluator,
        search: Search | Islands,
        enter: Enter | None = None,
    ) -> None:
        """Begin.

        Args:
            config: the settings of the search.
            task: what networks are scored on.
            evaluator: who scores them.
            search: the search at its beginning.
            enter: lets others enter a generation that was asked for, under its shared weights, and
                returns the steps that this took.
        """
        self.task, self.evaluator, self.search = task, evaluator, search
        self.staged = Staged(config, task)
        self._enter = enter

    def next(self) -> ScoredGeneration:
        """Evaluate one generation and breed the next."""
        self.search.ask()
        now = self.staged.at(self.search.generation)
        weights, episodes = trials_in(now.config, now.task, self.search.generation)
        started = time.perf_counter()
        steps = self._enter(weights) if self._enter else 0
        entering = time.perf_counter() - started
        evaluation, finished = self._score(now, weights, episodes)
        started = time.perf_counter()
        generation = self.search.tell(evaluation.returns)
        breeding = entering + time.perf_counter() - started
        promise = promise_of(generation, at_fixed_weights(now.config, evaluation.returns))
        promise[~finished] = -np.inf
        steps += int(evaluation.steps.sum())
        return ScoredGeneration(generation, promise, steps, breeding)

    def _score(self, now: Conditions, weights: Weightings, episodes: NDArray[Any]) -> Race:
        """Score all genomes: on all episodes, or as far as they come in a race."""
        networks, first = self.search.networks, now.config.race_episodes

        def evaluate(chosen: Sequence[Network], played: NDArray[Any]) -> Evaluation:
            return self.evaluator.evaluate(now.task, chosen, weights, played)

        if not 0 < first < len(episodes):
            return Race(evaluate(networks, episodes), np.ones(len(networks), dtype=np.bool_))
        return race(
            evaluate(networks, episodes[:first]),
            now.config.race_share,
            lambda chosen: evaluate([networks[i] for i in chosen], episodes[first:]),
        )

    def confirm(
        self, networks: Sequence[Network], weights: Weightings, episodes: NDArray[Any]
    ) -> Iterator[Evaluation]:
        """Yield what each network earns; all are scored at once, so that all cores are busy."""
        if not networks:
            return
        scored = self.evaluator.evaluate(self.task.confirmed_on, networks, weights, episodes)
        for returns, steps in zip(scored.returns, scored.steps, strict=True):
            yield Evaluation(returns[None], steps[None])

    def close(self) -> None:
        """Nothing is under way between two generations."""
