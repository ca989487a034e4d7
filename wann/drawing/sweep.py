"""A sweep as a figure: what the champions of each setting return, and how large they are."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from wann.drawing.figures import ShownFigure
from wann.drawing.names import entitle, literal
from wann.drawing.palette import GRID, MARKED, POINTS

_HEIGHT, _SPREAD = 0.42, 0.13  # inches of a setting, half the height of its strip of points
_FEWEST_FOR_A_BOX = 3
_LONGEST = 48  # characters of a label

Rows = Sequence[Mapping[str, Any]]


def draw_sweep(
    rows: Rows, *, title: str | None = None, means: str = "champion's return, held-out episodes"
) -> Figure:
    """Draw for each setting a box and a point for each run, returns beside connections.

    A row of `rows` is a run: `label` of its setting, `mean` and `connections`; runs without a
    champion, whose mean is None, are left out. Boxes span the quartiles, whiskers all runs. `means`
    says what the means are of.
    """
    labels = list(dict.fromkeys(row["label"] for row in rows))
    figure = ShownFigure(figsize=(7.2, 1.5 + _HEIGHT * len(labels)), layout="constrained")
    returns, sizes = figure.subplots(1, 2, sharey=True, width_ratios=(3, 2))
    for axes, key in ((returns, "mean"), (sizes, "connections")):
        for height, label in enumerate(labels):
            values = [row[key] for row in rows if row["label"] == label and row["mean"] is not None]
            # An empty plot has no extent, which the layout cannot work with.
            if values:
                _box(axes, height, np.array(values, dtype=np.float64))
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.grid(axis="x", color=GRID, lw=0.6)
        axes.set_axisbelow(True)
        axes.tick_params(axis="y", length=0)
    # Labels are names in folders: longer ones show their end, where the settings that vary fastest
    # are.
    shown = [label if len(label) <= _LONGEST else "..." + label[-_LONGEST:] for label in labels]
    counts = [
        sum(row["label"] == label and row["mean"] is not None for row in rows) for label in labels
    ]
    returns.set_yticks(
        range(len(labels)),
        [
            f"{literal(text.replace(',', ', '))}  (n = {count})"
            for text, count in zip(shown, counts, strict=True)
        ],
        fontsize=8,
    )
    returns.set_ylim(len(labels) - 0.4, -0.6)
    returns.set_xlabel(means)
    sizes.set_xlabel("connections")
    sizes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1, nbins=5))
    entitle(figure, title)
    return figure


def _box(axes: Axes, height: int, values: np.ndarray[Any, np.dtype[np.float64]]) -> None:
    """Draw the values of one setting at `height`: points in the order of their seeds, and a box."""
    if len(values) >= _FEWEST_FOR_A_BOX:
        axes.boxplot(
            values,
            positions=[height],
            orientation="horizontal",
            widths=0.62,
            whis=(0, 100),
            patch_artist=True,
            showcaps=False,
            showfliers=False,
            manage_ticks=False,
            boxprops={"facecolor": POINTS, "alpha": 0.18, "edgecolor": "none"},
            whiskerprops={"color": POINTS, "alpha": 0.6, "lw": 1.0},
            medianprops={"color": MARKED, "lw": 2.0},
        )
    heights = (
        height + np.linspace(-_SPREAD, _SPREAD, len(values))
        if len(values) > 1
        else np.full(len(values), height)
    )
    axes.plot(values, heights, "o", color=POINTS, ms=3.5, alpha=0.8, mew=0, clip_on=False, zorder=3)
