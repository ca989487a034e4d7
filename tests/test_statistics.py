"""Paired differences: verdicts are rare where there is no difference, and come where there is one."""

import numpy as np
import pytest

from wann.statistics import BETTER, NOT_RESOLVED, WORSE, compare, estimate, t_quantile


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
        ([0.9, 0.9], [0.5, 0.5], NOT_RESOLVED),  # too few
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


def test_quantiles_of_t() -> None:
    assert t_quantile(2) == 4.303
    assert t_quantile(1000) == t_quantile(30) == 2.042
