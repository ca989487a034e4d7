"""What a pruning study shows: kept inputs of units, accuracy over density with intervals, where the plateau ends."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError
from wann.pruning.masks import Masks

LEVEL = 0.95  # of intervals
MARGIN = 0.01  # of accuracy that a plateau may lose


class Interval(NamedTuple):
    """A mean over seeds, and the t-interval of it: NaN bounds for a single seed."""

    mean: float
    low: float
    high: float
    n: int


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


def interval(values: Iterable[float], level: float = LEVEL) -> Interval:
    """Return mean and t-interval of `values`, one for each seed; UserError if there is none."""
    numbers = np.array(list(values), dtype=np.float64)
    if not len(numbers):
        raise UserError("expected at least one value for an interval, got none")
    mean, n = float(numbers.mean()), len(numbers)
    if n == 1:
        return Interval(mean, math.nan, math.nan, 1)
    half = t_quantile(level, n - 1) * float(numbers.std(ddof=1)) / math.sqrt(n)
    return Interval(mean, mean - half, mean + half, n)


def t_quantile(level: float, freedom: int) -> float:
    """Return t with P(|T| < t) = `level` for Student's distribution with whole degrees of `freedom`."""
    if not 0 < level < 1 or freedom < 1:
        raise ValueError(
            f"expected a level between 0 and 1 and a degree of freedom, got {level} and {freedom}"
        )
    low, high = 0.0, math.pi / 2  # of the angle atan(t / sqrt(freedom)), in which the share grows
    for _ in range(100):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _central_share(middle, freedom) < level else (low, middle)
    return math.sqrt(freedom) * math.tan(0.5 * (low + high))


def _central_share(angle: float, freedom: int) -> float:
    """Return P(|T| < t) for t = sqrt(freedom) tan(angle): Abramowitz & Stegun 26.7.3 and 26.7.4."""
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = freedom % 2
    term = total = (cosine if freedom > 1 else 0.0) if odd else 1.0
    for k in range(3 if odd else 2, freedom - 1, 2):
        term *= cosine * cosine * (k - 1) / k
        total += term
    return 2.0 / math.pi * (angle + sine * total) if odd else sine * total


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
            Point(density, interval(values))
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
