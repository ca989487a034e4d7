"""Watching what another process works on, until that has ended."""

import time
from collections.abc import Callable
from typing import TextIO

from wann.api.watching.look import Look
from wann.api.watching.looks import looking_at
from wann.api.watching.screen import console, on_terminal
from wann.errors import UserError
from wann.terminal import columns_of, printable, wrapped

_LOOK_SECONDS = 1.0
_PLAIN_SECONDS = 5.0  # between two plain lines
_PIPE_WIDTH = 100  # columns where there is no terminal
_ALL_ROWS = 100_000


def show_once(address: str, stream: TextIO) -> None:
    """Write how the work at a path or URL stands; UserError if there is none to watch."""
    _print(looking_at(address)(), stream)


def watch(address: str, stream: TextIO) -> None:
    """Write how the work at a path or URL fares, until nobody is at it any more.

    On a terminal it is drawn anew in its place; elsewhere plain lines are written, and in the end
    all that is seen. What has ended before is written once. UserError if there is none.
    """
    look = looking_at(address)
    first = look()
    if first.over:
        _print(first, stream)
    elif on_terminal(stream):
        _draw(first, look, stream)
    else:
        last = _write_lines(first, look, stream)
        _print(last, stream)


def _print(look: Look, stream: TextIO) -> None:
    screen = console(stream)
    if columns_of(stream) is None:
        screen.width = _PIPE_WIDTH
    screen.print(look.picture(screen.width, _ALL_ROWS))


def _draw(first: Look, look: Callable[[], Look], stream: TextIO) -> None:
    from rich.live import Live

    screen, seen = console(stream), first

    def picture() -> object:
        return seen.picture(screen.width, screen.height)

    with Live(
        get_renderable=picture,  # type: ignore[arg-type]
        console=screen,
        refresh_per_second=2,
        vertical_overflow="crop",
        redirect_stdout=False,
        redirect_stderr=False,
    ):
        while not seen.over:
            time.sleep(_LOOK_SECONDS)
            seen = _again(look, seen)


def _write_lines(first: Look, look: Callable[[], Look], stream: TextIO) -> Look:
    seen, written, told = first, "", -_PLAIN_SECONDS
    while not seen.over:
        if seen.line != written and time.monotonic() - told >= _PLAIN_SECONDS:
            line = wrapped(printable(seen.line), columns_of(stream))
            stream.write(f"{line}\n")
            stream.flush()
            written, told = seen.line, time.monotonic()
        time.sleep(_LOOK_SECONDS)
        seen = _again(look, seen)
    return seen


def _again(look: Callable[[], Look], before: Look) -> Look:
    """Return what is seen now, or what was seen before where far storage fails for a moment."""
    try:
        return look()
    except UserError:
        raise
    except Exception:  # each storage has its own
        return before
