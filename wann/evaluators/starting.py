"""How worker processes start and end.

They are started afresh (`spawn`) with one thread each, leave Ctrl-C to their parent, and end when
it does, however that came about and whatever they are doing: killed, out of memory, or in an
environment that never returns. A parent that is merely stopped has workers that wait for it.
"""

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import connection, parent_process, resource_tracker
from multiprocessing.context import SpawnContext, SpawnProcess

from wann.evaluators.main_script import hidden_without_guard

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

# How the libraries that start threads of their own are told how many.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
# Seconds between two looks at who the parent is.
_LOOK_SECONDS = 1.0


class WorkerProcess(SpawnProcess):
    """A process that ends with its parent."""

    def start(self) -> None:
        """Start the process, which has one thread and is deaf to Ctrl-C."""
        with _inherited(), hidden_without_guard():
            super().start()

    def run(self) -> None:
        """Do what the process is for; this is called in the process itself."""
        # Ctrl-C reaches the whole process group, but the parent acts on it.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _end_with_parent()
        super().run()

    def terminate(self) -> None:
        """End the process at once: what it runs may have its own mind about polite signals."""
        self.kill()


class _WorkerContext(SpawnContext):
    Process = WorkerProcess


# What pools and the like take as the context of `multiprocessing` to start their processes.
WORKERS = _WorkerContext()


@contextmanager
def _inherited() -> Iterator[None]:
    """Let processes started within this context inherit what workers need.

    These are the environment variables that limit threads, and the signals that are blocked. Both
    are as before afterwards.
    """
    # Python would start its resource tracker with the first worker, and unblock Ctrl-C on the way.
    resource_tracker.ensure_running()
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    mask = (
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        if hasattr(signal, "pthread_sigmask")
        else None
    )
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
        if mask is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)


# ---- in the worker


def _end_with_parent() -> None:
    """End this process, now or later, when its parent has ended.

    The parent holds the other end of a pipe, which closes with it. The kernel is asked for a signal
    then, which also ends a simulator that lets no other thread of Python run; a thread watches the
    pipe, too, and the parent's number, since a process that the parent forked may hold the pipe
    open. (`PR_SET_PDEATHSIG` would kill the worker with the *thread* that started it.)
    """
    parent = parent_process()
    if parent is None or parent.pid is None:
        return
    with contextlib.suppress(OSError):
        _ask_for_signal(parent.sentinel)
    watch = threading.Thread(
        target=_watch, args=(parent.pid, parent.sentinel), daemon=True, name="end with parent"
    )
    watch.start()


def _ask_for_signal(pipe: int) -> None:
    """Have the kernel end this process when the other end of a pipe closes."""
    if fcntl is None or not hasattr(os, "O_ASYNC"):
        return
    fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
    if hasattr(fcntl, "F_SETSIG"):
        fcntl.fcntl(pipe, fcntl.F_SETSIG, signal.SIGKILL)
    else:  # its own signal ends a process that does not handle it
        signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)


def _watch(parent: int, pipe: int) -> None:
    while not connection.wait([pipe], _LOOK_SECONDS):
        if os.name == "posix" and os.getppid() != parent:
            break
    os._exit(1)
