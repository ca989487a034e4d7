"""Accuracy over density: what methods of pruning and their controls keep, and how soon it goes."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullFormatter, NullLocator
from numpy.typing import NDArray

from wann.drawing.figures import ShownFigure
from wann.drawing.names import entitle, literal
from wann.drawing.palette import COLOURS, GRID, GUIDE, INK, MARKERS, MEDIAN, STROKES, LineLook

_MOST_TOGETHER = 8  # series in one panel; of more, each method has a panel
_PER_ROW = 4
_LONGEST = 40  # letters of a name in a legend
_WIDE = 0.25  # accuracies further apart than this are drawn on a logit scale
_CLOSEST = 0.001  # to 0 and 1, on that scale
_TICKS = (1, 2, 5, 10, 20, 50, 80, 90, 95, 98, 99, 99.5, 99.9)  # per cent

Floats = NDArray[np.float64]
Rows = Sequence[Mapping[str, Any]]


class Series(NamedTuple):
    """A method, or one of the controls of a method."""

    method: str
    control: str | None = None

    @property
    def label(self) -> str:
        """What a legend calls it."""
        return self.method if self.control is None else f"{self.method}, {self.control}"


class Levels(NamedTuple):
    """What curves are held against: each is None where it is not known."""

    dense: float | None = None  # the accuracy without pruning
    chance: float | None = None  # of a guess
    plateau: float | None = None  # the density at which the plateau ends


def draw_density_curves(
    curves: Mapping[Series, Rows], levels: Levels | None = None, *, title: str | None = None
) -> Figure:
    """Draw accuracies over density, densest on the left, with a band for each interval.

    A method has a colour and a marker, a control a stroke. Where there are more than a few curves,
    each method has a panel with its controls, which have markers there, and the other methods are
    grey. Accuracies far
    from each other are on a logit scale, so that one that collapses leaves room for the others.

    Args:
        curves: rows of each series, which have `density` and `mean`, from 0 to 1, and `low` and
            `high` of the interval, NaN where there is none.
        levels: what the curves are held against.
        title: above the figure.
    """
    levels = levels or Levels()
    methods = list(dict.fromkeys(series.method for series in curves))
    controls = list(dict.fromkeys([None, *(series.control for series in curves)]))
    apart = len(curves) > _MOST_TOGETHER and len(methods) > 1 and len(controls) > 1
    columns = min(_PER_ROW, len(methods)) if apart else 1
    rows = -(-len(methods) // columns) if apart else 1
    size = (2.6 * columns + 0.8, 2.4 * rows + 1.0) if apart else (7.2, 4.2)
    figure = ShownFigure(figsize=size, layout="constrained")
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
    shown: list[str | None] = [*methods] if apart else [None]
    for axes, method in zip(panels, shown, strict=False):
        for series, points in curves.items():
            number, control = methods.index(series.method), controls.index(series.control)
            look = LineLook(
                COLOURS[number % len(COLOURS)],
                MARKERS[(control if apart else number) % len(MARKERS)],
                STROKES[control % len(STROKES)],
            )
            if method in (None, series.method):
                _draw_curve(axes, series, points, look)
            elif series.control is None:
                _draw_grey(axes, points)
        _draw_levels(axes, levels)
        if method is not None:
            colour = COLOURS[methods.index(method) % len(COLOURS)]
            axes.set_title(literal(method), fontsize=9, color=colour)
    for axes in panels[len(shown) :]:
        axes.set_axis_off()
    _scale(panels, curves, levels)
    _name_axes(figure, panels[: len(shown)], columns)
    _draw_legend(figure, controls if apart else None, levels)
    entitle(figure, title)
    return figure


def _draw_curve(axes: Axes, series: Series, points: Rows, look: LineLook) -> None:
    density, mean, low, high = _columns(points)
    # Bands of controls are fainter: several of them lie on each other
    alpha = 0.15 if series.control is None else 0.06
    axes.fill_between(density, low, high, color=look.colour, alpha=alpha, lw=0)
    axes.plot(
        density,
        mean,
        color=look.colour,
        marker=look.marker,
        ls=look.stroke,
        lw=1.6 if series.control is None else 1.2,
        ms=4.5 if series.control is None else 3.5,
        mew=0,
        label=literal(series.label, _LONGEST),
    )


def _draw_grey(axes: Axes, points: Rows) -> None:
    density, mean, _, _ = _columns(points)
    axes.plot(density, mean, color=MEDIAN, lw=0.8, alpha=0.6, zorder=1)


def _draw_levels(axes: Axes, levels: Levels) -> None:
    if levels.dense is not None:
        axes.axhline(_held(levels.dense), color=INK, lw=0.9, ls=(0, (4, 3)), label="dense")
    if levels.chance is not None:
        axes.axhline(_held(levels.chance), color=GUIDE, lw=0.9, ls=(0, (1, 2)), label="chance")
    if levels.plateau is not None:
        text = f"plateau ends: {100 * levels.plateau:.3g} %"
        axes.axvline(100 * levels.plateau, color=GUIDE, lw=0.9, ls=(0, (6, 2, 1, 2)), label=text)


def _scale(panels: NDArray[Any], curves: Mapping[Series, Rows], levels: Levels) -> None:
    """Choose the scales: densities on a log axis, accuracies as far apart as they are."""
    means = [row["mean"] for rows in curves.values() for row in rows if row["mean"] is not None]
    known = np.array([m for m in means if math.isfinite(m)] or [0.5])
    axes = panels[0]
    axes.set_xscale("log")
    axes.invert_xaxis()
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0), numticks=20))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.3g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    if np.ptp(known) <= _WIDE:
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.4g}"))
        return
    axes.set_yscale("logit")
    axes.yaxis.set_major_locator(FixedLocator([tick / 100 for tick in _TICKS]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.3g}"))
    axes.yaxis.set_minor_locator(NullLocator())
    marked = [level for level in (levels.dense, levels.chance) if level is not None]
    low, high = (_held(end([*known, *marked])) for end in (min, max))
    axes.set_ylim(low / (1.0 + 0.3 * (1 - low)), 1 - (1 - high) / 1.4)


def _name_axes(figure: Figure, panels: NDArray[Any], columns: int) -> None:
    for number, axes in enumerate(panels):
        if number % columns == 0:
            axes.set_ylabel("test accuracy, %", fontsize=9)
        if number + columns >= len(panels):
            axes.set_xlabel("weights kept, %", fontsize=9)
            axes.tick_params(labelbottom=True)
        axes.tick_params(labelsize=8)
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(color=GRID, lw=0.6)
        axes.set_axisbelow(True)


def _draw_legend(figure: Figure, controls: Sequence[str | None] | None, levels: Levels) -> None:
    """Say what lines are: of panels of methods, what each stroke is, else what each curve is."""
    handles, labels = figure.axes[0].get_legend_handles_labels()
    if controls is not None:
        marked = [
            (handle, label)
            for handle, label in zip(handles, labels, strict=True)
            if label in ("dense", "chance") or label.startswith("plateau ends")
        ]
        strokes = [
            Line2D([], [], color=INK, ls=stroke, lw=1.2, marker=marker, ms=4, mew=0)
            for stroke, marker in zip(
                _cycled(STROKES, controls), _cycled(MARKERS, controls), strict=True
            )
        ]
        names = [control or "the method itself" for control in controls]
        handles = [*strokes, Line2D([], [], color=MEDIAN, lw=0.8), *(h for h, _ in marked)]
        labels = [*map(literal, names), "other methods", *(label for _, label in marked)]
    if labels:
        longest = min(_LONGEST, max(map(len, labels)))
        most = max(1, int(figure.get_figwidth() / (0.6 + longest * 0.062)))
        figure.legend(
            handles,
            labels,
            loc="outside lower center",  # above, it would lie on the title
            ncols=min(4, most),
            frameon=False,
            fontsize=8,
        )


def _cycled(looks: Sequence[Any], of: Sequence[Any]) -> list[Any]:
    """Return one of `looks` for each of some things, from the first again where these are more."""
    return [looks[number % len(looks)] for number in range(len(of))]


def _held(accuracy: float) -> float:
    """Return an accuracy that a logit scale can show."""
    return min(max(accuracy, _CLOSEST), 1 - _CLOSEST)


def _columns(points: Rows) -> tuple[Floats, Floats, Floats, Floats]:
    """Return densities (per cent), means, and both ends of the intervals, densest first."""
    points = sorted(points, key=lambda row: -row["density"])
    density, mean, low, high = (
        np.array([_number(row.get(key)) for row in points])
        for key in ("density", "mean", "low", "high")
    )
    return 100 * density, *(np.clip(part, _CLOSEST, 1 - _CLOSEST) for part in (mean, low, high))


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)
