"""Garbage is not collected while a kernel is compiled, which takes a tenth less time so."""

import gc
from typing import Any

from numba.core import event


class _Uncollected(event.Listener):
    """Holds the collector back from the beginning of a compilation to its end.

    The compiler makes millions of objects, and keeps nearly all of them until it has ended; it lets
    one thread in at a time. Kernels that a kernel calls are compiled within its compilation.
    """

    def __init__(self) -> None:
        self._depth, self._collects = 0, False

    def on_start(self, event: Any) -> None:
        """Stop collecting where this is the outermost compilation."""
        if self._depth == 0:
            self._collects = gc.isenabled()
            gc.disable()
        self._depth += 1

    def on_end(self, event: Any) -> None:
        """Collect as before where this was the outermost compilation."""
        self._depth -= 1
        if self._depth == 0 and self._collects:
            gc.enable()


_LISTENER = _Uncollected()


def collect_none_while_compiling() -> None:
    """Hold the collector back from now on whenever this process compiles."""
    register: Any = event.register
    register("numba:compile", _LISTENER)
