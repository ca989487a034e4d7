"""Whole tasks side by side in processes of this machine: one that fails or dies is tried again, the others go on.

Workers are started afresh (`spawn`), have one thread each, leave Ctrl-C to their parent, and end
when it does.
"""

import contextlib
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Sequence
from multiprocessing import connection
from multiprocessing.context import SpawnProcess
from typing import Any, NamedTuple

from wann.errors import in_one_line
from wann.evaluators.processes import workers_may_start
from wann.evaluators.threads import available_cores

Function = Callable[[Any], Any]
_CONTEXT = multiprocessing.get_context("spawn")


class Outcome(NamedTuple):
    """What became of a task."""

    value: Any = None  # what the function returned
    # In one line, where there is no value: why it failed, the last time it was tried
    problem: str | None = None


def run_tasks(
    function: Function,
    arguments: Sequence[Any],
    *,
    workers: int | None = None,
    retries: int = 0,
    stopped: Callable[[], bool] = lambda: False,
) -> Generator[tuple[int, Outcome], None, None]:
    """Call `function`, one of a module, with each of `arguments`.

    Yield (index, outcome) as they complete.

    A call that raises, or whose worker dies, is tried again `retries` times. Once `stopped()`, no
    call is begun; those under way are awaited. Whoever stops iterating ends the workers in the
    middle of what they do.
    """
    waiting = deque(range(len(arguments)))
    tried = [0] * len(arguments)
    crew: list[_Worker] = []
    try:
        while True:
            while (
                waiting and not stopped() and (worker := _idle(crew, workers or available_cores()))
            ):
                worker.begin(waiting.popleft(), function, arguments)
            busy = [worker for worker in crew if worker.index is not None]
            if not busy:
                return
            ready = connection.wait([worker.pipe for worker in busy])
            for worker in (worker for worker in busy if worker.pipe in ready):
                index, outcome = worker.end()
                tried[index] += 1
                if outcome.problem is not None and tried[index] <= retries and not stopped():
                    waiting.append(index)
                else:
                    yield index, outcome
            crew = [worker for worker in crew if worker.keeps()]
    finally:
        for worker in crew:
            worker.close()


class _Worker:
    """A process that makes one call after another."""

    def __init__(self) -> None:
        self.index: int | None = None
        self.pipe, inner = _CONTEXT.Pipe()
        self.process: SpawnProcess = _CONTEXT.Process(target=_serve, args=(inner,))
        with workers_may_start():
            self.process.start()
        inner.close()  # so that the pipe ends when the process does

    def begin(self, index: int, function: Function, arguments: Sequence[Any]) -> None:
        """Start the call with the argument at `index`."""
        self.index = index
        with contextlib.suppress(OSError):  # it may have died idle: `end` will find out
            self.pipe.send((function, arguments[index]))

    def end(self) -> tuple[int, Outcome]:
        """Return what the call came to, once the pipe is ready."""
        assert self.index is not None
        index, self.index = self.index, None
        try:
            return index, Outcome(*self.pipe.recv())
        except (EOFError, OSError):
            self.process.join()
            code = self.process.exitcode or 0
            how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
            return index, Outcome(
                problem=f"its worker process {how}; if nobody did that, memory may be short"
            )

    def keeps(self) -> bool:
        """Return whether the worker is of use: it can take a call, or has one whose end is not yet known."""
        if self.index is not None or self.process.is_alive():
            return True
        self.pipe.close()
        return False

    def close(self) -> None:
        """End the process: when it is idle at once, otherwise in the middle of what it does."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


def _idle(crew: list[_Worker], most: int) -> _Worker | None:
    """Return a worker that has nothing to do, a new one if there are fewer than `most`."""
    free = next((worker for worker in crew if worker.index is None), None)
    if free is None and len(crew) < most:
        free = _Worker()
        crew.append(free)
    return free


# ---- in the worker


def _serve(pipe: "connection.Connection[Any, Any]") -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            function, argument = pipe.recv()
        except EOFError:
            return
        try:
            answer = Outcome(function(argument))
        except Exception as error:
            answer = Outcome(problem=in_one_line(error, traced=True))
        pipe.send(tuple(answer))


def _end_with_parent() -> None:
    """End this process at once when its parent has ended, however that came about: another one may take over."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
