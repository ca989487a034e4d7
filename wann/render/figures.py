"""Figures as files: the same bytes for the same figure, whole or not at all."""

import io
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from wann.files import write_atomically

_DPI = 150


class ShownFigure(Figure):
    """A figure that a notebook shows by itself, without pyplot and its magic commands."""

    def _repr_svg_(self) -> str:
        """Return the figure as SVG, which is what notebooks ask for."""
        return figure_bytes(self)[".svg"].decode()


def save_figure(figure: Figure, path: Path) -> list[Path]:
    """Write `figure` to `path` with the suffixes .png and .svg; return both paths."""
    written = []
    for suffix, content in figure_bytes(figure).items():
        file = path.with_name(path.name + suffix)
        write_atomically(file, content)
        written.append(file)
    return written


def figure_bytes(figure: Figure) -> dict[str, bytes]:
    """Return the content of the files of `figure`, by suffix: .png and .svg."""
    content = {}
    with mpl.rc_context({"svg.hashsalt": "wann"}):
        for suffix, metadata in (
            (".png", {"Software": None}),
            (".svg", {"Date": None, "Creator": None}),
        ):
            buffer = io.BytesIO()
            figure.savefig(buffer, format=suffix[1:], dpi=_DPI, metadata=metadata)
            content[suffix] = buffer.getvalue()
    return content
