"""Whole tasks side by side in processes of this machine.

A task that fails or whose process dies is tried again, and the others go on. Workers start and end
as those of evaluators do: another process may take over the work of a parent that is gone.
"""

import contextlib
from collections import deque
from collections.abc import Callable, Generator, Sequence
from multiprocessing import connection
from typing import Any, NamedTuple

from wann import own
from wann.errors import in_one_line
from wann.evaluators.starting import WORKERS
from wann.machine.cores import available_cores

Function = Callable[[Any], Any]


class Outcome(NamedTuple):
    """What became of a task."""

    value: Any = None  # what the function returned
    # Where there is no value: why the task failed the last time it was tried, in one line
    problem: str | None = None


def run_tasks(
    function: Function,
    arguments: Sequence[Any],
    *,
    workers: int | None = None,
    retries: int = 0,
    stopped: Callable[[], bool] = lambda: False,
) -> Generator[tuple[int, Outcome], None, None]:
    """Call `function` with each of `arguments`, and yield (index, outcome) as calls complete.

    Whoever stops iterating ends the workers in the middle of what they do.

    Args:
        function: one at the top of a module, which workers can import.
        arguments: one for each call; they are sent to other processes.
        workers: how many calls to run at once (default: one for every core).
        retries: how often a call is tried again that raised, or whose worker died.
        stopped: once it returns True no call is begun; those under way are awaited.
    """
    waiting = deque(range(len(arguments)))
    tried = [0] * len(arguments)
    started: list[_WorkerProcess] = []
    state = own.permitted()  # packed once: objects of a session may be large
    try:
        while True:
            while (
                waiting
                and not stopped()
                and (worker := _idle(started, workers or available_cores()))
            ):
                worker.begin(waiting.popleft(), state, function, arguments)
            busy = [worker for worker in started if worker.index is not None]
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
            started = [worker for worker in started if worker.keeps()]
    finally:
        for worker in started:
            worker.close()


class _WorkerProcess:
    """A process that makes one call after another."""

    def __init__(self) -> None:
        self.index: int | None = None
        self.pipe, inner = WORKERS.Pipe()
        self.process = WORKERS.Process(target=_serve, args=(inner,))
        self.process.start()
        inner.close()  # so that the pipe ends when the process does

    def begin(
        self, index: int, state: own.State, function: Function, arguments: Sequence[Any]
    ) -> None:
        """Start the call with the argument at `index`; the worker finds what `state` holds."""
        self.index = index
        with contextlib.suppress(OSError):  # it may have died idle: `end` will find out
            self.pipe.send((state, function, arguments[index]))

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
        """Whether the worker is still of use: it can take a call, or has one under way.

        The pipe of one that is of no use is closed.
        """
        if self.index is not None or self.process.is_alive():
            return True
        self.pipe.close()
        return False

    def close(self) -> None:
        """End the process: when it is idle at once, otherwise in the middle of what it does."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


def _idle(started: list[_WorkerProcess], most: int) -> _WorkerProcess | None:
    """Return a worker that has nothing to do, or a new one if there are fewer than `most`.

    None if all are busy and there may be no more.
    """
    free = next((worker for worker in started if worker.index is None), None)
    if free is None and len(started) < most:
        free = _WorkerProcess()
        started.append(free)
    return free


# ---- in the worker


def _serve(pipe: "connection.Connection[Any, Any]") -> None:
    while True:
        try:
            state, function, argument = pipe.recv()
        except EOFError:
            return
        own.take_over(state)
        try:
            answer = Outcome(function(argument))
        except Exception as error:
            answer = Outcome(problem=in_one_line(error, traced=True))
        pipe.send(tuple(answer))
