"""Figures that are made, but not painted, and no films: they take most of a small command.

Searches need not even make them: see `searches_without_figures`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest


def paint_nothing(self: object, buffer: Any, *, format: str, **_: object) -> None:
    """Write what stands for a figure, in place of `Figure.savefig`."""
    buffer.write(b'<svg viewBox="0 0 1 1"/>' if format == "svg" else b"png")


@contextmanager
def nothing_painted() -> Iterator[None]:
    """Have figures hold no picture, and runs no film, within this context."""
    from matplotlib.figure import Figure

    from wann.experiments.growing import network_pictures

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Figure, "savefig", paint_nothing)
        patched.setattr(network_pictures, "draw_short_film", lambda *_: None)
        yield


@contextmanager
def searches_without_figures() -> Iterator[None]:
    """Have searches make neither figures nor a page in the end, as `figures=False` does.

    A second of each search is spent on them, ten times what the generations of a small one take.
    """
    from wann.api import searching

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(searching, "draw", lambda growth, path: None)
        yield
