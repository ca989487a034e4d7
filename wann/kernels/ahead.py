"""Kernels that another process compiles, while this one computes what comes before them.

The compiler holds one core, whatever the threads; two processes hold two. What the other one has
compiled comes through the cache on disk, so where there is none each process compiles for itself.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from wann.machine.cores import available_cores

_UNDER_WAY: dict[str, "subprocess.Popen[bytes]"] = {}


@contextmanager
def compiled_ahead(kernel: Any, module: str, arguments: Sequence[str] = ()) -> Iterator[None]:
    """Have `python -m module` compile `kernel` while this context goes on.

    Whoever calls `kernel` before that is done waits for it. Nothing is begun where some of `kernel`
    lies compiled in the cache, where there is no cache, or where there is one core alone.

    Args:
        kernel: what `wann.kernels.jit.kernel` made.
        module: calls `end_with_parent`, and then the kernel, as this process is going to.
        arguments: of the module's command line.
    """
    cache, name = getattr(kernel, "_cache", None), name_of(kernel.py_func)
    lacks = getattr(cache, "is_empty", lambda: False)
    if available_cores() == 1 or not sys.executable or name in _UNDER_WAY or not lacks():
        yield
        return
    try:
        process = _start(module, arguments)
    except OSError:  # no memory, or no program that this user may start
        yield
        return
    _UNDER_WAY[name] = process
    try:
        yield
    finally:
        _UNDER_WAY.pop(name, None)
        process.kill()
        process.communicate()


def wait_for(function: Any) -> None:
    """Return once no other process that this one began compiles the kernel of `function`."""
    process = _UNDER_WAY.pop(name_of(function), None)
    if process is None:
        return
    from numba.core import event

    trigger: Any = event.trigger_event  # so that this counts as compiling where that is shown
    with trigger("numba:compile", data={}):
        process.wait()


def name_of(function: Any) -> str:
    """Return what tells a function from all others."""
    return f"{function.__module__}.{function.__qualname__}"


def end_with_parent() -> None:
    """Let this process, which `compiled_ahead` began, end when its parent does."""

    def read() -> None:
        sys.stdin.buffer.read()
        os._exit(1)

    threading.Thread(target=read, daemon=True).start()


def _start(module: str, arguments: Sequence[str]) -> "subprocess.Popen[bytes]":
    path = os.pathsep.join(os.path.abspath(folder) for folder in sys.path)
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path, "PYTHONSAFEPATH": "1"},
        start_new_session=True,  # Ctrl-C reaches it by the end of its parent
    )
