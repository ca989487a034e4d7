"""Means with intervals, and whether one thing is better than another: a verdict that may be none.

Two kinds of interval are used. The percentile bootstrap resamples the units (Efron 1979), from an
explicit random generator. The t-interval assumes that the units are normally distributed. A unit is
one independent draw: a seed, an episode, or one champion where there are several.

A comparison is paired: two values of the same unit are one pair. With few units the bootstrap
interval is too narrow (of three units it is little more than their range), so a verdict also needs
the t-interval of the differences to lie on one side of zero. With fewer than `FEWEST` units there
is no verdict at all.
"""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError
from wann.streams import stream

# Units below which nothing is said: two that happen to agree have an interval of almost no width.
FEWEST = 3
BETTER, WORSE, NOT_RESOLVED = "better", "worse", "not resolved"
LEVEL = 0.95  # of all intervals
NORMAL_95 = 1.96  # two-sided 95 % quantile of the normal distribution
RESAMPLES = 10_000  # of the intervals of `estimate`
# In per cent. Rounding makes it a hair more than 2.5, which the last digit of an interval can show.
_TAIL_OF_ESTIMATES = 50.0 * (1.0 - LEVEL)
_RESAMPLED_AT_ONCE = 2**20  # values held in memory

Unit = Any  # what says which values are pairs: anything that can be sorted
Floats = NDArray[np.float64]
Value = TypeVar("Value")


class Interval(NamedTuple):
    """A mean over units and its t-interval. For a single unit both bounds are NaN."""

    mean: float
    low: float
    high: float
    n: int


class Estimate(NamedTuple):
    """A mean over units and its 95 % bootstrap interval. For a single unit both bounds are None."""

    mean: float
    low: float | None
    high: float | None
    n: int


class Quartiles(NamedTuple):
    """The lower quartile, the median and the upper quartile of some values."""

    low: float
    median: float
    high: float


class Difference(NamedTuple):
    """How much more one contestant has than another, over the units that both have."""

    mean: float | None  # None where they share no unit
    low: float | None
    high: float | None
    n: int
    verdict: str  # on the first of the two: better, worse or not resolved


def compare(one: Mapping[Unit, float], other: Mapping[Unit, float]) -> Difference:
    """Return `one` less `other`, paired by their common units, and the verdict on `one`.

    More counts as better.
    """
    units = sorted(one.keys() & other.keys())
    if not units:
        return Difference(None, None, None, 0, NOT_RESOLVED)
    differences = np.array([one[unit] - other[unit] for unit in units])
    found = estimate(differences.tolist())
    return Difference(found.mean, found.low, found.high, found.n, _verdict_on(differences, found))


def verdict(low: float | None, high: float | None, n: int) -> str:
    """Return what the interval from `low` to `high` of a difference over `n` units says.

    The difference is better if the whole interval lies above zero, and worse if all of it lies
    below. It is not resolved otherwise, nor with fewer than `FEWEST` units or without an interval
    (None or NaN).
    """
    if n < FEWEST or low is None or high is None:
        return NOT_RESOLVED
    if low > 0.0:
        return BETTER
    return WORSE if high < 0.0 else NOT_RESOLVED


def estimate(values: Sequence[float], seed: int = 0) -> Estimate:
    """Return the mean of `values`, one for each unit, with its bootstrap interval.

    UserError if there is no value.
    """
    numbers = _at_least_one(values)
    if len(numbers) == 1:
        return Estimate(float(numbers[0]), None, None, 1)
    rng = stream(seed, "compare bootstrap")
    low, high = bootstrap(numbers, rng, RESAMPLES, _TAIL_OF_ESTIMATES)
    return Estimate(float(numbers.mean()), low, high, len(numbers))


def t_interval(values: Iterable[float]) -> Interval:
    """Return the mean of `values`, one for each unit, with its t-interval.

    UserError if there is no value.
    """
    numbers = _at_least_one(values)
    mean, n = float(numbers.mean()), len(numbers)
    if n == 1:
        return Interval(mean, math.nan, math.nan, 1)
    half = _half_width(numbers, t_quantile(LEVEL, n - 1))
    return Interval(mean, mean - half, mean + half, n)


def quartiles(values: Sequence[float]) -> Quartiles:
    """Return the quartiles of one or more values, linear between order statistics."""
    if len(values) == 1:
        return Quartiles(values[0], values[0], values[0])
    return Quartiles(*statistics.quantiles(values, n=4, method="inclusive"))


def known(values: Iterable[Value | None]) -> list[Value]:
    """Return the values without None, which stands for one that is not known."""
    return [value for value in values if value is not None]


def bootstrap(
    values: Floats, rng: np.random.Generator, resamples: int, tail: float = 2.5
) -> tuple[float, float]:
    """Return the percentile bootstrap interval (low, high) of the mean of `values` (units,).

    The interval leaves out `tail` per cent of the resampled means on each side. What is drawn from
    `rng` depends on the numbers of units and resamples alone: they are drawn a few at a time to
    spare memory, which changes no digit.
    """
    units = len(values)
    size = max(1, _RESAMPLED_AT_ONCE // units)
    counts = [min(size, resamples - done) for done in range(0, resamples, size)]
    means = np.concatenate(
        [values[rng.integers(0, units, (count, units))].mean(axis=1) for count in counts]
    )
    low, high = np.percentile(means, (tail, 100.0 - tail)).tolist()
    return low, high


def t_quantile(level: float, freedom: int) -> float:
    """Return t with P(|T| < t) = `level`, for Student's T with whole degrees of `freedom`.

    ValueError unless the level is between 0 and 1 and there is a degree of freedom.
    """
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


def _verdict_on(differences: Floats, found: Estimate) -> str:
    """Return the verdict that both the bootstrap interval `found` and the t-interval support."""
    if found.n < FEWEST or found.low is None or found.high is None:
        return NOT_RESOLVED
    half = _half_width(differences, t_quantile(LEVEL, found.n - 1))
    return verdict(min(found.low, found.mean - half), max(found.high, found.mean + half), found.n)


def _half_width(values: Floats, quantile: float) -> float:
    """Return half the width of the t-interval of `values`, whose quantile of t is given."""
    return quantile * float(values.std(ddof=1)) / math.sqrt(len(values))


def _at_least_one(values: Iterable[float]) -> Floats:
    numbers = np.array(list(values), dtype=np.float64)
    if not len(numbers):
        raise UserError("expected at least one value for an interval, got none")
    return numbers
