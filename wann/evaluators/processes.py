"""Scoring in processes: for simulators in Python, which hold the interpreter's lock.

Workers are started afresh (`starting`), so that neither threads nor locks of this process are in
them. Arrays and the task's spec are sent, and objects of the user's own that were passed
(`wann.own`): what else a script defines workers know only if it has the usual
`if __name__ == "__main__":` (`main_script`).
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from wann.evaluators.batches import check_shapes, equal_spans, unique_networks
from wann.evaluators.evaluator import Evaluation
from wann.evaluators.guard import Guard, Scores
from wann.evaluators.guarded_worker import Work
from wann.machine.cores import available_cores
from wann.network.network import Network, own_activations
from wann.network.weightings import Weightings
from wann.tasks.task import Task
from wann.terminal import warn

# Small enough that all workers end together; handing one out costs about a millisecond.
_PIECES_PER_WORKER = 8
# Lanes that a worker steps at once.
_LANES = 96
# Submissions for each worker: one at work, and one to go on with while the caller is busy.
_SLOTS_PER_WORKER = 2
# How often it is looked whether there is anything to say to the user.
_SAY_SECONDS = 0.5


class Chunk(NamedTuple):
    """Which part of an evaluation a piece of work is."""

    networks: slice
    episodes: slice
    work: Work


class ProcessEvaluator:
    """Splits networks, and long lists of episodes, over processes."""

    def __init__(self, workers: int | None = None, tell: Callable[[str], None] = warn) -> None:
        """`workers` is how many there are (default: one for every core).

        `tell` takes lines for the user on episodes that count as failed.
        """
        self.workers = workers or available_cores()
        self.slots = _SLOTS_PER_WORKER * self.workers
        self._tell = tell
        # A thread for each worker, which waits for what it does
        self._pool: ThreadPoolExecutor | None = None
        self._guards: list[Guard] = []
        self._free: SimpleQueue[Guard] = SimpleQueue()
        self._said: SimpleQueue[str] = SimpleQueue()
        self._done: SimpleQueue[tuple[int, Future[Scores]]] = SimpleQueue()

    @property
    def pids(self) -> list[int]:
        """The numbers of the worker processes that there are."""
        return [guard.pid for guard in self._guards if guard.pid is not None]

    def evaluate(
        self,
        task: Task,
        networks: Sequence[Network],
        weights: Weightings | NDArray[np.float64],
        episodes: NDArray[Any],
    ) -> Evaluation:
        """Score `networks`; equal networks are scored once. See `Evaluator.evaluate`.

        Where a worker hangs or dies, another goes on with what it had not finished (`Guard`);
        UserError if workers die too often.
        """
        weights = Weightings.of(weights)
        check_shapes(task, networks, weights, episodes)
        unique, index = unique_networks(networks)
        returns = np.empty((len(unique), len(weights), len(episodes)))
        steps = np.zeros(len(unique), dtype=np.int64)
        chunks = _cut(task, unique, weights, episodes, self.workers)
        pool = self._started()
        waiting = [pool.submit(self._score, chunk.work) for chunk in chunks]
        try:
            for chunk, future in zip(chunks, waiting, strict=True):
                earned, taken = self._result_of(future)
                returns[chunk.networks, :, chunk.episodes] = earned
                steps[chunk.networks] += taken
        except BaseException:
            for future in waiting:
                future.cancel()
            raise
        taken = np.zeros(len(networks), dtype=np.int64)
        taken[np.unique(index, return_index=True)[1]] = steps
        return Evaluation(returns[index], taken)

    def submit(
        self,
        number: int,
        task: Task,
        networks: Sequence[Network],
        weights: Weightings | NDArray[np.float64],
        episodes: NDArray[Any],
    ) -> None:
        """Let one worker score `networks`. See `AsynchronousEvaluator.submit`.

        Args:
            number: the caller's name for the submission.
            task: as in `evaluate`.
            networks: as in `evaluate`.
            weights: as in `evaluate`.
            episodes: as in `evaluate`.
        """
        weights = Weightings.of(weights)
        check_shapes(task, networks, weights, episodes)
        packed, own = task.pack(networks), own_activations(networks)
        work = Work(task.spec, own, packed, len(networks), weights, episodes)
        future = self._started().submit(self._score, work)
        future.add_done_callback(lambda done: self._done.put((number, done)))

    def completed(self) -> tuple[int, Evaluation]:
        """Wait until some submission is done; see `AsynchronousEvaluator.completed`.

        UserError as above.
        """
        while True:
            with suppress(Empty):
                number, done = self._done.get(timeout=_SAY_SECONDS)
                break
            self._say()
        return number, Evaluation(*self._result_of(done))

    def close(self, kill: bool = False) -> None:
        """Stop the workers; with `kill`, in the middle of what they do."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        guards, self._guards, self._free = self._guards, [], SimpleQueue()
        if kill:
            for guard in guards:
                guard.kill()
        pool.shutdown(wait=True, cancel_futures=True)
        for guard in guards:
            guard.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self.close(kill=kind is not None)

    def _started(self) -> ThreadPoolExecutor:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self.workers)
            self._guards = [Guard(self._said.put) for _ in range(self.workers)]
            for guard in self._guards:
                self._free.put(guard)
        return self._pool

    def _result_of(self, future: "Future[Scores]") -> Scores:
        """Wait for the result of a piece of work, and say meanwhile what there is to say."""
        while not future.done():
            with suppress(TimeoutError):
                future.result(_SAY_SECONDS)
            self._say()
        self._say()
        return future.result()

    def _say(self) -> None:
        """Say here, where the caller waits, what the threads of the workers have for the user."""
        with suppress(Empty):
            while True:
                self._tell(self._said.get_nowait())

    def _score(self, work: Work) -> Scores:
        """Have a worker that is free do a piece of work, and wait for it."""
        free = self._free
        guard = free.get()
        try:
            return guard.score(work)
        finally:
            free.put(guard)


def _cut(
    task: Task,
    networks: Sequence[Network],
    weights: Weightings,
    episodes: NDArray[Any],
    workers: int,
) -> list[Chunk]:
    """Return the chunks of an evaluation: together they hold every network in every episode."""
    block = max(1, _LANES // len(weights))
    starts = range(0, len(episodes), block)
    blocks = [slice(start, min(start + block, len(episodes))) for start in starts]
    pieces = max(1, workers * _PIECES_PER_WORKER // len(blocks)) if task.spread == "networks" else 1
    spans = equal_spans(networks, pieces)
    packed = [task.pack(networks[first:last]) for first, last in spans]
    own = own_activations(networks)
    return [
        Chunk(
            slice(first, last),
            part,
            Work(task.spec, own, some, last - first, weights, episodes[part]),
        )
        for (first, last), some in zip(spans, packed, strict=True)
        for part in blocks
    ]
