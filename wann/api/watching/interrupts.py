"""Ctrl-C: the first asks to come to an end, the second stops at once."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from wann.errors import in_one_line
from wann.terminal import say, warn

_AGAIN_SECONDS = 1.0  # between two attempts to give an order that could not be given


@contextmanager
def interruptible(
    under_way: str, order: Callable[[], None] | None = None
) -> Iterator[Callable[[], bool]]:
    """Yield what tells whether there was a Ctrl-C.

    At the first one a line says that `under_way` is being finished, and `order`, which may tell
    workers elsewhere to stop, is called until it succeeds. The second one raises
    KeyboardInterrupt, as without this context. Only the main thread gets to know of Ctrl-C: in
    another one this context does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    interrupted, over = threading.Event(), threading.Event()

    def interrupt(number: int, frame: object) -> None:
        # No more than a flag: the program may be in the middle of anything, of a line that it
        # prints or of a call to the very storage that `order` writes to.
        interrupted.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def answer() -> None:
        interrupted.wait()
        if over.is_set():
            return
        say(f"finishing {under_way}; press Ctrl-C again to stop at once")
        if order:
            _insist(order, over)

    answering = threading.Thread(target=answer, daemon=True)
    answering.start()
    previous = signal.signal(signal.SIGINT, interrupt)
    try:
        yield lambda: interrupted.is_set() and not over.is_set()
    finally:
        signal.signal(signal.SIGINT, previous)
        over.set()
        interrupted.set()  # lets the thread end
        answering.join()


def _insist(order: Callable[[], None], over: threading.Event) -> None:
    """Give the order, again and again where it cannot be given, until it is or all is over."""
    complained = False
    while not over.is_set():
        try:
            order()
            return
        except Exception as error:  # each storage has its own
            if not complained:
                warn(f"workers cannot be told to stop as yet: {in_one_line(error)}")
            complained = True
            over.wait(_AGAIN_SECONDS)
