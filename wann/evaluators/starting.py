"""How worker processes start and end.

They are started afresh (`spawn`) with one thread each, leave Ctrl-C to their parent, and end when
it does, however that came about and whatever they are doing: killed, out of memory, or in an
environment that never returns. A parent that is merely stopped has workers that wait for it.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import parent_process, resource_tracker
from multiprocessing.context import SpawnContext, SpawnProcess

from wann.evaluators.main_script import hidden_without_guard
from wann.machine.parent import end_with

# How the libraries that start threads of their own are told how many.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


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
    """End this process, now or later, when its parent has ended."""
    parent = parent_process()
    if parent is not None and parent.pid is not None:
        end_with(parent.sentinel, parent.pid)
