"""Curves of a run: learning, the profile over shared weights, the confirmed front."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

_CHAMPION, _BEST, _MEDIAN, _GRID = "#d1603d", "#4c78a8", "#9aa4b0", "#e6e9ed"


def draw_learning_curve(rows: Sequence[Mapping[str, Any]], *, title: str | None = None) -> Figure:
    """Draw returns (above) and connections (below) against the generation; `rows` as in generations.jsonl."""
    figure = Figure(figsize=(7.2, 5.4), layout="constrained")
    returns, sizes = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    generation = _column(rows, "generation")
    returns.plot(generation, _column(rows, "best"), color=_BEST, lw=0.8, alpha=0.8, label="best of the generation")
    returns.plot(generation, _column(rows, "median"), color=_MEDIAN, lw=0.8, label="median of the generation")
    returns.step(
        generation, _column(rows, "champion"), where="post", color=_CHAMPION, lw=2, label="champion, on held-out episodes"
    )
    returns.set_ylabel("mean return")
    returns.legend(frameon=False, fontsize=8, loc="lower right")
    sizes.plot(generation, _column(rows, "median_connections"), color=_MEDIAN, lw=0.8, label="median")
    sizes.step(generation, _column(rows, "champion_connections"), where="post", color=_CHAMPION, lw=2, label="champion")
    sizes.set(ylabel="connections", xlabel="generation")
    sizes.xaxis.set_major_locator(MaxNLocator(integer=True))
    sizes.set_ylim(bottom=0)
    sizes.legend(frameon=False, fontsize=8, loc="upper left")
    for axes in (returns, sizes):
        _tidy(axes)
    if title:
        returns.set_title(title, fontsize=10, loc="left")
    return figure


def draw_profile(
    profile: Sequence[Mapping[str, Any]], *, training_weights: Sequence[float], title: str | None = None
) -> Figure:
    """Draw the mean return against the shared weight, a band of one sd over episodes, and the training weights."""
    figure = Figure(figsize=(7.2, 3.8), layout="constrained")
    axes = figure.subplots()
    weight, mean, sd = (_column(profile, key) for key in ("weight", "mean", "sd"))
    episodes = profile[0]["n"] if profile else 0
    axes.fill_between(weight, mean - sd, mean + sd, color=_BEST, alpha=0.2, lw=0, label=f"sd over {episodes} episodes")
    axes.plot(weight, mean, color=_BEST, lw=1.8, label="mean return")
    at_training = np.interp(training_weights, weight, mean)
    axes.plot(training_weights, at_training, "o", color=_CHAMPION, ms=5, label="training weights", clip_on=False)
    axes.set(xlabel="shared weight", ylabel="return", xlim=(float(np.nanmin(weight)), float(np.nanmax(weight))))
    axes.legend(frameon=False, fontsize=8, loc="lower left")
    _tidy(axes)
    if title:
        axes.set_title(title, fontsize=10, loc="left")
    return figure


def draw_front(points: Sequence[Mapping[str, Any]], *, title: str | None = None) -> Figure:
    """Draw the confirmed front, return against connections; `points` as in front.json."""
    figure = Figure(figsize=(7.2, 3.8), layout="constrained")
    axes = figure.subplots()
    connections, mean = _column(points, "connections"), _column(points, "mean")
    axes.step(connections, mean, where="post", color=_BEST, lw=1.2, alpha=0.7)
    axes.plot(connections, mean, "o", color=_BEST, ms=4, label="confirmed networks")
    champions = [i for i, point in enumerate(points) if point.get("champion")]
    axes.plot(connections[champions], mean[champions], "o", color=_CHAMPION, ms=9, label="champion")
    axes.set(xlabel="connections", ylabel="mean return on held-out episodes")
    axes.set_xlim(left=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(frameon=False, fontsize=8, loc="lower right")
    _tidy(axes)
    if title:
        axes.set_title(title, fontsize=10, loc="left")
    return figure


def _column(rows: Sequence[Mapping[str, Any]], key: str) -> NDArray[np.float64]:
    """Return one value a row as float64; what is missing, or no finite number, is NaN, which is not drawn."""
    values = [row.get(key) for row in rows]
    return np.array([v if isinstance(v, int | float) and math.isfinite(v) else math.nan for v in values], dtype=float)


def _tidy(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color=_GRID, lw=0.6)
    axes.set_axisbelow(True)
