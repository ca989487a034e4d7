"""Verdicts on paired differences: better, worse, or not resolved.

With few units the bootstrap interval is too narrow (of three units it is little more than their
range), so a verdict also needs the t-interval of the differences to lie on one side of zero. With
fewer than `FEWEST` units there is no verdict at all.
"""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from wann.statistics.intervals import Estimate, Floats, estimate
from wann.statistics.students_t import t_p_value

# Units below which nothing is said: two that happen to agree have an interval of almost no width.
FEWEST = 3
BETTER, WORSE, NOT_RESOLVED = "better", "worse", "not resolved"

# Of differences that are alike but for rounding: their standard deviation to their mean
_ROUNDING = 1e-12

Unit = Any  # what says which values are pairs: anything that can be sorted


class Scatter(NamedTuple):
    """How much differences vary from unit to unit, from which follows how many would be needed."""

    sd: float  # standard deviation between units
    n: int  # how many of them there are
    # What they are where there are searches and seeds: of these two that which leaves more doubt
    over: str


class Difference(NamedTuple):
    """How much more one contestant has than another, over the units that both have."""

    mean: float | None  # None where they share no unit
    low: float | None
    high: float | None
    n: int
    verdict: str  # on the first of the two: better, worse or not resolved
    # Two-sided, of the t-distribution, where there are `FEWEST` units that scatter or have no
    # difference; and what is left of it among all that a table asks, by Holm
    p: float | None = None
    p_holm: float | None = None
    alone: str | None = None  # the verdict if it were the only one of its table
    scatter: Scatter | None = None
    over: str = "seed"  # what `n` counts, "search" or "seed"

    @property
    def is_alike(self) -> bool:
        """Whether `FEWEST` units or more all have one difference, and some: there is no scatter.

        No p-value then says how sure the verdict is, which is that of all units.
        """
        return (
            self.mean is not None
            and self.n >= FEWEST
            and self.scatter is not None
            and _are_alike(self.scatter, self.mean)
        )

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        found = {**self._asdict(), "scatter": self.scatter._asdict() if self.scatter else None}
        del found["over"]  # which words alone are about
        return found


def compare(one: Mapping[Unit, float], other: Mapping[Unit, float]) -> Difference:
    """Return `one` less `other`, paired by their common units, and the verdict on `one`.

    More counts as better.
    """
    units = sorted(one.keys() & other.keys())
    return difference_of(np.array([one[unit] - other[unit] for unit in units]))


def difference_of(differences: Floats, over: str = "seed") -> Difference:
    """Return what differences say, one for each unit, and none if there are none.

    `over`: what a unit is.
    """
    if not len(differences):
        return Difference(None, None, None, 0, NOT_RESOLVED)
    found = estimate(differences.tolist())
    if found.n == 1:
        return Difference(*found, NOT_RESOLVED, over=over)
    sd = float(differences.std(ddof=1))
    error, freedom = sd / math.sqrt(found.n), found.n - 1
    return told(found, error, freedom, Scatter(sd, found.n, over), over)


def told(found: Estimate, error: float, freedom: int, scatter: Scatter, over: str) -> Difference:
    """Return the difference with the verdict that both kinds of interval support.

    Args:
        found: The mean with its interval, which holds both kinds.
        error: The standard error of the mean.
        freedom: How many degrees of freedom that has.
        scatter: Of the differences.
        over: What a unit of the mean is.
    """
    alone = verdict(found.low, found.high, found.n)
    tested = found.n >= FEWEST and not _are_alike(scatter, found.mean)
    p = t_p_value(found.mean, error, freedom) if tested else None
    return Difference(*found, alone, p=p, alone=alone, scatter=scatter, over=over)


def _are_alike(scatter: Scatter, mean: float) -> bool:
    return mean != 0.0 and scatter.sd <= _ROUNDING * abs(mean)


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
