"""Rounds in which masks are trained: a generation is one network, after a block of steps."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.config import SearchConfig
from wann.evaluators.evaluator import Evaluation, Evaluator
from wann.evolution.generation import judge
from wann.experiments.growing.mask_search import MaskSearch
from wann.experiments.growing.rounds import ScoredGeneration
from wann.experiments.growing.weights_and_episodes import trials_in
from wann.network.genome import Genome
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.tasks.optional_abilities import accuracy_task
from wann.tasks.task import Task


class GradientRounds:
    """Trains a block of steps, and measures the accuracy of the network that is left.

    Steps are examples times shared weights: those of the training, and those of measuring.
    """

    def __init__(
        self, config: SearchConfig, task: Task, evaluator: Evaluator, start: Genome | None = None
    ) -> None:
        """Begin, with the hidden nodes of `start` if there is one; UserError as `MaskSearch`."""
        self.search = MaskSearch(config, task, start)
        self.config, self.task, self.evaluator = config, task, evaluator
        measured = accuracy_task(task)
        assert measured is not None
        self._measured = measured

    def next(self) -> ScoredGeneration:
        """Train a block of steps; the network's return is its accuracy on training examples."""
        number = self.search.generation
        weights, episodes = trials_in(self.config, self.task, number)
        started = time.perf_counter()
        network, steps = self.search.advance()
        training = time.perf_counter() - started
        evaluation = self.evaluator.evaluate(self._measured, [network], weights, episodes)
        generation = judge(
            number, self.search.population, [network], evaluation.returns.mean(axis=2)
        )
        taken = steps * self.search.examples_in_step + int(evaluation.steps.sum())
        # There is one network in a generation, and each is worth to be confirmed.
        promise = np.ones(1)
        return ScoredGeneration(generation, promise, taken, training)

    def confirm(
        self, networks: Sequence[Network], weights: Weightings, episodes: NDArray[Any]
    ) -> Iterator[Evaluation]:
        """Yield the accuracies of each network, one after the other."""
        return (
            self.evaluator.evaluate(self._measured, [network], weights, episodes)
            for network in networks
        )

    def close(self) -> None:
        """Nothing is under way between two blocks."""
