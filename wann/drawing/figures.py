"""Figures as files: the same bytes for the same figure, whole or not at all."""

import io
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from wann.errors import unknown
from wann.files import write_atomically

SUFFIXES = (".png", ".svg")  # of the files of a figure, where nothing else is asked for
_DPI = 150
# What a file must not say, or its bytes would change with the day and the version
_METADATA: dict[str, dict[str, None]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


class ShownFigure(Figure):
    """A figure that a notebook shows by itself, without pyplot and its magic commands."""

    def _repr_svg_(self) -> str:
        """Return the figure as SVG, which is what notebooks ask for."""
        return figure_as(self, ".svg").decode()


def save_figure(figure: Figure, path: Path, suffixes: Sequence[str] = SUFFIXES) -> list[Path]:
    """Write `figure` to `path` with each of `suffixes`; return the paths."""
    written = []
    for suffix, content in figure_bytes(figure, suffixes).items():
        file = path.with_name(path.name + suffix)
        write_atomically(file, content)
        written.append(file)
    return written


def figure_bytes(figure: Figure, suffixes: Sequence[str] = SUFFIXES) -> dict[str, bytes]:
    """Return the content of the files of `figure`, by suffix."""
    return {suffix: figure_as(figure, suffix) for suffix in suffixes}


def figure_as(figure: Figure, suffix: str) -> bytes:
    """Return the content of a file of `figure`: `suffix` is one of .png, .svg and .pdf.

    UserError for any other.
    """
    if suffix not in _METADATA:
        raise unknown("ending of a picture", suffix, _METADATA)
    buffer = io.BytesIO()
    # Identifiers that do not change with the day, and text that stays text in a PDF
    with mpl.rc_context({"svg.hashsalt": "wann", "pdf.fonttype": 42}):
        figure.savefig(buffer, format=suffix[1:], dpi=_DPI, metadata=_METADATA[suffix])
    return buffer.getvalue()
