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

_UNDER_WAY: dict[str, "_Elsewhere"] = {}


@contextmanager
def compiled_ahead(
    kernels: Sequence[Any], module: str, arguments: Sequence[str] = ()
) -> Iterator[None]:
    """Have `python -m module` compile `kernels`, in their order, while this context goes on.

    Whoever calls one of them before it is done waits for it. Nothing is begun where some of the
    last one lies compiled in the cache, where there is no cache, or where there is one core alone.

    Args:
        kernels: what `wann.kernels.jit.kernel` made.
        module: calls `end_with_parent`, then the kernels, as this process is going to, and
            `say_compiled` behind each.
        arguments: of the module's command line.
    """
    names = [name_of(kernel.py_func) for kernel in kernels if hasattr(kernel, "py_func")]
    lacks = getattr(getattr(kernels[-1], "_cache", None), "is_empty", lambda: False)
    if available_cores() == 1 or not sys.executable or not lacks() or names[-1] in _UNDER_WAY:
        yield
        return
    try:
        process = _start(module, arguments)
    except OSError:  # no memory, or no program that this user may start
        yield
        return
    elsewhere = _Elsewhere(process)
    begun = dict.fromkeys(names, elsewhere)
    _UNDER_WAY.update(begun)
    try:
        yield
    finally:
        for name in begun:
            _UNDER_WAY.pop(name, None)
        process.kill()
        process.communicate()


class _Elsewhere:
    """Another process that compiles kernels, and says the name of each once it is done."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self._done: set[str] = set()

    def wait_for(self, name: str) -> None:
        """Return once the kernel of this name is compiled, or the process has ended."""
        assert self._process.stdout
        while name not in self._done:
            said = self._process.stdout.readline()
            if not said:
                return
            self._done.add(said.strip())


def wait_for(function: Any) -> None:
    """Return once no other process that this one began compiles the kernel of `function`."""
    name = name_of(function)
    elsewhere = _UNDER_WAY.pop(name, None)
    if elsewhere is None:
        return
    from numba.core import event

    trigger: Any = event.trigger_event  # so that this counts as compiling where that is shown
    with trigger("numba:compile", data={}):
        elsewhere.wait_for(name)


def say_compiled(kernel: Any) -> None:
    """Tell the process that began this one that a kernel is compiled."""
    sys.stdout.write(f"{name_of(kernel.py_func)}\n")
    sys.stdout.flush()


def name_of(function: Any) -> str:
    """Return what tells a function from all others."""
    return f"{function.__module__}.{function.__qualname__}"


def end_with_parent() -> None:
    """Let this process, which `compiled_ahead` began, end when its parent does."""

    def read() -> None:
        # Not by sys.stdin, whose lock this thread would hold when the process ends: it would abort
        while os.read(0, 1):
            pass
        os._exit(1)

    threading.Thread(target=read, daemon=True).start()


def _start(module: str, arguments: Sequence[str]) -> "subprocess.Popen[str]":
    path = os.pathsep.join(os.path.abspath(folder) for folder in sys.path)
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": path, "PYTHONSAFEPATH": "1"},
        start_new_session=True,  # Ctrl-C reaches it by the end of its parent
    )
