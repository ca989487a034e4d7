"""A worker process that is watched: where it hangs or dies, the episode at fault is found.

The worker writes down every call of an environment (`tasks.watch`). An episode that takes longer
than it may is ended with its process, and counts as failed. The work goes on in another process
where the first one left it, without that episode: so a result depends neither on who worked, nor on
what else was in the same piece of work.
"""

import signal
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing import connection
from multiprocessing.util import Finalize
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann import own
from wann.errors import UserError
from wann.evaluators.guarded_worker import Scored, Work, serve
from wann.evaluators.starting import WORKERS, WorkerProcess
from wann.tasks.optional_abilities import watchable
from wann.tasks.registry import make_task
from wann.tasks.watch import WATCH_BYTES, Place, Watch
from wann.terminal import warn

# How often a worker that dies is replaced within one piece of work.
_RETRIES = 3
# Seconds between two looks at the worker, at most.
_LOOK_SECONDS = 0.5
# A look that is so late was not this process's fault, which was stopped, or had no processor.
_LATE_SECONDS = 0.5

# Starting a process changes the environment for a moment, so threads do it one after another.
_starting = threading.Lock()

Scores = tuple[NDArray[np.float64], NDArray[np.int64]]


class _Started(NamedTuple):
    """A worker process, with what connects it to this one."""

    process: WorkerProcess
    pipe: Any
    watch: Watch


class _WorkerLost(Exception):
    """The worker is gone: it hung at a place and was ended, or it died, at a place or none."""

    def __init__(self, place: Place | None, hung: bool, cause: str) -> None:
        super().__init__(cause)
        self.place, self.hung, self.cause = place, hung, cause


class Guard:
    """One worker process at a time, replaced where it hangs or dies."""

    def __init__(self, tell: Callable[[str], None] = warn, captured: bool = False) -> None:
        """`tell` takes lines for the user on episodes that count as failed.

        Where `captured`, what environments print to `sys.stderr` is printed to that of this
        process, and cut where it is long.
        """
        self._tell, self._captured = tell, captured
        self.lost = 0  # workers so far that hung or died
        self._started: _Started | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The number of the worker process, None where there is none."""
        return self._started.process.pid if self._started else None

    def score(self, work: Work) -> Scores:
        """Return what a piece of work earned: returns (networks, weightings, episodes), and steps.

        Raises:
            UserError: where the task cannot be run, or workers die of it.
        """
        returns = np.empty((work.size, len(work.weights), len(work.episodes)))
        steps = np.zeros(work.size, dtype=np.int64)
        ended: dict[tuple[int, int], int] = {}
        lost: list[_WorkerLost] = []  # deaths since an episode was last found at fault
        first = 0
        while first < work.size:
            try:
                for part in self._parts(work, first, ended):
                    span = slice(first, first + len(part.steps))
                    returns[span], steps[span] = part.returns, part.steps
                    first = span.stop
            except _WorkerLost as loss:
                self.lost += 1
                lost.append(loss)
                self._judge(work, lost, ended)
        return returns, steps

    def kill(self) -> None:
        """End the worker in the middle of what it does, for good; `close` is still to be called."""
        self._closed = True
        if started := self._started:
            started.process.kill()

    def close(self) -> None:
        """End the worker, which has nothing to do."""
        self._closed = True
        started, self._started = self._started, None
        if started is not None:
            started.pipe.close()  # whoever waits for work ends with it
            started.process.join()

    # ---- one attempt

    def _parts(self, work: Work, first: int, ended: dict[tuple[int, int], int]) -> Any:
        """Yield what the networks from `first` on earned, in order, until all are there."""
        if self._closed:
            raise UserError("the evaluator was closed in the middle of its work")
        started = self._started or self._start()
        try:
            started.pipe.send((work, first, ended))
        except OSError:  # it died while it had nothing to do
            raise self._lose() from None
        left = work.size - first
        while left:
            part = self._receive(started)
            if part.printed:
                sys.stderr.write(part.printed)
            for line in part.told:
                self._tell(line)
            if part.problem is not None:
                raise part.problem
            left -= len(part.steps)
            yield part

    def _start(self) -> _Started:
        memory = WORKERS.RawArray("b", WATCH_BYTES)
        with _starting:
            pipe, inner = WORKERS.Pipe()
            process = WORKERS.Process(
                target=serve, args=(inner, memory, own.permitted(), self._captured)
            )
            process.start()
        inner.close()  # so that the pipe ends when the process does
        # A worker whose evaluator is not closed ends with the interpreter, which would wait for it
        Finalize(self, pipe.close, exitpriority=1)
        started = self._started = _Started(process, pipe, Watch(memory))
        if self._closed:  # `kill` came meanwhile, and may not have seen this process
            process.kill()
        return started

    def _receive(self, started: _Started) -> Scored:
        """Return the next message of the worker, and watch it meanwhile."""
        late, seen, looked = 0.0, 0.0, time.monotonic()
        wait = _LOOK_SECONDS
        while not connection.wait([started.pipe, started.process.sentinel], wait):
            now, until = time.monotonic(), started.watch.until
            overdue = now - looked - wait
            late = late * (until == seen) + overdue * (overdue > _LATE_SECONDS)
            looked, seen = now, until
            if until and now > until + late and started.watch.until == until:
                raise self._lose(until)
            if not started.process.is_alive():  # a process that it forked may hold the pipe open
                raise self._lose()
            wait = min(_LOOK_SECONDS, max(0.01, (until - now) / 2)) if until else _LOOK_SECONDS
        try:
            message: Scored = started.pipe.recv()
        except (EOFError, OSError):
            raise self._lose() from None
        return message

    def _lose(self, until: float | None = None) -> _WorkerLost:
        """End the worker, and return at which place: it hung, if its time ran out at `until`."""
        started, self._started = self._started, None
        assert started is not None
        if until is not None:
            started.process.kill()
        started.process.join()
        started.pipe.close()
        # It may have gone on in the moment before it was ended
        hung = until is not None and started.watch.until == until
        place = started.watch.place if until is None or hung else None
        return _WorkerLost(place, hung, _how_it_ended(started.process.exitcode or 0))

    # ---- after it

    def _judge(
        self, work: Work, lost: list[_WorkerLost], ended: dict[tuple[int, int], int]
    ) -> None:
        """Find the episode at fault, which is `ended`, after the last of some losses.

        Otherwise the work is tried again. UserError where that was often enough.
        """
        loss, task = lost[-1], make_task(work.spec)
        watched = watchable(task)
        if loss.hung and loss.place and watched:
            self._tell(watched.overtime(loss.place))
        elif len(lost) <= _RETRIES:
            return
        elif loss.place and watched and len({other.place for other in lost}) == 1:
            self._tell(watched.crash(loss.place, f"{loss.cause}, {len(lost)} times"))
        else:
            raise UserError(
                f"{task.name}: a worker process died {len(lost)} times in one evaluation "
                f"({loss.cause}); the simulator crashes, or memory is short: try fewer --threads"
            )
        ended[loss.place.network, loss.place.lane] = loss.place.step
        lost.clear()


def _how_it_ended(code: int) -> str:
    """Return the exit code of a process in words."""
    if code >= 0:
        return f"exit code {code}"
    known = -code in list(signal.Signals)
    return f"signal {signal.Signals(-code).name if known else -code}"
