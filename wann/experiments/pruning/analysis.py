"""What a pruning study shows: kept inputs of units, accuracy over density with intervals, where the plateau ends."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.pruning.masks import Masks
from wann.statistics import Interval, t_interval

MARGIN = 0.01  # of accuracy that a plateau may lose


class Point(NamedTuple):
    """One density of a curve."""

    density: float
    accuracy: Interval


class Plateau(NamedTuple):
    """How far pruning costs next to nothing."""

    # The smallest density of the plateau; None if already the largest is below it
    end: float | None
    lost: float | None  # the next smaller density, the first below it; None if there is none
    resolved: bool  # whether the intervals of both lie wholly on their side


def kept_inputs(masks: Masks) -> dict[str, NDArray[np.int64]]:
    """Return for each layer how many incoming weights each unit keeps: (units,), or (channels,) of a convolution.

    Neuron-wise sparsity, as in the study that prunes weights against units; masks of biases are
    left out.
    """
    return {
        name: mask.flatten(1).sum(1).cpu().numpy() for name, mask in masks.items() if mask.ndim > 1
    }


def curves(
    rows: Iterable[Mapping[str, Any]],
    *,
    by: str = "method",
    x: str = "density",
    y: str = "accuracy",
) -> dict[str, list[Point]]:
    """Return for each value of `by` its points, densest first: `y` over the rows (one for each seed) of equal `x`."""
    found: dict[str, dict[float, list[float]]] = {}
    for row in rows:
        found.setdefault(str(row[by]), {}).setdefault(float(row[x]), []).append(float(row[y]))
    return {
        label: [
            Point(density, t_interval(values))
            for density, values in sorted(groups.items(), reverse=True)
        ]
        for label, groups in found.items()
    }


def plateau(points: Sequence[Point], dense: float, margin: float = MARGIN) -> Plateau:
    """Return where the plateau of a curve ends.

    The rule: from the densest point down, the plateau lasts while the mean accuracy is at least
    that of the dense model less `margin`, 0.01 being one point of accuracy. It ends at the last
    density before the first that falls below, even if a smaller one should come back. The end is
    resolved if the interval of its accuracy lies wholly above that line, and the interval of the
    first point below wholly below.
    """
    line, end, lost = dense - margin, None, None
    for point in sorted(points, key=lambda point: -point.density):
        if point.accuracy.mean < line:
            lost = point
            break
        end = point
    above = end is not None and end.accuracy.low >= line
    below = lost is not None and lost.accuracy.high < line
    return Plateau(end.density if end else None, lost.density if lost else None, above and below)
