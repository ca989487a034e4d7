"""How worker processes are started: with one thread each, and Ctrl-C left to their parent."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker

# How the libraries that start threads of their own are told how many.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


@contextmanager
def workers_may_start() -> Iterator[None]:
    """Let worker processes start within this context: with one thread each, and deaf to Ctrl-C.

    A process inherits both from its parent: the environment variables that limit threads, and the
    signals that are blocked. Both are as before afterwards.
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


def leave_interrupts_to_the_parent() -> None:
    """Ignore Ctrl-C, in a worker: it reaches the whole process group, but the parent acts on it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
