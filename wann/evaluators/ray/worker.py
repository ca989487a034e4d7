"""A worker: it scores assignments on its machine, and makes each task from its spec once.

Tasks and compiled kernels are kept from one assignment to the next.
"""

import contextlib
import os
import platform
import time
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from importlib import metadata

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError
from wann.evaluators.batches import room_for
from wann.evaluators.guard import Guard
from wann.evaluators.guarded_worker import MOST_PRINTED, CutText, Work
from wann.evaluators.ray.messages import (
    Answer,
    Assignment,
    decode_assignment,
    encode_answer,
    unwrap,
)
from wann.kernels.cache import source_digest
from wann.kernels.own_functions import take_over
from wann.tasks.optional_abilities import (
    episode_seconds_of,
    excerpts_of,
    tuning_of,
    watchable,
)
from wann.tasks.registry import make_task
from wann.tasks.spec import shown_spec
from wann.tasks.task import Task
from wann.tasks.watch import Watch
from wann.terminal import printable

# The types of a task's fields that say whether two tasks are the same.
_PLAIN = (str, int, float, bool, tuple)


class Worker:
    """One process that scores assignments in the order in which they come."""

    def __init__(self) -> None:
        self._warm: set[tuple[str, str, bool]] = set()
        self._told: list[str] = []  # lines for the user, which are never cut
        # A further process, for tasks whose episodes may have to be ended
        self._guard = Guard(self._told.append, captured=True)

    def hello(self) -> dict[str, str]:
        """Return what `identity` says of this machine, and which process this is."""
        return {**identity(), "process": str(os.getpid())}

    def answer(self, message: bytes, shared: bytes | None = None) -> bytes:
        """Score an assignment, and return the answer as a message.

        `message` comes from `encode_assignment`, and `shared` are its networks if they travelled
        apart; `decode_answer` reads what is returned.
        """
        return encode_answer(self.score(decode_assignment(message, shared)))

    def score(self, given: Assignment) -> Answer:
        """Score an assignment; where the task cannot be made or run, the answer says so."""
        started, lost = time.perf_counter(), self._guard.lost
        key = (given.spec, given.variant, given.weights.is_shared)
        said = CutText(MOST_PRINTED)
        self._told.clear()
        try:
            with contextlib.redirect_stderr(said):
                returns, steps = self._score(given)
        except UserError as error:
            nothing = np.empty((0, 0, 0)), np.empty(0, np.int64)
            problem = f"{error} (on {platform.node()})"
            return Answer(*nothing, 0.0, False, self._text(said), problem)
        seconds = time.perf_counter() - started
        # What a lost process took says nothing of the work
        warm = key in self._warm and self._guard.lost == lost
        self._warm.add(key)
        return Answer(returns, steps, seconds, warm, self._text(said))

    def _text(self, said: CutText) -> str:
        """Return what was printed, and behind it the lines for the user."""
        printed = said.getvalue()
        ended = "\n" if self._told and printed and not printed.endswith("\n") else ""
        return printed + ended + "".join(f"wann: {printable(line)}\n" for line in self._told)

    def _score(self, given: Assignment) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        task = _task(given.spec, given.variant)
        if episode_seconds_of(task) is None:
            return score(given, self._told.append)
        take_over(given.own)
        networks = unwrap(given.networks)
        packed = task.pack(networks)
        return self._guard.score(
            Work(task.spec, given.own, packed, len(networks), given.weights, given.episodes)
        )


def score(
    assignment: Assignment, tell: Callable[[str], None]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return what an assignment earned; `tell` takes lines for the user.

    Returns:
        The returns (networks, weightings, episodes) and the steps (networks,).
    """
    task = _task(assignment.spec, assignment.variant)
    take_over(assignment.own)
    networks = unwrap(assignment.networks)
    returns = room_for(len(networks), len(assignment.weights), len(assignment.episodes))
    steps = np.zeros(len(networks), dtype=np.int64)
    work = (task.pack(networks), (0, len(networks)), assignment.weights, assignment.episodes)
    watched = watchable(task)
    if watched is None:
        task.score(*work, returns, steps)
    else:
        watched.score_watched(*work, returns, steps, Watch.by_nobody(tell))
    return returns, steps


def variant_of(task: Task) -> str:
    """Return which relative of the task that its spec makes a task is.

    A spec stands for a task, not for its relatives.

    Returns:
        "" for the task itself, or "held_out", "tuning" or "excerpt N".

    Raises:
        UserError: where the task is none of them, since no other process can make it then.
    """
    made = _task(task.spec, "")
    names = ["", "held_out", "tuning", *(f"excerpt {i}" for i in range(len(excerpts_of(made))))]
    for name in names:
        if _alike(task, _task(task.spec, name)):
            return name
    raise UserError(
        f"{task.name}: workers cannot make this task from its spec {shown_spec(task.spec)!r}; "
        "score it without Ray"
    )


@cache
def identity() -> dict[str, str]:
    """Return the versions on which results depend to the last bit: they must agree everywhere."""
    versions = {name: metadata.version(name) for name in ("wann", "numpy", "numba", "gymnasium")}
    return {**versions, "wann's kernels": source_digest(), "python": platform.python_version()}


@cache
def _task(spec: str, variant: str) -> Task:
    task = make_task(spec)
    if variant.startswith("excerpt "):
        return excerpts_of(task)[int(variant.split()[1])]
    if variant == "held_out":
        return task.held_out
    return tuning_of(task) if variant == "tuning" else task


def _alike(one: Task, other: Task) -> bool:
    """Whether two tasks of one spec have the same plain fields.

    Other fields, such as data sets, are the same if the spec is.
    """
    if type(one) is not type(other):
        return False
    if not is_dataclass(one):
        return True
    values = [(getattr(one, field.name), getattr(other, field.name)) for field in fields(one)]
    return all(a == b for a, b in values if isinstance(a, _PLAIN) or isinstance(b, _PLAIN))
