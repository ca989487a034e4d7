"""Means over units of one kind, and their intervals.

Two kinds are used. The percentile bootstrap resamples the units (Efron 1979), from an explicit
random generator. The t-interval assumes that the units are normally distributed. Of a few units the
bootstrap's is little more than their range, and that of three holds the mean in three cases of
four. So where units may be few, what is shown holds both.
"""

import math
import statistics
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError
from wann.statistics.students_t import t_quantile
from wann.streams import stream

LEVEL = 0.95  # of all intervals
NORMAL_95 = 1.96  # two-sided 95 % quantile of the normal distribution
RESAMPLES = 10_000  # of the intervals of `estimate`
# In per cent. Rounding makes it a hair more than 2.5, which the last digit of an interval can show.
_TAIL_OF_ESTIMATES = 50.0 * (1.0 - LEVEL)
_RESAMPLED_AT_ONCE = 2**20  # values held in memory

Floats = NDArray[np.float64]
Value = TypeVar("Value")


class Interval(NamedTuple):
    """A mean over units and its t-interval. For a single unit both bounds are NaN."""

    mean: float
    low: float
    high: float
    n: int


class Estimate(NamedTuple):
    """A mean over units and its 95 % interval, which holds the bootstrap's and the t-interval.

    For a single unit both bounds are None.
    """

    mean: float
    low: float | None
    high: float | None
    n: int


class Quartiles(NamedTuple):
    """The lower quartile, the median and the upper quartile of some values."""

    low: float
    median: float
    high: float


def estimate(values: Sequence[float], seed: int = 0) -> Estimate:
    """Return the mean of `values`, one for each unit, with an interval that holds both kinds.

    UserError if there is no value.
    """
    numbers = _at_least_one(values)
    if len(numbers) == 1:
        return Estimate(float(numbers[0]), None, None, 1)
    rng = stream(seed, "compare bootstrap")
    low, high = bootstrap(numbers, rng, RESAMPLES, _TAIL_OF_ESTIMATES)
    by_t = t_interval(numbers)
    return Estimate(by_t.mean, min(low, by_t.low), max(high, by_t.high), by_t.n)


def t_interval(values: Iterable[float]) -> Interval:
    """Return the mean of `values`, one for each unit, with its t-interval.

    UserError if there is no value.
    """
    numbers = _at_least_one(values)
    mean, n = float(numbers.mean()), len(numbers)
    if n == 1:
        return Interval(mean, math.nan, math.nan, 1)
    half = t_quantile(LEVEL, n - 1) * float(numbers.std(ddof=1)) / math.sqrt(n)
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


def _at_least_one(values: Iterable[float]) -> Floats:
    numbers = np.array(list(values), dtype=np.float64)
    if not len(numbers):
        raise UserError("expected at least one value for an interval, got none")
    return numbers
