"""Intervals of means, and verdicts, which are rare where there is no difference."""

import math

import naive
import numpy as np
import pytest

from wann import statistics
from wann.errors import UserError
from wann.statistics import (
    BETTER,
    NOT_RESOLVED,
    WORSE,
    bootstrap,
    compare,
    estimate,
    known,
    quartiles,
    t_interval,
    t_quantile,
    verdict,
)
from wann.streams import stream
from wann.weights.conditions import interval


def by_seed(values: list[float]) -> dict[int, float]:
    return dict(enumerate(values))


def test_an_interval_holds_the_mean_and_is_the_same_again() -> None:
    values = [0.8, 0.9, 0.85, 0.95]
    found = estimate(values)
    assert found.mean == pytest.approx(0.875)
    assert found.low is not None
    assert found.high is not None
    assert min(values) <= found.low < found.mean < found.high <= max(values)
    assert estimate(values) == found
    uneven = [0.8134, 0.9021, 0.8578, 0.9512, 0.7731, 0.8845]
    assert estimate(uneven, seed=1) != estimate(uneven)
    assert estimate([3.0]) == (3.0, None, None, 1)


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        ([0.9, 0.91, 0.92], [0.5, 0.51, 0.52], BETTER),
        ([0.5, 0.51, 0.52], [0.9, 0.91, 0.92], WORSE),
        ([0.9, 0.5, 0.7], [0.8, 0.6, 0.7], NOT_RESOLVED),
        ([0.9, 0.9], [0.5, 0.5], NOT_RESOLVED),  # too few units
        # All higher, by amounts that say little
        ([0.9, 0.61, 0.70], [0.5, 0.6, 0.69], NOT_RESOLVED),
        ([0.7, 0.7, 0.7], [0.7, 0.7, 0.7], NOT_RESOLVED),
    ],
)
def test_verdicts(one: list[float], other: list[float], verdict: str) -> None:
    assert compare(by_seed(one), by_seed(other)).verdict == verdict


def test_pairs_are_those_of_common_units() -> None:
    found = compare({0: 1.0, 1: 2.0, 2: 3.0, 7: 100.0}, {0: 0.5, 1: 1.5, 2: 2.5, 8: -100.0})
    assert (found.mean, found.n, found.verdict) == (0.5, 3, BETTER)
    assert compare({0: 1.0}, {1: 1.0}) == (None, None, None, 0, NOT_RESOLVED)


def test_pairing_resolves_what_seeds_have_in_common() -> None:
    of_seed = np.array([0.1, 0.5, 0.9, 0.3])
    assert compare(
        by_seed((of_seed + 0.02).tolist()),
        by_seed((of_seed + np.array([0, 0.001, 0, 0.002])).tolist()),
    ).verdict == (BETTER)


@pytest.mark.parametrize("n", [3, 5])
def test_chance_is_rarely_called_a_difference(n: int) -> None:
    rng = np.random.default_rng(n)
    drawn = rng.standard_normal((2, 300, n))
    verdicts = [
        compare(by_seed(a), by_seed(b)).verdict for a, b in drawn.transpose(1, 0, 2).tolist()
    ]
    assert np.mean([verdict != NOT_RESOLVED for verdict in verdicts]) < 0.09


@pytest.mark.parametrize("at_once", [1, 7, 100, 2**20])
@pytest.mark.parametrize("units", [2, 3, 10, 60])
def test_a_bootstrap_is_that_of_its_twin_however_much_is_drawn_at_once(
    units: int, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statistics, "_RESAMPLED_AT_ONCE", at_once * units)
    values = np.random.default_rng(units).standard_normal(units)
    for resamples, tail in ((4000, 2.5), (301, 5.0)):
        found = bootstrap(values, stream(5, "bootstrap"), resamples, tail)
        assert found == naive.bootstrap(values, stream(5, "bootstrap"), resamples, tail)


def test_each_caller_of_the_bootstrap_has_its_own_draws() -> None:
    values = np.random.default_rng(0).uniform(0.5, 0.9, (12, 4))
    units = values.mean(axis=1)
    assert interval(values) == naive.bootstrap(units, stream(0, "bootstrap"), 4000, 2.5)
    drawn = naive.bootstrap(units, stream(3, "compare bootstrap"), 10_000, 50.0 * (1.0 - 0.95))
    assert estimate(units.tolist(), seed=3)[1:3] == drawn


@pytest.mark.parametrize(
    ("low", "high", "n", "expected"),
    [
        (0.1, 0.3, 3, BETTER),
        (-0.3, -0.1, 3, WORSE),
        (-0.1, 0.1, 3, NOT_RESOLVED),
        (0.0, 0.3, 3, NOT_RESOLVED),
        (0.1, 0.3, 2, NOT_RESOLVED),
        (None, None, 5, NOT_RESOLVED),
        (math.nan, math.nan, 5, NOT_RESOLVED),
    ],
)
def test_the_verdict_on_an_interval(
    low: float | None, high: float | None, n: int, expected: str
) -> None:
    assert verdict(low, high, n) == expected


# Two-sided 95 % quantiles of Student's t for 1 to 30 degrees of freedom, as published in the
# NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.
PUBLISHED = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
    *(2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)


def test_quantiles_are_those_that_were_published() -> None:
    assert [round(t_quantile(0.95, freedom), 3) for freedom in range(1, 31)] == list(PUBLISHED)
    assert t_quantile(0.95, 10**5) == pytest.approx(1.95996, abs=5e-5)  # of the normal distribution


@pytest.mark.parametrize(
    ("level", "freedom", "expected"),
    [
        (0.95, 1, 12.7062),
        (0.95, 2, 4.30265),
        (0.95, 3, 3.18245),
        (0.95, 4, 2.77645),
        (0.95, 9, 2.26216),
        (0.95, 19, 2.09302),
        (0.99, 4, 4.60409),
        (0.5, 7, 0.711142),
        (0.95, 1000, 1.96234),
    ],
)
def test_quantiles_are_those_of_the_tables(level: float, freedom: int, expected: float) -> None:
    assert t_quantile(level, freedom) == pytest.approx(expected, rel=2e-6)


def test_t_intervals() -> None:
    found = t_interval([0.9, 0.92, 0.94])
    half = 4.30265 * 0.02 / math.sqrt(3)
    assert found == pytest.approx((0.92, 0.92 - half, 0.92 + half, 3), rel=1e-5)
    single = t_interval([0.5])
    assert (single.mean, single.n) == (0.5, 1)
    assert math.isnan(single.low)
    with pytest.raises(UserError, match="at least one value"):
        t_interval([])


def test_ninety_five_of_a_hundred_t_intervals_hold_the_mean() -> None:
    rng = np.random.default_rng(0)
    held = [
        i.low <= 3.0 <= i.high for i in (t_interval(rng.normal(3.0, 2.0, 5)) for _ in range(2000))
    ]
    assert 0.935 < np.mean(held) < 0.965


def test_quartiles_are_linear_between_order_statistics_and_one_value_is_all_three() -> None:
    assert quartiles([4.0, 1.0, 3.0, 2.0]) == (1.75, 2.5, 3.25)
    assert quartiles([7.0]) == (7.0, 7.0, 7.0)


def test_values_that_are_not_known_are_left_out() -> None:
    assert known([1, None, 0, None]) == [1, 0]
