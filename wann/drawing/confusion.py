"""What a classifier confuses, and which classes it knows under which shared weight."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import ArrayLike, NDArray

from wann.drawing.figures import ShownFigure
from wann.drawing.names import drawable
from wann.drawing.palette import BACKGROUND, BARS, DARK, GUIDE, INK, MARKED, NOTHING, SHADES

_LONGEST = 14  # characters of a name
_MOST = 45  # rows or columns with numbers in their cells

Floats = NDArray[np.float64]


def draw_confusion(
    labels: ArrayLike,
    predictions: ArrayLike,
    class_names: Sequence[str],
    *,
    title: str | None = None,
) -> Figure:
    """Draw how often each class (rows) was taken for each class (columns).

    At the side is how often each class was recognised. A cell says how many samples; its shade goes
    with the square root of their share of the row, so that rare mistakes are seen.

    `labels` and `predictions` (samples,) are indices into `class_names`; ValueError for indices
    that name no class.
    """
    counts = _count(labels, predictions, len(class_names))
    classes, sizes = len(counts), counts.sum(1)
    shares = np.divide(
        counts, sizes[:, None], out=np.full(counts.shape, np.nan), where=sizes[:, None] > 0
    )
    side = min(max(2.4, 0.46 * classes), 12.0)
    figure = ShownFigure(figsize=(side + 2.2, side + 1.3), layout="constrained")
    axes, recall = figure.subplots(1, 2, width_ratios=(side, 0.9), sharey=True)
    _shade(axes, np.sqrt(shares))
    if classes <= _MOST:
        _write(
            axes,
            np.sqrt(shares),
            [[f"{n}" if n else "" for n in row] for row in counts.tolist()],
            side / classes,
        )
    _name(axes, class_names, "x", side / classes)
    _name(axes, class_names, "y", side / classes)
    axes.set(xlabel="recognised as", ylabel="class")
    _draw_recall(recall, np.diagonal(shares), side / classes)
    share = 100 * np.trace(counts) / max(sizes.sum(), 1)
    known = f"{share:.2f} % of {sizes.sum()} recognised" if sizes.sum() else "no samples"
    _entitle(figure, f"{title}: {known}" if title else known)
    return figure


def draw_class_heatmap(
    weights: ArrayLike,
    accuracy: ArrayLike,
    class_names: Sequence[str],
    *,
    training_weights: Sequence[float] = (),
    marks: str = "training weights",
    title: str | None = None,
) -> Figure:
    """Draw the accuracy on each class (rows) under each shared weight (columns).

    Above is the mean over classes.

    Args:
        weights: (weights,) in any order.
        accuracy: (weights, classes) from 0 to 1, NaN where there is none.
        class_names: of the classes, from top to bottom.
        training_weights: those that are marked, if they are among `weights`.
        marks: what the legend calls them.
        title: above all.

    Raises:
        ValueError: unless the shapes agree.
    """
    weight, share = np.asarray(weights, dtype=np.float64), np.asarray(accuracy, dtype=np.float64)
    if (
        weight.ndim != 1
        or len(weight) == 0
        or share.shape != (len(weight), len(class_names))
        or not len(class_names)
    ):
        raise ValueError(
            f"expected accuracies (weights, classes) for {len(weight) if weight.ndim else 0} "
            f"weights and {len(class_names)} classes, at least one of each, got an array of shape "
            f"{share.shape}"
        )
    order = np.argsort(weight)
    weight, share = weight[order], share[order].T
    classes, columns = share.shape
    width, height = min(max(3.2, 0.42 * columns), 10.0), min(max(1.2, 0.34 * classes), 9.0)
    figure = ShownFigure(figsize=(width + 1.8, height + 1.9), layout="constrained")
    mean, axes = figure.subplots(2, 1, height_ratios=(0.9, height), sharex=True)
    _shade(axes, share)
    if columns <= _MOST and classes <= _MOST:
        texts = [
            [f"{100 * v:.0f}" if np.isfinite(v) else "" for v in row] for row in share.tolist()
        ]
        _write(axes, share, texts, min(width / columns, height / classes))
    _name(axes, class_names, "y", height / classes)
    _name(axes, [f"{w:.4g}" for w in weight], "x", width / columns)
    axes.set(xlabel="shared weight", ylabel="class")
    training = np.any(
        np.isclose(weight[:, None], np.asarray(training_weights, dtype=np.float64)), axis=1
    )
    _draw_mean(mean, share, training, axes, marks)
    _entitle(figure, f"{title}: accuracy, %" if title else "accuracy, %")
    return figure


def _count(labels: ArrayLike, predictions: ArrayLike, classes: int) -> NDArray[np.int64]:
    """Return how many samples of each class (rows) were taken for each class (columns)."""
    true, said = np.asarray(labels), np.asarray(predictions)
    if true.ndim != 1 or true.shape != said.shape or classes < 1:
        raise ValueError(
            "expected labels and predictions (samples,) of at least one class, got shapes "
            f"{true.shape} and {said.shape} and {classes} class names"
        )
    both = np.concatenate([true, said])
    if len(both) and (
        not np.issubdtype(both.dtype, np.integer) or both.min() < 0 or both.max() >= classes
    ):
        raise ValueError(
            f"expected indices from 0 to {classes - 1}, got {both.dtype}, {both.min()} to "
            f"{both.max()}"
        )
    index = true.astype(np.int64) * classes + said.astype(np.int64)
    return np.bincount(index, minlength=classes * classes).reshape(classes, classes)


def _shade(axes: Axes, shades: Floats) -> None:
    axes.imshow(
        np.ma.masked_invalid(shades),
        cmap=SHADES,
        vmin=0.0,
        vmax=1.0,
        aspect="auto",
        interpolation="nearest",
    )
    axes.set_facecolor(NOTHING)
    rows, columns = shades.shape
    if max(rows, columns) <= _MOST:
        axes.hlines(np.arange(1, rows) - 0.5, -0.5, columns - 0.5, colors=BACKGROUND, lw=0.8)
        axes.vlines(np.arange(1, columns) - 0.5, -0.5, rows - 0.5, colors=BACKGROUND, lw=0.8)
    axes.spines[:].set_color(GUIDE)
    axes.spines[:].set_linewidth(0.6)
    axes.tick_params(length=0)


def _write(axes: Axes, shades: Floats, texts: list[list[str]], cell: float) -> None:
    """Write `texts` into cells, the smaller side of which is `cell` inches."""
    longest = max(len(text) for row in texts for text in row)
    size = min(8.5, 72 * 0.8 * cell / max(1.0, 0.65 * longest))
    for row, line in enumerate(texts):
        for column, text in enumerate(line):
            colour = BACKGROUND if shades[row, column] >= DARK else INK
            axes.text(column, row, text, ha="center", va="center", fontsize=size, color=colour)


def _name(axes: Axes, names: Sequence[str], which: str, room: float) -> None:
    """Name the rows ("y") or columns ("x"), which are `room` inches apart.

    Every so many if there are too many.
    """
    axis = axes.xaxis if which == "x" else axes.yaxis
    every = max(1, int(np.ceil(0.13 / room)))
    shown = [drawable(name, _LONGEST) for name in names[::every]]
    axis.set_ticks(np.arange(0, len(names), every), shown)
    wide = which == "x" and 0.075 * max(len(name) for name in shown) > room * every
    for label in axis.get_ticklabels():
        label.set(
            parse_math=False, fontsize=9 if room * every > 0.16 else 7, rotation=90 if wide else 0
        )


def _draw_recall(axes: Axes, recall: Floats, room: float) -> None:
    rows = np.arange(len(recall))
    axes.barh(rows, np.nan_to_num(recall), height=0.72, color=BARS)
    axes.set_xlim(0.0, 1.0)
    axes.set_title("recall", fontsize=9, color=INK)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelleft=False, labelbottom=False)
    if room > 0.1:
        for row, share in zip(rows.tolist(), recall, strict=True):
            text = f"{100 * share:.1f} %" if np.isfinite(share) else "no samples"
            axes.text(
                0.04, row, text, va="center", fontsize=8 if np.isfinite(share) else 6.5, color=INK
            )


def _draw_mean(
    axes: Axes, share: Floats, training: NDArray[np.bool_], below: Axes, called: str
) -> None:
    """Draw the mean over classes above the columns, and mark those of training weights.

    `below` is the heat map, whose labels are marked too; `called` is what the legend says.
    """
    known = np.isfinite(share)
    total, counts = np.where(known, share, 0.0).sum(0), known.sum(0)
    mean = np.divide(total, counts, out=np.full(len(counts), np.nan), where=counts > 0)
    columns = np.arange(len(mean))
    axes.bar(
        columns, np.nan_to_num(mean), width=0.72, color=np.where(training, MARKED, BARS).tolist()
    )
    axes.set_ylim(0.0, 1.25)
    axes.set_ylabel("mean", fontsize=9)
    if training.any():
        marks = [Patch(color=MARKED, label=called), Patch(color=BARS, label="other weights")]
        axes.legend(
            handles=marks,
            loc="lower left",
            bbox_to_anchor=(0, 1),
            ncols=2,
            frameon=False,
            fontsize=8,
        )
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(length=0, labelbottom=False, labelleft=False)
    if len(mean) <= _MOST:
        for column in columns[counts > 0].tolist():
            axes.text(
                column,
                mean[column],
                f"{100 * mean[column]:.0f}",
                ha="center",
                va="bottom",
                fontsize=8,
            )
    for label, marked in zip(
        below.get_xticklabels(), training[below.get_xticks().astype(int)], strict=True
    ):
        label.set(color=MARKED if marked else INK, fontweight="bold" if marked else "normal")


def _entitle(figure: Figure, title: str) -> None:
    figure.suptitle(drawable(title), fontsize=11, parse_math=False)
