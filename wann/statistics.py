"""Whether one contestant is better than another: paired differences, their interval, and a verdict that may be none.

A pair is two values of one unit: one seed, or one champion where there are several. Intervals are
percentile bootstrap over units (Efron 1979), from an explicit seed. With few units that interval is
too narrow (of three it is little more than their range), so that a verdict needs the t-interval,
too, to lie on one side of zero; with fewer than three units there is none at all.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.streams import stream

FEWEST = 3
BETTER, WORSE, NOT_RESOLVED = "better", "worse", "not resolved"
RESAMPLES = 10_000
_LEVEL = 0.95
# Two-sided 95 % quantiles of Student's t for 1, 2, ... degrees of freedom (NIST/SEMATECH
# e-Handbook, 1.3.6.7.2).
_T = (
    *(
        12.706,
        4.303,
        3.182,
        2.776,
        2.571,
        2.447,
        2.365,
        2.306,
        2.262,
        2.228,
        2.201,
        2.179,
        2.160,
        2.145,
        2.131,
    ),
    *(
        2.120,
        2.110,
        2.101,
        2.093,
        2.086,
        2.080,
        2.074,
        2.069,
        2.064,
        2.060,
        2.056,
        2.052,
        2.048,
        2.045,
        2.042,
    ),
)

Unit = Any
Floats = NDArray[np.float64]


class Estimate(NamedTuple):
    """A mean over units and its 95 % bootstrap interval; None where there is a single unit."""

    mean: float
    low: float | None
    high: float | None
    n: int


class Difference(NamedTuple):
    """What one contestant has more than another, over the units that both have."""

    mean: float | None  # None where they share no unit
    low: float | None
    high: float | None
    n: int
    verdict: str  # of the first: better, worse or not resolved


def estimate(values: Sequence[float], seed: int = 0) -> Estimate:
    """Return the mean of `values`, one for each unit, with its interval.

    ValueError if there is none.
    """
    if not len(values):
        raise ValueError("expected at least one value, got none")
    numbers = np.array(values, dtype=np.float64)
    if len(numbers) == 1:
        return Estimate(float(numbers[0]), None, None, 1)
    low, high = _bootstrap(numbers, seed)
    return Estimate(float(numbers.mean()), low, high, len(numbers))


def compare(one: Mapping[Unit, float], other: Mapping[Unit, float], seed: int = 0) -> Difference:
    """Return `one` less `other`, paired by their common units, and the verdict on `one` (more is better)."""
    units = sorted(one.keys() & other.keys())
    if not units:
        return Difference(None, None, None, 0, NOT_RESOLVED)
    differences = np.array([one[unit] - other[unit] for unit in units])
    found = estimate(differences.tolist(), seed)
    return Difference(found.mean, found.low, found.high, found.n, _verdict(differences, found))


def _verdict(differences: Floats, found: Estimate) -> str:
    if found.n < FEWEST or found.low is None or found.high is None:
        return NOT_RESOLVED
    half = t_quantile(found.n - 1) * float(differences.std(ddof=1)) / math.sqrt(found.n)
    if min(found.low, found.mean - half) > 0.0:
        return BETTER
    if max(found.high, found.mean + half) < 0.0:
        return WORSE
    return NOT_RESOLVED


def t_quantile(degrees: int) -> float:
    """Return the two-sided 95 % quantile of Student's t.

    Beyond 30 degrees of freedom that of 30, which is safe.
    """
    return _T[min(degrees, len(_T)) - 1]


def _bootstrap(values: Floats, seed: int) -> tuple[float, float]:
    rng = stream(seed, "compare bootstrap")
    means = values[rng.integers(0, len(values), (RESAMPLES, len(values)))].mean(axis=1)
    tail = 50.0 * (1.0 - _LEVEL)
    low, high = np.percentile(means, (tail, 100.0 - tail)).tolist()
    return low, high
