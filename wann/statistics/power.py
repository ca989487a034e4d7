"""How many units resolve a difference, before they are made: the power of a paired t-test.

The mean of n differences with the standard deviation s, in truth d, is resolved if |t| exceeds the
quantile of its level. t has the noncentral t-distribution with n - 1 degrees of freedom and the
noncentrality d sqrt(n) / s (Cohen 1988, Statistical Power Analysis, chapter 2).
"""

import math

import numpy as np

from wann.errors import UserError
from wann.statistics.multiplicity import ALPHA
from wann.statistics.students_t import t_quantile
from wann.statistics.verdicts import FEWEST

POWER = 0.8  # the share of experiments that resolve the difference
MOST_UNITS = 10_000  # more than that is not looked for
_NODES = 400


def power_of(units: int, sd: float, difference: float, verdicts: int = 1) -> float:
    """Return with which probability so many units resolve a true difference.

    Args:
        units: How many pairs there are: searches, or seeds.
        sd: The standard deviation of the differences from unit to unit, above 0.
        difference: What one has more than the other in truth, in the same measure.
        verdicts: How many verdicts the table has: the level is 5 % divided by that, as for the
            first of Holm's steps.

    Example:
        >>> from wann.statistics import power_of
        >>> power_of(5, sd=0.01, difference=0.01)  # a point, where units scatter by a point
    """
    _check(sd, difference, verdicts)
    if units < FEWEST:
        return 0.0
    freedom = units - 1
    needed = t_quantile(1.0 - ALPHA / verdicts, freedom)
    shift = abs(difference) * math.sqrt(units) / sd
    # Given the estimated standard deviation, u times the true one, t is normally distributed.
    spread = 10.0 / math.sqrt(2.0 * freedom)
    u = np.linspace(max(1e-9, 1.0 - spread), 1.0 + spread, _NODES)
    log_density = (freedom - 1) * np.log(u) - 0.5 * freedom * u * u
    density = np.exp(log_density - log_density.max())
    share = [_normal(shift - needed * one) + _normal(-shift - needed * one) for one in u.tolist()]
    return float((density * np.array(share)).sum() / density.sum())


def units_needed(
    sd: float, difference: float, verdicts: int = 1, power: float = POWER
) -> int | None:
    """Return the smallest number of units that resolves a difference; None above 10,000.

    Args:
        sd: The standard deviation of the differences from unit to unit, above 0.
        difference: What one has more than the other in truth, in the same measure.
        verdicts: How many verdicts the table has; see `power_of`.
        power: With which probability the difference is to be resolved.

    Example:
        >>> from wann.statistics import units_needed
        >>> units_needed(sd=0.02, difference=0.01)  # to tell one point, where units scatter by two
        >>> units_needed(sd=0.02, difference=0.01, verdicts=70)  # in a table of 70 verdicts
    """
    _check(sd, difference, verdicts)
    _check_power(power)
    low, high = FEWEST - 1, FEWEST
    while power_of(high, sd, difference, verdicts) < power:
        if high >= MOST_UNITS:
            return None
        low, high = high, min(2 * high, MOST_UNITS)
    while high - low > 1:
        middle = (low + high) // 2
        enough = power_of(middle, sd, difference, verdicts) >= power
        low, high = (low, middle) if enough else (middle, high)
    return high


def resolvable(units: int, sd: float, verdicts: int = 1, power: float = POWER) -> float | None:
    """Return the smallest true difference that so many units resolve; None for fewer than three.

    Args:
        units: How many pairs there are.
        sd: The standard deviation of the differences from unit to unit, above 0.
        verdicts: How many verdicts the table has; see `power_of`.
        power: With which probability the difference is to be resolved.

    Example:
        >>> from wann.statistics import resolvable
        >>> resolvable(5, sd=0.02)
    """
    _check_power(power)
    if units < FEWEST:
        return None
    low, high = 0.0, sd
    while power_of(units, sd, high, verdicts) < power:
        low, high = high, 2.0 * high
    for _ in range(40):
        middle = 0.5 * (low + high)
        enough = power_of(units, sd, middle, verdicts) >= power
        low, high = (low, middle) if enough else (middle, high)
    return high


def _check(sd: float, difference: float, verdicts: int) -> None:
    if not (sd > 0.0 and math.isfinite(sd)):
        raise UserError(f"sd: expected a number above 0, got {sd}")
    if difference == 0.0 or not math.isfinite(difference):
        raise UserError(f"difference: expected a number other than 0, got {difference}")
    if verdicts < 1:
        raise UserError(f"verdicts: expected a whole number from 1 up, got {verdicts}")


def _check_power(power: float) -> None:
    if not 0.0 < power < 1.0:
        raise UserError(f"power: expected a number between 0 and 1, got {power}")


def _normal(value: float) -> float:
    """Return the probability that a standard normal variable is below `value`."""
    return 0.5 * math.erfc(-value / math.sqrt(2.0))
