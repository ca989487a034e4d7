"""Stdout is for results alone: whatever else is written there while a command runs goes to stderr.

Environments, models and the libraries that they use print what they like. A reader of `--json`
must still find one object.
"""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from wann.terminal import columns_of, printable, wrapped

_stdout: list[TextIO] = []  # the last is where results go; none: where `print` writes


def show(text: object, end: str = "\n") -> None:
    """Print a result of the command to stdout as it is: a file, a JSON object, a table.

    It is there at once, so that it is not lost where the command is ended while it goes on.
    """
    print(printable(str(text), keep="\n\t"), end=end, file=stream(), flush=True)


def tell(text: str) -> None:
    """Print a result in words, of one line or several, that fit the terminal."""
    show(wrapped(text, columns()))


def columns() -> int | None:
    """Return how many columns there are for results, None where they do not go to a terminal."""
    return columns_of(stream())


def stream() -> TextIO | None:
    """Return where results go, None where stdout was closed by whoever started us."""
    return _stdout[-1] if _stdout else sys.stdout


@contextmanager
def stdout_for_results(whole_process: bool) -> Iterator[None]:
    """Let `show` alone write to stdout in this context.

    If the whole process is the command's, that holds for code below Python and for processes that
    it starts, too, and to the end of the process, since C libraries write what they hold back when
    it ends.
    """
    before = sys.stdout
    if before is None:  # closed by whoever started us
        yield
        return
    _stdout.append(_apart(before) if whole_process else before)
    sys.stdout = sys.stderr
    try:
        try:
            yield
        finally:
            _stdout[-1].flush()
    except BrokenPipeError:  # whoever read our output has left
        os.dup2(os.open(os.devnull, os.O_WRONLY), _stdout[-1].fileno())
        raise
    finally:
        if not whole_process:
            _stdout.pop()
            sys.stdout = before


def _apart(stdout: TextIO) -> TextIO:
    """Return a stream to where `stdout` leads, and let its own descriptor lead to stderr."""
    stdout.flush()
    descriptor = stdout.fileno()
    # Not as number 2, which is free where there is no stderr: what goes there is no result
    apart = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 3)
    try:
        os.dup2(2, descriptor)
    except OSError:  # there is no stderr
        os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)
    return open(apart, "w", encoding=stdout.encoding, errors=stdout.errors)
