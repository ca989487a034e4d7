"""Figures of pruning: what was kept, what it cost, and what masks have in common."""

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from wann.drawing.figures import ShownFigure
from wann.drawing.names import entitle, literal
from wann.drawing.palette import BACKGROUND, BARS, DARK, GRID, GUIDE, INK, MARKED, SHADES, line_look

_MOST_WRITTEN = 20  # rows of a heat map with numbers in its cells
_LEAST_SHARE = 1e-12
_LONGEST = 40  # letters of a name in a legend
_MARK, _LETTER = 0.6, 0.062  # inches in a legend

Floats = NDArray[np.float64]


def draw_kept_inputs(
    kept: Mapping[str, ArrayLike],
    sizes: Mapping[str, int],
    *,
    asked: float | None = None,
    title: str | None = None,
) -> Figure:
    """Draw for each layer how many units (bars) keep how many of their incoming weights.

    Of each layer, `kept` has the counts (units,), and `sizes` how many incoming weights a unit has
    when nothing is pruned. `asked` is the density asked for: what a unit would keep if all kept
    alike is marked.
    """
    figure = ShownFigure(figsize=(max(3.6, 2.6 * len(kept)), 2.9), layout="constrained")
    for axes, (name, counts) in zip(
        figure.subplots(1, len(kept), squeeze=False)[0], kept.items(), strict=True
    ):
        values = np.asarray(counts, dtype=np.int64)
        top = max(1, int(values.max(initial=0)))
        # Whole numbers of weights: no bar holds more of them than its neighbours
        width = -(-(top + 1) // 30)
        edges = np.arange(0, top + 1 + width, width) - 0.5
        axes.hist(values, bins=edges.tolist(), color=BARS, edgecolor=BACKGROUND, lw=0.4)
        silent = int((values == 0).sum())
        mean = float(values.mean()) if len(values) else 0.0
        axes.axvline(mean, color=MARKED, lw=1.2, label="mean of the layer")
        if asked is not None:
            text = f"{100 * asked:.3g} % of each unit"
            axes.axvline(asked * sizes[name], color=INK, lw=1.0, ls=(0, (4, 3)), label=text)
        axes.set_title(literal(name), fontsize=9, color=INK)
        axes.set_xlabel(
            f"weights kept of {sizes[name]}\nmean {mean:.1f}, units without any: {silent}",
            fontsize=8,
        )
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
        axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
        _tidy(axes)
    figure.axes[0].set_ylabel("units")
    if asked is not None:
        lines = figure.axes[0].get_legend_handles_labels()
        figure.legend(*lines, loc="outside lower center", ncols=2, frameon=False, fontsize=8)
    entitle(figure, title)
    return figure


def draw_loss_increase(
    points: Mapping[str, tuple[ArrayLike, ArrayLike]], *, title: str | None = None
) -> Figure:
    """Draw the true increase of the loss against the predicted one, a colour for each method.

    On the line they agree. `points` has for each method (predicted, true), both (points,). Both
    axes are logarithmic where all increases are above 0.
    """
    figure = ShownFigure(figsize=(4.8, 4.6), layout="constrained")
    axes = figure.subplots()
    pairs = {
        name: (np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64))
        for name, (x, y) in points.items()
    }
    for number, (name, (predicted, true)) in enumerate(pairs.items()):
        colour, marker, _ = line_look(number)
        axes.plot(
            predicted, true, marker, color=colour, ms=4.5, alpha=0.8, mew=0, label=_in_legend(name)
        )
    values = np.concatenate(
        [np.concatenate(pair) for pair in pairs.values()] or [np.array([0.0, 1.0])]
    )
    values = values[np.isfinite(values)]
    if len(values) and values.min() > _LEAST_SHARE:
        axes.set(xscale="log", yscale="log")
    ends = [values.min(), values.max()] if len(values) else [0.0, 1.0]
    axes.plot(ends, ends, color=GUIDE, lw=0.9, ls=(0, (4, 3)), label="as predicted", zorder=1)
    axes.set(xlabel="predicted increase of the loss", ylabel="true increase of the loss")
    _tidy(axes)
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=_legend_columns(figure, points, 3),
        frameon=False,
        fontsize=8,
        borderaxespad=0.2,
    )
    entitle(figure, title)
    return figure


def draw_overlap(
    overlap: ArrayLike,
    labels: Sequence[str],
    *,
    expected: ArrayLike | None = None,
    title: str | None = None,
) -> Figure:
    """Draw what each two masks have in common.

    `overlap` (masks, masks) is their intersection over their union, from 0 to 1. `expected` of the
    same shape is what random masks of as many weights would have; it is written below each number.
    ValueError unless the shapes agree with `labels`.
    """
    share = np.asarray(overlap, dtype=np.float64)
    random_share = None if expected is None else np.asarray(expected, dtype=np.float64)
    if share.shape != (len(labels), len(labels)) or (
        random_share is not None and random_share.shape != share.shape
    ):
        raise ValueError(
            f"expected overlaps ({len(labels)}, {len(labels)}) of {len(labels)} masks, got "
            f"{share.shape}"
        )
    side = min(max(2.6, 0.62 * len(labels)), 11.0)
    figure = ShownFigure(figsize=(side + 2.0, side + 1.2), layout="constrained")
    axes = figure.subplots()
    image = axes.imshow(
        np.ma.masked_invalid(share), cmap=SHADES, vmin=0.0, vmax=1.0, interpolation="nearest"
    )
    if len(labels) <= _MOST_WRITTEN:
        for row in range(len(labels)):
            for column in range(len(labels)):
                _write_cell(axes, row, column, share, random_share)
    upright = max(map(len, labels), default=0) > 6
    shown = [literal(label) for label in labels]
    axes.set_xticks(range(len(labels)), shown, rotation=90 if upright else 0, fontsize=8)
    axes.set_yticks(range(len(labels)), shown, fontsize=8)
    axes.tick_params(length=0)
    axes.spines[:].set_color(GUIDE)
    below = "\nbelow: of random masks of as many weights" if random_share is not None else ""
    bar = figure.colorbar(image, ax=axes, shrink=0.7, pad=0.02)
    bar.outline.set_visible(False)
    axes.set_xlabel(f"kept by both / kept by either{below}", fontsize=8)
    entitle(figure, title)
    return figure


def _write_cell(
    axes: Axes, row: int, column: int, share: Floats, random_share: Floats | None
) -> None:
    value = share[row, column]
    if not math.isfinite(value):
        return
    colour = BACKGROUND if value >= DARK else INK
    lower = random_share is not None and row != column and math.isfinite(random_share[row, column])
    axes.text(
        column,
        row - (0.12 if lower else 0),
        f"{value:.2f}",
        ha="center",
        va="center",
        fontsize=8,
        color=colour,
    )
    if lower:
        assert random_share is not None
        text = f"{random_share[row, column]:.2f}"
        axes.text(
            column, row + 0.24, text, ha="center", va="center", fontsize=6, color=colour, alpha=0.8
        )


def _in_legend(name: str) -> str:
    return literal(name, _LONGEST)


def _legend_columns(figure: Figure, names: Iterable[str], most: int) -> int:
    """Return how many columns of a legend, at most `most`, the figure is wide enough for."""
    longest = min(_LONGEST, max(map(len, names), default=0))
    return max(1, min(most, int(figure.get_figwidth() / (_MARK + longest * _LETTER))))


def _tidy(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color=GRID, lw=0.6)
    axes.set_axisbelow(True)
