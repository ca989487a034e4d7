"""Means with their intervals."""

import math

import naive
import numpy as np
import pytest

from wann.errors import UserError
from wann.statistics import bootstrap, estimate, intervals, known, quartiles, t_interval
from wann.streams import stream
from wann.weights.conditions import interval


def test_an_interval_holds_the_mean_and_is_the_same_again() -> None:
    values = [0.8, 0.9, 0.85, 0.95]
    found = estimate(values)
    assert found.mean == pytest.approx(0.875)
    assert found.low is not None
    assert found.high is not None
    by_t = t_interval(values)
    assert found.low <= by_t.low < found.mean < by_t.high <= found.high
    assert estimate(values) == found
    assert estimate([3.0]) == (3.0, None, None, 1)


@pytest.mark.parametrize("at_once", [1, 7, 100, 2**20])
@pytest.mark.parametrize("units", [2, 3, 10, 60])
def test_a_bootstrap_is_that_of_its_twin_however_much_is_drawn_at_once(
    units: int, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intervals, "_RESAMPLED_AT_ONCE", at_once * units)
    values = np.random.default_rng(units).standard_normal(units)
    for resamples, tail in ((4000, 2.5), (301, 5.0)):
        found = bootstrap(values, stream(5, "bootstrap"), resamples, tail)
        assert found == naive.bootstrap(values, stream(5, "bootstrap"), resamples, tail)


def test_each_caller_of_the_bootstrap_has_its_own_draws() -> None:
    values = np.random.default_rng(0).uniform(0.5, 0.9, (12, 4))
    units = values.mean(axis=1)
    assert interval(values) == naive.bootstrap(units, stream(0, "bootstrap"), 4000, 2.5)
    low, high = naive.bootstrap(units, stream(3, "compare bootstrap"), 10_000, 50.0 * (1.0 - 0.95))
    by_t = t_interval(units)
    found = (min(low, by_t.low), max(high, by_t.high))
    assert estimate(units.tolist(), seed=3)[1:3] == found


@pytest.mark.parametrize("units", [3, 5, 30])
def test_an_interval_over_a_few_units_holds_the_mean_as_often_as_it_says(units: int) -> None:
    rng = np.random.default_rng(units)
    drawn = [estimate(rng.standard_normal(units).tolist()) for _ in range(200)]
    held = sum(found.low <= 0.0 <= found.high for found in drawn)  # type: ignore[operator]
    assert held >= 184


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
