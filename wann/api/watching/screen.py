"""What all live displays share: the terminal they are drawn on, times, and looks from time to time.

A display is drawn anew in place on a terminal; elsewhere, and on a terminal that cannot do that,
it is plain lines.
"""

import os
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console


def on_terminal(stream: TextIO | None = None) -> bool:
    """Return whether `stream`, by default stderr, is a terminal where lines can be drawn anew."""
    stream = stream or sys.stderr
    if stream is None or not stream.isatty():
        return False
    return os.environ.get("TERM", "").lower() not in ("dumb", "unknown")


def console(stream: TextIO | None = None) -> "Console":
    """Return what draws on `stream`, by default stderr."""
    from rich.console import Console

    # Rich fails where one of these is a digit that no number is made of
    sizes = ("COLUMNS", "LINES")
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in sizes or re.fullmatch("[1-9][0-9]{0,3}", value)
    }
    return Console(file=stream, stderr=stream is None, _environ=environment)


def minutes(seconds: float) -> str:
    """Return a time in minutes and seconds: 12:05."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


@contextmanager
def repeating(show: Callable[[], None], seconds: float) -> Iterator[None]:
    """Call `show` every so many `seconds`, in a thread of its own, until the context is left."""
    over = threading.Event()

    def repeat() -> None:
        while not over.wait(seconds):
            show()

    thread = threading.Thread(target=repeat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


class Countdown:
    """Tells how long the rest will take, at the pace since the beginning."""

    def __init__(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        self.started = time.monotonic()

    @property
    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self.started

    def left(self, done: int) -> str:
        """Return the time left once `done` of the total are done, in minutes and seconds."""
        rest = max(0, self.total - done)
        return minutes(self.elapsed / max(1, done - self.done) * rest)
