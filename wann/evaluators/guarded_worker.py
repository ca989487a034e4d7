"""What a watched worker process does: it scores pieces of work, and sends what is done of them."""

import contextlib
import io
import signal
import time
import traceback
from collections.abc import Iterator, Sequence
from functools import cache
from multiprocessing import connection
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann import own
from wann.errors import UserError, in_one_line
from wann.kernels.own_functions import take_over
from wann.network.weightings import Weightings
from wann.tasks.optional_abilities import watchable
from wann.tasks.registry import make_task
from wann.tasks.task import Task
from wann.tasks.watch import Watch

# Networks that are done are sent together, so often: what is lost with a worker is no more.
_SEND_SECONDS = 0.1


class Work(NamedTuple):
    """A part of an evaluation: some networks, all weights, some episodes."""

    spec: str  # of the task
    own: tuple[str, ...]  # activations that other processes do not know
    packed: Any  # networks, from `task.pack`
    size: int  # how many networks
    weights: Weightings
    episodes: NDArray[Any]


class Scored(NamedTuple):
    """What the next networks of a piece of work earned, or what went wrong."""

    returns: NDArray[np.float64]  # (networks, weightings, episodes)
    steps: NDArray[np.int64]  # (networks,)
    told: Sequence[str] = ()  # lines for the user
    printed: str = ""  # by environments
    problem: BaseException | None = None


class CutText(io.StringIO):
    """A text that holds no more than so many characters: an environment may print for ever."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._left = most

    def write(self, text: str) -> int:
        """Keep the text as far as there is room, and say once that there was more."""
        if self._left >= 0:
            super().write(text[: self._left])
            self._left -= len(text)
            if self._left < 0:
                super().write("\n[further prints are left out]\n")
        return len(text)


MOST_PRINTED = 10_000  # characters in one piece of work


def serve(
    pipe: "connection.Connection[Any, Any]", memory: Any, permitted: own.State, captured: bool
) -> None:
    """Score what comes through the pipe, until it ends.

    Args:
        pipe: the end of this process.
        memory: of the `Watch`.
        permitted: what may be imported, and the objects of the session.
        captured: whether what is printed is sent with the answers.
    """
    own.take_over(permitted)
    told: list[str] = []
    watch = Watch(memory, told.append)
    signal.signal(signal.SIGCONT, watch.pardon)
    while True:
        try:
            work, first, watch.ended = pipe.recv()
        except EOFError:
            return
        said = CutText(MOST_PRINTED) if captured else None
        try:
            with contextlib.redirect_stderr(said) if said else contextlib.nullcontext():
                for scored in _score(work, first, watch):
                    _send(pipe, scored, told, said)
        except Exception as problem:
            nothing = np.empty((0, 0, 0)), np.empty(0, np.int64)
            _send(pipe, Scored(*nothing, problem=sendable(problem)), told, said)


def sendable(problem: Exception) -> Exception:
    """Return an exception that the other process knows, with where it was raised."""
    known = isinstance(problem, UserError) or type(problem).__module__ == "builtins"
    sent = problem if known else RuntimeError(in_one_line(problem))
    sent.add_note(traceback.format_exc())
    return sent


def _send(
    pipe: "connection.Connection[Any, Any]",
    scored: Scored,
    told: list[str],
    said: io.StringIO | None,
) -> None:
    pipe.send(scored._replace(told=tuple(told), printed=said.getvalue() if said else ""))
    told.clear()
    if said:
        said.seek(0)
        said.truncate()


def _score(work: Work, first: int, watch: Watch) -> Iterator[Scored]:
    """Yield what the networks from `first` on earned, in order and in parts."""
    take_over(work.own)
    task = _task(work.spec)
    returns = np.empty((work.size, len(work.weights), len(work.episodes)))
    steps = np.zeros(work.size, dtype=np.int64)
    arguments = work.weights, work.episodes, returns, steps
    watched = watchable(task)
    if watched is None:
        task.score(work.packed, (first, work.size), *arguments)
    else:
        sent = time.monotonic()
        for network in range(first, work.size - 1):
            watched.score_watched(work.packed, (network, network + 1), *arguments, watch)
            if time.monotonic() - sent > _SEND_SECONDS:
                yield Scored(returns[first : network + 1], steps[first : network + 1])
                first, sent = network + 1, time.monotonic()
        watched.score_watched(work.packed, (work.size - 1, work.size), *arguments, watch)
    yield Scored(returns[first:], steps[first:])


@cache
def _task(spec: str) -> Task:
    return make_task(spec)
