"""Whether the episodes of an environment repeat, looked at before anything is measured on it.

What a network earns must depend on network, weights and seed alone. An environment whose resets
ignore the seed, or that draws from a generator which others draw from, too, breaks that without a
word. So some steps are played again and again with the same seed and actions, in two processes of
their own: an environment that crashes takes nothing with it.
"""

import dataclasses
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from wann.errors import UserError
from wann.tasks.gym.actions import Head, make_head
from wann.tasks.gym.observations import View
from wann.tasks.gym.settings import GymSettings
from wann.tasks.gym.simulators import (
    comes_with_us,
    is_of_this_session,
    make_simulator,
    spaces_of,
)
from wann.tasks.gym.stepping import FAULTS, Simulator, advance, begin, close_quietly, say
from wann.tasks.gym.views import view_of

STEPS = 40
# A play ends after so many seconds, both processes together after the other number.
_PLAY_SECONDS, _ALL_SECONDS = 1.0, 30.0
_SEED, _OTHER_SEED = 1, 2
# What the clock of the second process is ahead: an environment may read the date.
_DAY = 86400 + 3661

Trace = list[str]  # what was seen and earned at the reset and at each step


class Report(NamedTuple):
    """What one process found."""

    trace: Trace  # of an episode
    differs: str  # how other episodes with its seed differ within the process, "" if they do not
    fault: str = ""  # what the environment raised, and at which seed and step
    steps: int = 0  # that it took before


def is_known_to_repeat(settings: GymSettings) -> bool:
    """Return whether it is an environment of Gymnasium's or ours with nothing put around it."""
    return comes_with_us(settings.id) and not settings.wrap


def rehearse(settings: GymSettings) -> str:
    """Return how episodes with one seed differ, in one line: "" where they do not.

    UserError where the environment fails at its first reset or step, if that is to stop a run. One
    that crashes, or takes too long, is not judged: who steps it next will tell.
    """
    # Other processes do not have what this session alone knows
    if is_known_to_repeat(settings) or is_of_this_session(settings):
        return ""
    try:
        reports = _in_two_processes(settings)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    if reports is None:
        return ""
    fault = next((report.fault for report in reports if report.fault), "")
    if fault:
        # What fails later may fail in few episodes, and who plays them will tell
        if settings.on_error == "fail" and min(report.steps for report in reports) <= 1:
            raise UserError(
                f"{settings.id} failed {fault}; repair the environment, give resets what they need "
                "(--reset-options JSON), or let such episodes count as failed (--on-error worst)"
            )
        return ""
    how = reports[0].differs or _between_processes(*reports)
    return how and (
        f"{settings.id}: {how}, so nothing that is measured on it repeats; a seed repeats where "
        "all that is random comes from self.np_random, behind super().reset(seed=seed)"
    )


def _between_processes(one: Report, other: Report) -> str:
    step = _first_difference(one.trace, other.trace)
    return (
        ""
        if step is None
        else f"episodes with one seed differ from process to process {_since(step)}, as with "
        "hash() of a text, the order of a set, or the clock"
    )


def _in_two_processes(settings: GymSettings) -> tuple[Report, Report] | None:
    """Return what two processes report that differ in hashes and clock, None if one crashed."""
    kept, held = os.pipe()  # the processes end when `held` closes, as it does when this one ends
    begun: list[subprocess.Popen[bytes]] = []
    deadline = time.monotonic() + _ALL_SECONDS
    reports = []
    try:
        begun.extend(_start(settings, ahead, kept) for ahead in (0, _DAY))
        for process in begun:
            said, _ = process.communicate(timeout=max(0.1, deadline - time.monotonic()))
            if process.returncode:
                return None
            reports.append(Report(*json.loads(said)))
    except ValueError:
        return None
    finally:
        for process in begun:
            process.kill()
            process.communicate()
        os.close(kept)
        os.close(held)
    return reports[0], reports[1]


