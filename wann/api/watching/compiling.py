"""Compilation of the kernels: its own time while it lasts, and Ctrl-C that ends it at once.

Kernels are compiled once, which takes up to half a minute. Meanwhile Python answers nothing for
seconds at a time, and there is nothing yet that could be lost.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any

from wann.api.watching.notebook import Spot, in_notebook
from wann.api.watching.screen import minutes, on_terminal, repeating
from wann.terminal import say

_LOOK_SECONDS = 0.25
_PLAIN_SECONDS = 10.0  # between two lines where nothing can be drawn anew
_SHOWN_AFTER_SECONDS = 1.0  # what is compiled in less needs no words
_CLEAR_LINE, _SHOW_CURSOR = "\r\x1b[2K", "\x1b[?25h"
INTERRUPTED = 130  # the exit code after Ctrl-C


class _Clock:
    """Measures the time during which kernels are compiled, by any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way, self._began, self._before = 0, 0.0, 0.0
        self.interrupted = False  # Ctrl-C came: the next compilation is not begun
        self.stands_below_bar = False  # a bar shows it

    def begin(self) -> None:
        """Take note that a kernel is compiled from now on, perhaps within another one."""
        with self._lock:
            if not self._under_way:
                self._began = time.monotonic()
            self._under_way += 1
        if self.interrupted:
            _leave()

    def end(self) -> None:
        """Take note that a kernel is compiled."""
        with self._lock:
            self._under_way = max(0, self._under_way - 1)
            if not self._under_way:
                self._before += time.monotonic() - self._began

    @property
    def is_running(self) -> bool:
        """Whether kernels are being compiled."""
        return self._under_way > 0

    @property
    def seconds(self) -> float:
        """How long kernels have been compiled in this process."""
        with self._lock:
            running = time.monotonic() - self._began if self._under_way else 0.0
            return self._before + running


@cache
def compilation() -> _Clock:
    """Return the clock of this process; it counts what is compiled from the first call on."""
    from numba.core import event

    clock = _Clock()

    class Listener(event.Listener):
        def on_start(self, event: Any) -> None:
            clock.begin()

        def on_end(self, event: Any) -> None:
            clock.end()

    register: Any = event.register
    register("numba:compile", Listener())
    return clock


def in_words() -> str:
    """Return how long kernels have been compiled, "" where none is being compiled."""
    clock = compilation()
    return f"compiling the kernels, {minutes(clock.seconds)}" if clock.is_running else ""


@contextmanager
def shown_while_compiling() -> Iterator[None]:
    """Say on stderr that kernels are compiled, and how long it has taken, where there is no bar."""
    clock, drawn = compilation(), on_terminal()
    spot = Spot() if in_notebook() else None
    told = 0.0  # at how many seconds of compilation it was said last

    def show() -> None:
        nonlocal told
        seconds, words = clock.seconds, in_words()
        if not words or clock.stands_below_bar or seconds < _SHOWN_AFTER_SECONDS:
            return
        if spot:
            spot.show(words)
        elif drawn:
            print(f"{_CLEAR_LINE}{words}", end="", file=sys.stderr, flush=True)
        elif told and seconds - told < _PLAIN_SECONDS:
            return
        else:
            say(words)
        told = seconds

    with repeating(show, _LOOK_SECONDS):
        yield
    if told and spot:
        spot.show("")
    elif told and drawn:
        print(_CLEAR_LINE, end="", file=sys.stderr, flush=True)


@contextmanager
def shown_below_bar() -> Iterator[Callable[[], str]]:
    """Yield what returns `in_words`; nothing else shows it in this context."""
    clock = compilation()
    clock.stands_below_bar = True
    try:
        yield in_words
    finally:
        clock.stands_below_bar = False


@contextmanager
def stopped_at_once_while_compiling() -> Iterator[None]:
    """Let Ctrl-C end the program at once where it comes while kernels are compiled.

    The compiler answers no signal for seconds at a time, so that a thread has to. At other times
    Ctrl-C does what it does otherwise.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    clock = compilation()
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with ExitStack() as undone:
        undone.callback(os.close, reading)
        undone.callback(setattr, clock, "interrupted", False)  # what is compiled later may be
        watching = threading.Thread(target=_watch, args=(reading,), daemon=True)
        watching.start()
        undone.callback(watching.join)
        undone.callback(os.close, writing)  # ends the thread
        undone.callback(signal.set_wakeup_fd, signal.set_wakeup_fd(writing))
        yield


def _watch(signals: int) -> None:
    """Read the numbers of signals from a pipe as they come, until it is closed."""
    clock = compilation()
    while number := os.read(signals, 1):
        if number[0] == signal.SIGINT:
            clock.interrupted = True
            if clock.is_running:
                _leave()


def _leave() -> None:
    """End the program without waiting for the compiler."""
    tidied = f"{_CLEAR_LINE}{_SHOW_CURSOR}" if on_terminal() else ""
    # Past sys.stderr, which a display may have put its own stream in the place of; what another
    # thread is about to draw goes into a pipe that nobody reads, or it would stand below this line
    stderr = os.dup(2)
    os.dup2(os.pipe()[1], 2)
    os.write(stderr, f"{tidied}wann: interrupted\n".encode())
    os._exit(INTERRUPTED)
