"""Scoring in processes: for simulators in Python, which hold the interpreter's lock.

Workers are started afresh (`starting`), so that neither threads nor locks of this process are in
them. Arrays and the task's spec are sent, and objects of the user's own that were passed
(`wann.own`): what else a script defines workers know only if it has the usual
`if __name__ == "__main__":` (`main_script`).
"""

from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from queue import SimpleQueue
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from wann import own
from wann.errors import UserError
from wann.evaluators.batches import check_shapes, equal_spans, unique_networks
from wann.evaluators.evaluator import Evaluation
from wann.evaluators.starting import WORKERS
from wann.kernels.own_functions import take_over
from wann.machine.cores import available_cores
from wann.network.network import Network, own_activations
from wann.network.weightings import Weightings
from wann.tasks.registry import make_task
from wann.tasks.task import Task

# Small enough that all workers end together; handing one out costs about a millisecond.
_PIECES_PER_WORKER = 8
# Lanes that a worker steps at once.
_LANES = 96
# Submissions for each worker: one at work, and one to go on with while the caller is busy.
_SLOTS_PER_WORKER = 2
# How often a pool that broke is replaced within one evaluation.
_RETRIES = 3

_Scores = tuple[NDArray[np.float64], NDArray[np.int64]]


class Chunk(NamedTuple):
    """A part of an evaluation: some networks, all weights, some episodes."""

    networks: slice
    episodes: slice
    packed: Any  # from `task.pack`
    own: tuple[str, ...]  # activations that other processes do not know
    size: int  # how many networks


class _Submitted(NamedTuple):
    """A submission on its way."""

    number: int
    task: str  # its name
    # Of `_score`
    arguments: tuple[str, tuple[str, ...], Any, int, Weightings, NDArray[Any]]
    breaks: int  # how often its pool broke


class ProcessEvaluator:
    """Splits networks, and long lists of episodes, over processes."""

    def __init__(self, workers: int | None = None) -> None:
        """`workers` is how many there are (default: one for every core)."""
        self.workers = workers or available_cores()
        self.slots = _SLOTS_PER_WORKER * self.workers
        self._pool: ProcessPoolExecutor | None = None
        self._done: SimpleQueue[tuple[_Submitted, Future[_Scores]]] = SimpleQueue()

    def evaluate(
        self,
        task: Task,
        networks: Sequence[Network],
        weights: Weightings | NDArray[np.float64],
        episodes: NDArray[Any],
    ) -> Evaluation:
        """Score `networks`; equal networks are scored once. See `Evaluator.evaluate`.

        Where a worker dies, what it had not finished is tried again in a new pool; UserError if it
        dies too often.
        """
        weights = Weightings.of(weights)
        check_shapes(task, networks, weights, episodes)
        unique, index = unique_networks(networks)
        returns = np.empty((len(unique), len(weights), len(episodes)))
        steps = np.zeros(len(unique), dtype=np.int64)
        left = _cut(task, unique, len(weights), len(episodes), self.workers)
        breaks = 0
        while left:
            done = self._run(task.spec, left, weights, episodes)
            for chunk, (earned, taken) in done:
                returns[chunk.networks, :, chunk.episodes] = earned
                steps[chunk.networks] += taken
            finished = {id(chunk) for chunk, _ in done}
            left = [chunk for chunk in left if id(chunk) not in finished]
            breaks += bool(left)
            if breaks > _RETRIES:
                raise _too_many_deaths(task.name, breaks)
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
        arguments = (
            task.spec,
            own_activations(networks),
            task.pack(networks),
            len(networks),
            weights,
            episodes,
        )
        self._hand_out(_Submitted(number, task.name, arguments, 0))

    def completed(self) -> tuple[int, Evaluation]:
        """Wait until some submission is done; see `AsynchronousEvaluator.completed`.

        Where a worker dies, all that its pool had not finished is tried again in a new one;
        UserError as above.
        """
        while True:
            submitted, done = self._done.get()
            try:
                return submitted.number, Evaluation(*done.result())
            except BrokenProcessPool:
                submitted = submitted._replace(breaks=submitted.breaks + 1)
            if submitted.breaks > _RETRIES:
                raise _too_many_deaths(submitted.task, submitted.breaks)
            self._hand_out(submitted)

    def close(self, kill: bool = False) -> None:
        """Stop the workers; with `kill`, in the middle of what they do."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        workers = list((getattr(pool, "_processes", None) or {}).values())
        if kill:
            for worker in workers:
                worker.terminate()
        pool.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self.close(kill=kind is not None)

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self.workers, WORKERS, initializer=own.take_over, initargs=(own.permitted(),)
            )
        return self._pool

    def _hand_out(self, submitted: _Submitted) -> None:
        try:
            future = self._started().submit(_score, *submitted.arguments)
        except BrokenProcessPool:  # it broke over another submission
            self.close()
            future = self._started().submit(_score, *submitted.arguments)
        future.add_done_callback(lambda done: self._done.put((submitted, done)))

    def _run(
        self,
        spec: str,
        chunks: Sequence[Chunk],
        weights: Weightings,
        episodes: NDArray[Any],
    ) -> list[tuple[Chunk, _Scores]]:
        """Return the scores of the chunks that were finished: all, unless the pool broke."""
        pool = self._started()
        waiting: list[tuple[Chunk, Future[_Scores]]] = []
        try:
            for chunk in chunks:
                part = episodes[chunk.episodes]
                future = pool.submit(
                    _score, spec, chunk.own, chunk.packed, chunk.size, weights, part
                )
                waiting.append((chunk, future))
            return [(chunk, future.result()) for chunk, future in waiting]
        except BrokenProcessPool:
            done = [(chunk, future.result()) for chunk, future in waiting if _is_scored(future)]
            self.close()
            return done
        except BaseException:
            for _, future in waiting:
                future.cancel()
            raise


def _is_scored(future: "Future[_Scores]") -> bool:
    return future.done() and not future.cancelled() and not future.exception()


def _too_many_deaths(task: str, breaks: int) -> UserError:
    return UserError(
        f"{task}: a worker process died {breaks} times in one evaluation; the simulator crashes, "
        "or memory is short: try fewer --threads"
    )


def _cut(
    task: Task, networks: Sequence[Network], weightings: int, episodes: int, workers: int
) -> list[Chunk]:
    """Return the chunks of an evaluation: together they hold every network in every episode."""
    block = max(1, _LANES // weightings)
    blocks = [slice(start, min(start + block, episodes)) for start in range(0, episodes, block)]
    pieces = max(1, workers * _PIECES_PER_WORKER // len(blocks)) if task.spread == "networks" else 1
    spans = equal_spans(networks, pieces)
    packed = [task.pack(networks[first:last]) for first, last in spans]
    own = own_activations(networks)
    return [
        Chunk(slice(first, last), part, some, own, last - first)
        for (first, last), some in zip(spans, packed, strict=True)
        for part in blocks
    ]


# ---- in the worker


@cache
def _task(spec: str) -> Task:
    return make_task(spec)


def _score(
    spec: str,
    own: tuple[str, ...],
    packed: Any,
    count: int,
    weights: Weightings,
    episodes: NDArray[Any],
) -> _Scores:
    take_over(own)
    returns = np.empty((count, len(weights), len(episodes)))
    steps = np.zeros(count, dtype=np.int64)
    _task(spec).score(packed, (0, count), weights, episodes, returns, steps)
    return returns, steps
