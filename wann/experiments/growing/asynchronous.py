"""Rounds in which genomes are scored in small submissions, as workers come free."""

import contextlib
import time
from collections import deque
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.config import SearchConfig
from wann.errors import UserError
from wann.evaluators.evaluator import AsynchronousEvaluator, Evaluation
from wann.evolution.asynchronous import AsynchronousSearch
from wann.experiments.growing.rounds import ScoredGeneration, promise_of
from wann.experiments.growing.weights_and_episodes import at_fixed_weights, trials_in
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.runs.completions import Completions
from wann.tasks.task import Task

# Genomes in a submission, by what the task's workers are: handing one out costs some 0.1 ms, which
# is nothing beside episodes of a simulator in Python, and a third of what a genome takes in
# compiled ones.
_BATCH = {"threads": 8, "processes": 1}


def batch_of(task: Task) -> int:
    """Return how many genomes of `task` make a submission."""
    return _BATCH[task.workers]


class _Closed(NamedTuple):
    """A generation that was told whole, and the search as it was then."""

    scored: ScoredGeneration
    numbers: list[int]  # in the order of completion
    search: AsynchronousSearch


class AsynchronousRounds:
    """Keeps every worker busy, and tells the search of each submission as soon as it is completed.

    Where a record of an earlier run is repeated, the order is that of the record. `search` is as it
    was at the end of the generation last returned, which is what a checkpoint holds. A copy of it
    goes ahead, so that no worker waits for confirmations either.
    """

    def __init__(
        self,
        config: SearchConfig,
        task: Task,
        evaluator: AsynchronousEvaluator,
        search: AsynchronousSearch,
        record: Completions,
    ) -> None:
        """Begin with `search` as it is.

        Args:
            config: The settings of the search.
            task: What genomes are scored on.
            evaluator: What scores submissions.
            search: The search that is told of each of them.
            record: The order of completion: of an earlier run that is repeated, or empty.
        """
        self.config, self.task, self.evaluator = config, task, evaluator
        self.search, self.record = search, record
        # Copied when it is needed: `search` may be restored until then
        self._ahead: AsynchronousSearch | None = None
        self._waiting: deque[tuple[int, Sequence[Network], Weightings, NDArray[Any]]] = deque()
        self._under_way = 0
        self._arrived: dict[int, Evaluation] = {}
        self._closed: deque[_Closed] = deque()
        # Submissions told in the generation that is not closed yet, and what they took
        self._numbers: list[int] = []
        self._steps, self._breeding = 0, 0.0
        # Confirmations have numbers below 0, submissions of the search have them from 0 on.
        self._last_confirmation = 0
        self._trials = lru_cache(maxsize=4)(lambda generation: trials_in(config, task, generation))

    def next(self) -> ScoredGeneration:
        """Return the next generation: a population of genomes in the order of completion."""
        self._go_on()
        while not self._closed:
            self._wait()
        scored, numbers, search = self._closed.popleft()
        self.record.add(self.search.told, numbers)
        self.search = search
        return scored

    def confirm(
        self, networks: Sequence[Network], weights: Weightings, episodes: NDArray[Any]
    ) -> Iterator[Evaluation]:
        """Yield what each of `networks` earns, in their order.

        The episodes are cut into parts as long as a submission, which go before those that wait.
        """
        size = self.config.episodes * batch_of(self.task)
        parts = [episodes[first : first + size] for first in range(0, len(episodes), size)]
        last = self._last_confirmation
        numbers = [
            range(last - (i + 1) * len(parts), last - i * len(parts)) for i in range(len(networks))
        ]
        self._last_confirmation -= len(networks) * len(parts)  # so that no number is used twice
        submissions = [
            (number, [network], weights, part)
            for network, own in zip(networks, numbers, strict=True)
            for number, part in zip(own, parts, strict=True)
        ]
        self._waiting.extendleft(reversed(submissions))
        self._go_on()
        for own in numbers:
            while not all(number in self._arrived for number in own):
                self._wait()
            done = [self._arrived.pop(number) for number in own]
            returns = np.concatenate([evaluation.returns for evaluation in done], axis=2)
            yield Evaluation(returns, np.sum([evaluation.steps for evaluation in done], axis=0))

    def close(self) -> None:
        """Wait for what is under way, so that the evaluator is free for others.

        What is not recorded is forgotten.
        """
        while self._under_way:
            self._under_way -= 1
            with contextlib.suppress(UserError):
                self.evaluator.completed()
        self._ahead, self._numbers, self._steps, self._breeding = None, [], 0, 0.0
        for left in (self._waiting, self._arrived, self._closed):
            left.clear()

    def _wait(self) -> None:
        """Wait for the next completion, and do what it makes possible."""
        number, evaluation = self.evaluator.completed()
        self._under_way -= 1
        self._arrived[number] = evaluation
        self._go_on()

    def _go_on(self) -> None:
        """Tell the search what may be told, and hand out what may be handed out."""
        self._ahead = search = self._ahead or self.search.copy()
        self._queue(search)
        while not search.finished:
            number = self.record.at(search.told)
            if number is None:
                number = next((number for number in self._arrived if number >= 0), None)
            elif not search.is_open(number):
                raise self.record.stray(search.told)
            if number not in self._arrived:
                break
            self._tell(search, number, self._arrived.pop(number))
            self._queue(search)
        while self._waiting and self._under_way < self.evaluator.slots:
            number, networks, weights, episodes = self._waiting.popleft()
            task = self.task.confirmed_on if number < 0 else self.task
            self.evaluator.submit(number, task, networks, weights, episodes)
            self._under_way += 1

    def _queue(self, search: AsynchronousSearch) -> None:
        for submission in search.ask():
            self._waiting.append(
                (submission.number, submission.networks, *self._trials(submission.generation))
            )

    def _tell(self, search: AsynchronousSearch, number: int, evaluation: Evaluation) -> None:
        started = time.perf_counter()
        generation = search.tell(number, evaluation.returns)
        self._breeding += time.perf_counter() - started
        self._numbers.append(number)
        self._steps += int(evaluation.steps.sum())
        if generation:
            promise = promise_of(
                generation, at_fixed_weights(self.config, search.earned[:, :, None])
            )
            scored = ScoredGeneration(generation, promise, self._steps, self._breeding)
            self._closed.append(_Closed(scored, self._numbers, search.copy()))
            self._numbers, self._steps, self._breeding = [], 0, 0.0
