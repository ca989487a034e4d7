"""Figures of a comparison: what contestants earn, by condition, shared weight and size."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from wann.drawing.figures import ShownFigure
from wann.drawing.names import literal
from wann.drawing.palette import CHANCE, COLOURS, GRID, GUIDE, INK, LineLook, line_look

_REFERENCE = LineLook(INK, "o", "-")
_PER_ROW = 4
_MOST_TICKS = 8  # numbers below a panel that do not touch

Row = Mapping[str, Any]


def draw_conditions(
    conditions: Mapping[str, Sequence[Row]],
    names: Sequence[str],
    *,
    reference: str,
    label: str,
    title: str,
    chance: tuple[float, float] | None = None,
) -> Figure:
    """Draw a panel for each condition, in it the mean of each contestant with its interval.

    Args:
        conditions: of each condition, a row for each contestant known there, which has `name`,
            `mean`, `low` and `high` (None where there is no interval).
        names: of the contestants, from top to bottom.
        reference: the contestant whose mean is a line down the panel.
        label: what is measured, below each panel.
        title: above all panels.
        chance: the band of what chance earns, drawn behind; None where there is none.
    """
    rows = -(-len(conditions) // _PER_ROW)
    height = 0.9 + rows * (0.7 + 0.19 * len(names))
    figure = ShownFigure(figsize=(9.6, height), layout="constrained")
    panels = figure.subplots(
        rows, min(_PER_ROW, len(conditions)), sharey=True, squeeze=False
    ).ravel()
    for axes, (condition, found) in zip(panels, conditions.items(), strict=False):
        if chance:
            axes.axvspan(*chance, color=CHANCE, lw=0, zorder=-1)
        _draw_panel(axes, found, names, reference)
        axes.set_title(literal(condition), fontsize=8.5, color=INK)
        axes.set_xlabel(label, fontsize=8)
    for axes in panels[len(conditions) :]:
        axes.set_axis_off()
    figure.suptitle(literal(title), fontsize=10, color=INK)
    return figure


def draw_profiles(
    profiles: Mapping[str, Sequence[Row]],
    *,
    reference: str,
    label: str,
    title: str,
    chance: tuple[float, float] | None = None,
) -> Figure:
    """Draw the mean of each contestant over the shared weight, and a band where one is known.

    Args:
        profiles: of each contestant, rows with `weight` and `mean`, None if unknown, and `low` and
            `high`, the ends of the band, if there is one.
        reference: the contestant that is drawn in black.
        label: what is measured, left of the axes.
        title: above them.
        chance: the band of what chance earns, drawn behind; None where there is none.
    """
    figure = ShownFigure(figsize=(9.6, 4.2), layout="constrained")
    axes = figure.subplots()
    _draw_chance(axes, chance)
    others = [name for name in profiles if name != reference]
    for name, rows in profiles.items():
        is_reference = name == reference
        look = _REFERENCE if is_reference else line_look(others.index(name))
        weights = [row["weight"] for row in rows]
        means = [np.nan if row["mean"] is None else row["mean"] for row in rows]
        low, high = (
            [np.nan if row.get(end) is None else row[end] for row in rows]
            for end in ("low", "high")
        )
        axes.fill_between(weights, low, high, color=look.colour, alpha=0.1, lw=0)
        axes.plot(
            weights,
            means,
            color=look.colour,
            ls=look.stroke,
            marker=look.marker,
            markevery=5,
            ms=4,
            mew=0,
            lw=2.0 if is_reference else 1.2,
            label=literal(name),
        )
    axes.set(xlabel="shared weight", ylabel=label)
    _tidy(axes)
    axes.grid(axis="y", color=GRID, lw=0.7)
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, fontsize=8)
    figure.suptitle(literal(title), fontsize=10, color=INK)
    return figure


def draw_curves(
    panels: Mapping[str, Mapping[str, Sequence[Row]]],
    *,
    reference: str,
    single: str,
    label: str,
    title: str,
    chance: tuple[float, float] | None = None,
) -> Figure:
    """Draw a panel for each condition: a curve of each contestant over connections, on a log axis.

    Args:
        panels: of each condition and contestant, rows with `connections`, `mean`, `low` and `high`
            (None where there is no interval).
        reference: the contestant that is the front, drawn in black.
        single: a contestant of one size that no other has, drawn as a line across the panel.
        label: what is measured, left of the panels.
        title: above all panels.
        chance: the band of what chance earns, drawn behind; None where there is none.
    """
    figure = ShownFigure(figsize=(9.6, 4.4), layout="constrained")
    row = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    for axes, (condition, curves) in zip(row, panels.items(), strict=True):
        _draw_chance(axes, chance)
        others = [name for name in curves if name not in (reference, single)]
        for number, name in enumerate(others):
            _draw_curve(axes, curves[name], name, line_look(number), 1.2)
        front = curves.get(reference, ())
        _draw_curve(axes, front, f"{reference} (front)", _REFERENCE, 2.2)
        for point in curves.get(single, ()):
            named = f"{single} ({point['connections']:,})"
            axes.axhline(point["mean"], color=GUIDE, lw=1.0, ls=(0, (4, 3)), label=literal(named))
        axes.set_xscale("log")
        drawn = (points for name, points in curves.items() if name != single)
        sizes = _apart({point["connections"] for points in drawn for point in points})
        axes.set_xticks(sizes, [str(size) for size in sizes], minor=False)
        axes.set_xticks([], minor=True)
        axes.tick_params(labelsize=7.5)
        axes.tick_params(axis="x", labelsize=6.5)
        axes.set_title(literal(condition), fontsize=8.5, color=INK)
        axes.set_xlabel("connections", fontsize=8)
        axes.grid(axis="y", color=GRID, lw=0.7)
        _tidy(axes)
    figure.axes[0].set_ylabel(label, fontsize=8)
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside right center", frameon=False, fontsize=8)
    figure.suptitle(literal(title), fontsize=10, color=INK)
    return figure


def _apart(sizes: Iterable[int]) -> list[int]:
    """Return sizes, the smallest first, that can be written side by side on a log axis."""
    found: list[int] = []
    ordered = sorted(sizes)
    for size in ordered:
        if not found or size / found[-1] > (ordered[-1] / ordered[0]) ** (1 / _MOST_TICKS):
            found.append(size)
    return found


def _draw_chance(axes: Axes, chance: tuple[float, float] | None) -> None:
    if chance:
        axes.axhspan(*chance, color=CHANCE, lw=0, zorder=-1, label="chance")


def _draw_curve(axes: Axes, rows: Sequence[Row], name: str, look: LineLook, width: float) -> None:
    """Draw one curve, with the intervals of its points; `look` is that of its line."""
    if not rows:
        return
    sizes = [row["connections"] for row in rows]
    axes.plot(
        sizes,
        [row["mean"] for row in rows],
        color=look.colour,
        ls=look.stroke,
        lw=width,
        marker=look.marker,
        ms=4,
        mew=0,
        label=literal(name),
    )
    known = [row for row in rows if row["low"] is not None]
    places, low, high = ([row[end] for row in known] for end in ("connections", "low", "high"))
    axes.fill_between(places, low, high, color=look.colour, alpha=0.08, lw=0)
    axes.vlines(places, low, high, color=look.colour, lw=1.0, alpha=0.5)


def _draw_panel(axes: Axes, rows: Sequence[Row], names: Sequence[str], reference: str) -> None:
    """Draw one condition; see `draw_conditions`."""
    height = {name: number for number, name in enumerate(names)}
    for row in rows:
        y, colour = height[row["name"]], INK if row["name"] == reference else COLOURS[0]
        if row["low"] is not None:
            axes.plot(
                [row["low"], row["high"]],
                [y, y],
                color=colour,
                lw=2.2,
                alpha=0.45,
                solid_capstyle="butt",
            )
        axes.plot([row["mean"]], [y], marker="o", ms=4.5, color=colour)
        if row["name"] == reference:
            axes.axvline(row["mean"], color=GUIDE, lw=0.8, ls=(0, (4, 3)), zorder=0)
    axes.set_yticks(range(len(names)), [literal(name) for name in names], fontsize=8)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="x", labelsize=7.5)
    axes.grid(axis="x", color=GRID, lw=0.7)
    _tidy(axes)


def _tidy(axes: Axes) -> None:
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.set_axisbelow(True)
