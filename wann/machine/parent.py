"""Processes that end with the one that started them, however it ended and whatever they do."""

import contextlib
import fcntl
import os
import signal
import threading
from multiprocessing import connection

# Seconds between two looks at who the parent is.
_LOOK_SECONDS = 1.0


def end_with(pipe: int, parent: int) -> None:
    """End this process, now or later, when its `parent` (a process id) has ended.

    The parent holds the other end of the `pipe` (a file descriptor), which closes with it. The
    kernel is asked for a signal then, which also ends a simulator that lets no other thread of
    Python run; a thread watches the pipe, too, and the parent's number, since a process that the
    parent forked may hold the pipe open. (`PR_SET_PDEATHSIG` would kill this process with the
    *thread* that started it.)
    """
    with contextlib.suppress(OSError):
        _ask_for_signal(pipe)
    watch = threading.Thread(
        target=_watch, args=(parent, pipe), daemon=True, name="end with parent"
    )
    watch.start()


def _ask_for_signal(pipe: int) -> None:
    """Have the kernel end this process when the other end of a pipe closes."""
    if not hasattr(os, "O_ASYNC"):
        return
    fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
    if hasattr(fcntl, "F_SETSIG"):
        fcntl.fcntl(pipe, fcntl.F_SETSIG, signal.SIGKILL)
    else:  # its own signal ends a process that does not handle it
        signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)


def _watch(parent: int, pipe: int) -> None:
    while not connection.wait([pipe], _LOOK_SECONDS):
        if os.getppid() != parent:
            break
    os._exit(1)
