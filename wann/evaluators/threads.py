"""Scoring on the threads of this process: kernels hold no GIL, so each thread fills a core."""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from queue import SimpleQueue
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from wann.evaluators.batches import check_shapes, equal_spans, room_for, unique_networks
from wann.evaluators.evaluator import Evaluation
from wann.kernels.nodes import SEATS
from wann.kernels.vectors import LANES
from wann.machine.cores import available_cores
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.tasks.task import Task

# Small enough that all threads end together, large enough that handing one out (some 20 us) costs
# nothing.
_PIECES_PER_THREAD = 8
# Lanes that run in lockstep: their values still fit the first-level cache.
_LANES = 96
# Of one network, as many vectors as are computed side by side.
_FEWEST_LANES = SEATS * LANES
# Submissions for each thread: one at work, and one to go on with while the caller is busy.
_SLOTS_PER_THREAD = 2


class ThreadEvaluator:
    """Splits networks, and long lists of episodes, over threads."""

    def __init__(self, threads: int | None = None) -> None:
        """`threads` is how many there are (default: one for every core)."""
        self.threads = threads or available_cores()
        self._pool = ThreadPoolExecutor(self.threads) if self.threads > 1 else None
        self.slots = _SLOTS_PER_THREAD * self.threads if self._pool else 1
        self._waiting: deque[tuple[int, Callable[[], Evaluation]]] = deque()  # without a pool
        self._done: SimpleQueue[tuple[int, Future[Evaluation]]] = SimpleQueue()

    def evaluate(
        self,
        task: Task,
        networks: Sequence[Network],
        weights: Weightings | NDArray[np.float64],
        episodes: NDArray[Any],
    ) -> Evaluation:
        """Score `networks`; equal networks are scored once. See `Evaluator.evaluate`."""
        weights = Weightings.of(weights)
        check_shapes(task, networks, weights, episodes)
        unique, index = unique_networks(networks)
        packed = task.pack(unique)
        returns = room_for(len(unique), len(weights), len(episodes))
        blocks = _blocks(task, len(unique), len(weights), len(episodes), self.threads)
        steps = np.zeros((len(blocks), len(unique)), dtype=np.int64)
        pieces = (
            max(1, self.threads * _PIECES_PER_THREAD // len(blocks))
            if task.spread == "networks"
            else 1
        )
        spans = equal_spans(unique, pieces)

        def run(piece: tuple[int, tuple[int, int]]) -> None:
            i, span = piece
            some, part = blocks[i]
            task.score(
                packed, span, weights[some], episodes[part], returns[:, some, part], steps[i]
            )

        work = [(i, span) for span in spans for i in range(len(blocks))]
        for _ in self._pool.map(run, work) if self._pool else map(run, work):
            pass
        taken = np.zeros(len(networks), dtype=np.int64)
        taken[np.unique(index, return_index=True)[1]] = steps.sum(axis=0)
        return Evaluation(returns[index], taken)

    def submit(
        self,
        number: int,
        task: Task,
        networks: Sequence[Network],
        weights: Weightings | NDArray[np.float64],
        episodes: NDArray[Any],
    ) -> None:
        """Let one thread score `networks`. See `AsynchronousEvaluator.submit`.

        Args:
            number: the caller's name for the submission.
            task: as in `evaluate`.
            networks: as in `evaluate`.
            weights: as in `evaluate`.
            episodes: as in `evaluate`.
        """
        weights = Weightings.of(weights)
        check_shapes(task, networks, weights, episodes)
        score = partial(_score_alone, task, networks, weights, episodes)
        if self._pool:
            self._pool.submit(score).add_done_callback(lambda done: self._done.put((number, done)))
        else:
            self._waiting.append((number, score))

    def completed(self) -> tuple[int, Evaluation]:
        """Wait until some submission is done; see `AsynchronousEvaluator.completed`."""
        if self._pool:
            number, done = self._done.get()
            return number, done.result()
        number, score = self._waiting.popleft()
        return number, score()

    def close(self) -> None:
        """Stop the threads; what was submitted and not begun is dropped."""
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _score_alone(
    task: Task, networks: Sequence[Network], weights: Weightings, episodes: NDArray[Any]
) -> Evaluation:
    """Score `networks` in this thread, in blocks as small as `ThreadEvaluator.evaluate` makes."""
    packed = task.pack(networks)
    returns = room_for(len(networks), len(weights), len(episodes))
    taken, steps = np.zeros(len(networks), np.int64), np.zeros(len(networks), np.int64)
    for some, part in _blocks(task, len(networks), len(weights), len(episodes), 1):
        task.score(
            packed, (0, len(networks)), weights[some], episodes[part], returns[:, some, part], steps
        )
        taken += steps
    return Evaluation(returns, taken)


def _blocks(
    task: Task, networks: int, weights: int, episodes: int, threads: int
) -> list[tuple[slice, slice]]:
    """Cut weightings and episodes into blocks, each of which is scored by one call of a task.

    A block has about _LANES lanes or, where the task spreads its episodes, as many of them as keep
    all threads busy. Where few networks are to do that blocks are smaller, down to _FEWEST_LANES.
    A simulator in Python keeps its weightings together, as it may play some once for several.
    """
    if task.spread == "episodes":
        each = episodes if threads == 1 else -(-episodes // (threads * _PIECES_PER_THREAD))
        return [(slice(weights), slice(i, i + each)) for i in range(0, episodes, max(1, each))]
    pieces = -(-threads * _PIECES_PER_THREAD // networks)
    lanes = min(_LANES, max(_FEWEST_LANES, -(-weights * episodes // pieces)))
    width = weights if task.workers == "processes" else min(weights, lanes)
    block = max(1, lanes // width)
    return [
        (slice(i, i + width), slice(j, j + block))
        for i in range(0, weights, width)
        for j in range(0, episodes, block)
    ]
