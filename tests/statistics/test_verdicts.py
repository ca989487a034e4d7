"""Verdicts on paired differences, which are rare where there is no difference."""

import math

import numpy as np
import pytest

from wann.statistics import BETTER, NOT_RESOLVED, WORSE, Difference, compare, verdict


def by_seed(values: list[float]) -> dict[int, float]:
    return dict(enumerate(values))


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
    assert compare({0: 1.0}, {1: 1.0}) == Difference(None, None, None, 0, NOT_RESOLVED)


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
