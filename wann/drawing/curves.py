"""Curves of a run or a tuning: learning, the profile over shared weights, the confirmed front."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from wann.drawing.figures import ShownFigure
from wann.drawing.names import entitle
from wann.drawing.palette import GRID, MARKED, MEDIAN, POINTS
from wann.statistics import t_quantile

_CHAMPION, _BEST, _MEDIAN = MARKED, POINTS, MEDIAN
_LIGHT, _STRONG = 0.8, 2.0  # line widths
_SIDES = 0.02  # of the width stay free on either side
_INTERVAL = "95 % interval of the mean"

Floats = NDArray[np.float64]
Rows = Sequence[Mapping[str, Any]]


def draw_learning_curve(
    rows: Rows,
    *,
    title: str | None = None,
    label: str = "mean return",
    confirmed_on: str = "held-out episodes",
) -> Figure:
    """Draw returns (above) and connections (below) against the generation.

    `rows` are as in generations.jsonl: `generation`, `best`, `median`, `champion`,
    `median_connections` and `champion_connections`. `label` says what the returns are, and
    `confirmed_on` what those of champions are on.
    """
    figure = ShownFigure(figsize=(7.2, 5.4), layout="constrained")
    learning_curve_in(figure, rows, label=label, confirmed_on=confirmed_on)
    entitle(figure, title)
    return figure


def learning_curve_in(
    figure: FigureBase,
    rows: Rows,
    *,
    label: str = "mean return",
    confirmed_on: str = "held-out episodes",
) -> None:
    """Draw what `draw_learning_curve` does into a figure, or a part of one."""
    returns, sizes = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    generation = _column(rows, "generation")
    _line(returns, generation, _column(rows, "best"), _BEST, _LIGHT, "best of the generation")
    _line(returns, generation, _column(rows, "median"), _MEDIAN, _LIGHT, "median of the generation")
    _steps(returns, generation, _column(rows, "champion"), f"champion, {confirmed_on}")
    returns.set_ylabel(label)
    _line(
        sizes,
        generation,
        _column(rows, "median_connections"),
        _MEDIAN,
        _LIGHT,
        "median of the generation",
    )
    _steps(sizes, generation, _column(rows, "champion_connections"), "champion")
    sizes.set(ylabel="connections", xlabel="generation")
    sizes.set_ylim(bottom=0)
    for axes in (returns, sizes):
        axes.margins(x=_SIDES)
        axes.xaxis.set_major_locator(_whole_numbers())
        _tidy(axes)


def draw_tuning(rows: Rows, *, title: str | None = None, label: str = "mean return") -> Figure:
    """Draw what the candidates of a tuning earn against the generation, and how many races go on.

    `rows` are as in the generations.jsonl of a tuning: `generation`, `best`, `median` and `races`.
    `label` says what candidates earn.
    A tuning by gradients has `validation`, `accuracy` and `loss` instead, for each epoch.
    """
    figure = ShownFigure(figsize=(7.2, 5.4), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    at = _column(rows, "generation")
    if any("validation" in row for row in rows):
        _line(above, at, _column(rows, "validation"), _CHAMPION, _STRONG, "validation examples")
        _line(above, at, _column(rows, "accuracy"), _BEST, _LIGHT, "while training")
        _line(below, at, _column(rows, "loss"), _BEST, _LIGHT, "while training")
        above.set_ylabel("accuracy")
        below.set(ylabel="loss", xlabel="epoch")
    else:
        _line(above, at, _column(rows, "best"), _BEST, _LIGHT, "best candidate")
        _line(above, at, _column(rows, "median"), _MEDIAN, _LIGHT, "median of the best race")
        races = _column(rows, "races")
        below.step(
            at, races, where="mid", color=_BEST, lw=_STRONG, label="races", marker=_marker(races)
        )
        above.set_ylabel(label)
        below.set(ylabel="races", xlabel="generation")
        below.set_ylim(bottom=0)
    for axes in (above, below):
        axes.margins(x=_SIDES)
        axes.xaxis.set_major_locator(_whole_numbers())
        _tidy(axes)
    entitle(figure, title)
    return figure


def draw_profile(
    profile: Rows,
    *,
    training_weights: Sequence[float],
    title: str | None = None,
    label: str = "mean return",
    unit: str = "episodes",
    marks: str = "training weights",
) -> Figure:
    """Draw the mean return against the shared weight, and mark the training weights.

    The wide band is one standard deviation, the narrow one the mean's 95 % interval by Student's
    t-distribution.

    Args:
        profile: a row for each weight, with `weight`, `mean`, `sd` and `n`, the number of trials.
        training_weights: those that are marked.
        title: above the figure.
        label: what the mean is of; accuracies begin with the word.
        unit: what `n` counts.
        marks: what the legend calls the marked weights.
    """
    figure = ShownFigure(figsize=(7.2, 3.8), layout="constrained")
    profile_in(
        figure,
        profile,
        training_weights=training_weights,
        label=label,
        unit=unit,
        marks=marks,
    )
    entitle(figure, title)
    return figure


def profile_in(
    figure: FigureBase,
    profile: Rows,
    *,
    training_weights: Sequence[float],
    label: str = "mean return",
    unit: str = "episodes",
    marks: str = "training weights",
) -> None:
    """Draw what `draw_profile` does into a figure, or a part of one.

    Args:
        figure: what is drawn into.
        profile: as for `draw_profile`.
        training_weights: as for `draw_profile`.
        label: as for `draw_profile`.
        unit: as for `draw_profile`.
        marks: as for `draw_profile`.
    """
    axes = figure.subplots()
    weight, mean, sd, n = (_column(profile, key) for key in ("weight", "mean", "sd", "n"))
    counts = sorted({int(count) for count in n if np.isfinite(count)})
    over = " to ".join(str(n) for n in counts[:1] + counts[1:][-1:]) + f" {unit}"
    axes.fill_between(
        weight,
        mean - sd,
        mean + sd,
        color=_BEST,
        alpha=0.2,
        lw=0,
        label=f"±1 sd over {over.strip()}",
    )
    t = [t_quantile(0.95, int(count) - 1) if count >= 2 else np.nan for count in n]
    half = np.array(t) * sd / np.sqrt(n)
    axes.fill_between(
        weight, mean - half, mean + half, color=_BEST, alpha=0.45, lw=0, label=_INTERVAL
    )
    of_accuracy = label.startswith("accuracy")
    _line(axes, weight, mean, _BEST, _STRONG, "mean accuracy" if of_accuracy else label)
    known = np.isfinite(weight) & np.isfinite(mean)
    if known.any():
        at = np.array(
            [w for w in training_weights if weight[known].min() <= w <= weight[known].max()]
        )
        order = np.argsort(weight[known])
        height = np.interp(at, weight[known][order], mean[known][order])
        axes.plot(at, height, "o", color=_CHAMPION, ms=5.5, label=marks, clip_on=False, zorder=3)
    axes.set(xlabel="shared weight", ylabel=label if of_accuracy else "return")
    axes.margins(x=0 if np.count_nonzero(np.isfinite(weight)) > 1 else None)
    _tidy(axes)


def draw_front(
    points: Rows,
    *,
    title: str | None = None,
    label: str = "mean return on held-out episodes",
    trial: str = "one weight, one episode",
) -> Figure:
    """Draw the confirmed front, return against connections.

    `points` are as in front.json: `connections`, `mean` and `champion`, and `sd` if it is known,
    which is drawn as a bar. `label` says what the means are of, and `trial` what is drawn for each
    trial.
    """
    figure = ShownFigure(figsize=(7.2, 3.8), layout="constrained")
    axes = figure.subplots()
    points = sorted(points, key=lambda point: point.get("connections") or 0)
    connections, mean, sd = (_column(points, key) for key in ("connections", "mean", "sd"))
    known = np.isfinite(connections) & np.isfinite(mean)
    champion = known & np.array([bool(point.get("champion")) for point in points], dtype=np.bool_)
    spread = known & np.isfinite(sd)
    axes.step(connections[known], mean[known], where="post", color=_BEST, lw=1.2, alpha=0.7)
    if spread.any():
        axes.errorbar(
            connections[spread],
            mean[spread],
            sd[spread],
            fmt="none",
            ecolor=_BEST,
            alpha=0.45,
            elinewidth=1.2,
            label=f"±1 sd over trials ({trial} each)",
        )
    axes.plot(connections[known], mean[known], "o", color=_BEST, ms=5, label="confirmed networks")
    axes.plot(
        connections[champion],
        mean[champion],
        "o",
        color=_CHAMPION,
        ms=9,
        label="champion",
        clip_on=False,
    )
    axes.set(xlabel="connections", ylabel=label)
    axes.margins(x=_SIDES)
    axes.xaxis.set_major_locator(_whole_numbers())
    _tidy(axes)
    entitle(figure, title)
    return figure


def _whole_numbers() -> MaxNLocator:
    return MaxNLocator(integer=True, min_n_ticks=1, steps=[1, 2, 5, 10])


def _column(rows: Rows, key: str) -> Floats:
    """Return one value of each row (rows,).

    What is missing, or no finite number, is NaN, which is not drawn.
    """
    values = [row.get(key) for row in rows]
    return np.array(
        [v if isinstance(v, int | float) and math.isfinite(v) else math.nan for v in values],
        dtype=float,
    )


def _line(axes: Axes, x: Floats, y: Floats, colour: str, width: float, label: str) -> None:
    axes.plot(x, y, color=colour, lw=width, marker=_marker(y), label=label)


def _steps(axes: Axes, x: Floats, y: Floats, label: str) -> None:
    axes.step(x, y, where="post", color=_CHAMPION, lw=_STRONG, marker=_marker(y), label=label)


def _marker(y: Floats) -> str:
    """Return the marker without which a single point would not be seen."""
    return "o" if np.count_nonzero(np.isfinite(y)) == 1 else ""


def _tidy(axes: Axes) -> None:
    """Put the legend above the axes, where it covers nothing, and a light grid below the lines."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color=GRID, lw=0.6)
    axes.set_axisbelow(True)
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=3,
        frameon=False,
        fontsize=8,
        borderpad=0.2,
        borderaxespad=0.2,
    )
