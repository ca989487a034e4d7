"""Commands that meet a fault at a chosen write: killed, a full disk, or Ctrl-C.

A command runs in a fork of this process, which has imported and compiled everything, so that it
takes a fraction of a second. All its work is done there, that of its workers too. Each call to the
operating system that changes a folder counts as a step; before the n-th, or in the middle of it
where it writes, the fault comes.
"""

import contextlib
import errno
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from figure_toys import nothing_painted
from job_toys import jobs_here

KILL, HALF, FULL, INTERRUPT = "kill", "half", "full", "interrupt"
# What changes a folder, of the functions of `os`; for `open` only where it makes a file.
_CALLS = ("open", "write", "ftruncate", "replace", "unlink", "mkdir", "rmdir")
_NEEDS_ROOM = ("open", "write", "mkdir")


class Done(NamedTuple):
    """How a command ended."""

    code: int  # of its exit; below 0 the signal that ended it
    steps: list[str]  # the calls it made, each with the file it was about
    told: str  # what it printed to stderr


class _Faults:
    """Counts the calls of a process, and brings the fault."""

    def __init__(self, fault: str | None, at: int) -> None:
        self.fault, self.at = fault, at
        self.steps: list[str] = []
        self.full = False

    def step(self, name: str, about: object) -> bool:
        """Count a call; return whether the fault comes in the middle of it."""
        self.steps.append(f"{name} {about}")
        if len(self.steps) - 1 == self.at:
            if self.fault == KILL:
                os.kill(os.getpid(), signal.SIGKILL)
            elif self.fault == INTERRUPT:
                os.kill(os.getpid(), signal.SIGINT)
            elif self.fault == FULL:
                self.full = True
            elif self.fault == HALF:
                return True
        if self.full and name in _NEEDS_ROOM:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return False


def _watched(faults: _Faults, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
    def watched(*given: Any, **named: Any) -> Any:
        caller = sys._getframe(1).f_globals.get("__name__", "")
        ours = caller.startswith(("wann.files", "filelock", "pathlib", "fsspec"))
        if not ours or (name == "open" and not given[1] & os.O_CREAT):
            return call(*given, **named)
        if name == "mkdir" and _is_there(given[0], named.get("dir_fd")):
            return call(*given, **named)
        about = str(given[0]) if name != "write" else ""
        if faults.step(name, os.path.basename(about)):
            if name == "write":
                call(given[0], given[1][: len(given[1]) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*given, **named)

    return watched


def _is_there(path: str, folder: int | None) -> bool:
    try:
        os.stat(path, dir_fd=folder)
    except FileNotFoundError:
        return False
    return True


@contextlib.contextmanager
def in_this_process(folder: Path) -> Iterator[None]:
    """Have commands work in `folder` and in this process alone, and draw nothing.

    The clock stands still meanwhile, so that two runs of a command give the same files.
    """
    with pytest.MonkeyPatch.context() as patched, nothing_painted(), jobs_here():
        patched.chdir(folder)
        for name in ("monotonic", "perf_counter", "process_time"):
            patched.setattr(time, name, lambda: 0.0)
        yield


def run(command: Sequence[str], folder: Path, fault: str | None = None, at: int = -1) -> Done:
    """Run a command of `wann` as `in_this_process` has it, in a fork, with a fault at a step."""
    with tempfile.TemporaryFile("w+") as told, tempfile.TemporaryFile("w+") as steps:
        child = os.fork()
        if child == 0:
            try:
                with in_this_process(folder):
                    _become(command, _Faults(fault, at), told.fileno(), steps.fileno())
            finally:
                os._exit(99)
        _, status = os.waitpid(child, 0)
        told.seek(0)
        steps.seek(0)
        return Done(os.waitstatus_to_exitcode(status), steps.read().splitlines(), told.read())


def _become(command: Sequence[str], faults: _Faults, told: int, steps: int) -> None:
    """Run the command and end this process."""
    from wann.cli.main import main

    signal.alarm(600)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.dup2(told, 2)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115
    for name in _CALLS:
        setattr(os, name, _watched(faults, name, getattr(os, name)))
    code = 98
    try:
        code = main(list(command))
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    with open(steps, "w", closefd=False) as file:
        file.write("\n".join(faults.steps))
    os._exit(code)
