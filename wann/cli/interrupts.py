"""Ctrl-C: the first asks to come to an end, the second stops at once."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def interruptible(under_way: str) -> Iterator[Callable[[], bool]]:
    """Yield what tells whether there was a Ctrl-C, at which a line says that `under_way` is being finished."""
    interrupted: list[int] = []

    def interrupt(number: int, frame: object) -> None:
        interrupted.append(number)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        print(f"finishing {under_way}; press Ctrl-C again to stop at once", file=sys.stderr)

    previous = signal.signal(signal.SIGINT, interrupt)
    try:
        yield lambda: bool(interrupted)
    finally:
        signal.signal(signal.SIGINT, previous)