def _start(settings: GymSettings, ahead: int, pipe: int) -> "subprocess.Popen[bytes]":
    spec = dataclasses.replace(settings, normalise=False).spec  # the statistics may be long
    path = os.pathsep.join(os.path.abspath(folder) for folder in sys.path)
    return subprocess.Popen(
        [sys.executable, "-m", "wann.tasks.gym.rehearsing", spec, str(ahead), str(pipe)],
        pass_fds=(pipe,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
    )


# ---- in one process


def report_on(settings: GymSettings) -> Report:
    """Play episodes with one seed: twice in an environment, and in another beside it."""
    env, beside = make_simulator(settings), make_simulator(settings)
    observation_space, action_space = spaces_of(env, settings.id)
    view = view_of(settings, observation_space)
    head = make_head(action_space, settings.id)

    def episode(env: Simulator, seed: int) -> "_Episode":
        return _Episode(settings, view, head, env, seed)

    first = episode(env, _SEED)
    try:
        trace = _play(first)
        _play(episode(env, _OTHER_SEED))
        again = _play(episode(env, _SEED))
        # As a search plays them, in turn: a generator that both draw from shows
        company = episode(env, _OTHER_SEED)
        apart = _play(episode(beside, _SEED), company.advance)
    except _FaultError as fault:
        return Report([], "", *fault.args)
    finally:
        close_quietly(env)
        close_quietly(beside)
    for other, where in ((again, ""), (apart, " from one instance to another")):
        step = _first_difference(trace, other)
        if step is not None:
            return Report(trace, f"{_WHAT[step == 0]}{where} {_since(step)}".strip())
    return Report(trace, "")


_WHAT = {True: "resets with one seed differ", False: "episodes with one seed differ"}


def _since(step: int) -> str:
    return f"(from step {step} on)" if step else ""


class _FaultError(Exception):
    """What the code of an environment raised, with seed and step, and how many steps that was."""


class _Episode:
    """An episode under way, and what was seen of it so far."""

    def __init__(
        self, settings: GymSettings, view: View, head: Head, env: Simulator, seed: int
    ) -> None:
        self.settings, self.view, self.head, self.env, self.seed = settings, view, head, env, seed
        self.actions = np.random.default_rng(0)
        self.trace: Trace = []
        self.steps, self.ended = 0, False

    def advance(self) -> None:
        """Reset, or take a step with the next action, unless the episode has ended."""
        if self.ended:
            return
        try:
            if not self.trace:
                self._note(begin(self.env, self.seed, self.settings.reset_options), 0.0)
                return
            self.steps += 1
            outputs = self.actions.standard_normal((self.head.outputs, 1))
            seen, reward, self.ended = advance(self.env, self.head.act(outputs)[0])
            self._note(seen, reward)
        except FAULTS as problem:
            where = f"(seed {self.seed}, step {self.steps})"
            raise _FaultError(f"{where}: {say(problem)}", self.steps) from None

    def _note(self, seen: Any, reward: float) -> None:
        row = self.view.see(seen)
        if not np.isfinite(row).all():
            raise ValueError(f"expected finite observations, got {row[~np.isfinite(row)][0]}")
        self.trace.append(f"{hashlib.sha256(row.tobytes()).hexdigest()} {reward!r} {self.ended}")


def _play(episode: _Episode, between: Callable[[], None] = lambda: None) -> Trace:
    """Play the beginning of an episode; `between` its steps something else may be done."""
    deadline = time.monotonic() + _PLAY_SECONDS
    while not episode.ended and len(episode.trace) <= STEPS:
        episode.advance()
        between()
        if time.monotonic() > deadline:
            break
    return episode.trace


def _first_difference(one: Trace, other: Trace) -> int | None:
    """Return the first step at which two traces differ, as far as both go."""
    pairs = zip(one, other, strict=False)
    return next((step for step, (a, b) in enumerate(pairs) if a != b), None)
