"""The legend of a drawing of a network."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from wann.activations import Declaration
from wann.activations.table import by_code
from wann.drawing.frame import LEGEND_FONT, legend_columns
from wann.drawing.lines import MOST_HEADS, by_sign
from wann.drawing.palette import BACKGROUND, EDGE, INK, look_of
from wann.drawing.shown import Shown

_SIGNS = {1.0: ">", -1.0: "<", 0.0: "="}


def entries_of(shown: Shown) -> list[Line2D]:
    """Return what a legend explains: activations, and what else is not seen in every drawing."""
    codes = np.unique(shown.network.activation).tolist()
    entries = [_node(by_code(code)) for code in codes]
    if shown.constant.any():
        entries.append(_constant())
    if shown.weights is not None:
        found = set(np.sign(shown.weights).tolist())
        entries += [
            _line(f"weight {relation} 0", by_sign(sign))
            for sign, relation in _SIGNS.items()
            if sign in found
        ]
    if shown.is_bundled and shown.weights is None:
        entries.append(_line("bundle", EDGE))
    if shown.network.recurrent:
        entries.append(_line("one step before", EDGE, dashed=True))
    if len(shown.counts) > MOST_HEADS:
        entries.append(_arrow())
    return entries


def draw_legend(axes: Axes, width: float, entries: list[Line2D]) -> None:
    """Draw the legend below a drawing that is `width` inches wide; without entries there is none.

    Its rows are about equally long.
    """
    if entries:
        axes.legend(
            handles=entries,
            loc="lower center",
            ncols=legend_columns(width, len(entries)),
            frameon=False,
            fontsize=LEGEND_FONT,
            handlelength=1.5,
            columnspacing=1.4,
            borderaxespad=0.3,
        )


def _node(activation: Declaration) -> Line2D:
    look = look_of(activation.code)
    return _marker("o", look.fill, look.ring, activation.name)


def _constant() -> Line2D:
    return _marker("s", BACKGROUND, INK, "constant")


def _arrow() -> Line2D:
    return Line2D(
        [],
        [],
        linestyle="none",
        marker="$\\rightarrow$",
        markersize=11,
        color=INK,
        label="direction",
    )


def _marker(marker: str, fill: str, ring: str, label: str) -> Line2D:
    return Line2D(
        [],
        [],
        linestyle="none",
        marker=marker,
        markersize=9,
        markerfacecolor=fill,
        markeredgecolor=ring,
        markeredgewidth=1.6,
        label=label,
    )


def _line(label: str, colour: str, dashed: bool = False) -> Line2D:
    line = Line2D([], [], color=colour, alpha=0.6, linewidth=2 if dashed else 4, label=label)
    line.set_linestyle("dashed" if dashed else "solid")
    return line
