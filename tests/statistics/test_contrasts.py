"""Sums of means of things that share some of their searches."""

import numpy as np
import pytest

from wann.statistics import BETTER, NOT_RESOLVED, compare_tables
from wann.statistics.contrasts import Term, Values, contrast, less


def of(searches: str, level: float, of_search: float = 0.1) -> dict[tuple[str, int], float]:
    """Values of three seeds of some searches, each named by a letter, which alone scatters."""
    return {
        (search, seed): level + of_search * (ord(search) % 7) + 0.001 * ((seed + ord(search)) % 3)
        for search in searches
        for seed in range(3)
    }


def mean(values: Values) -> float:
    searches = sorted({search for search, _ in values})
    return float(
        np.mean([np.mean([v for (s, _), v in values.items() if s == one]) for one in searches])
    )


def test_values_of_the_same_searches_are_pairs() -> None:
    one, other = of("abcd", 0.55, 0.101), of("abcd", 0.5)
    found = contrast(less(one, other))
    assert (found.verdict, found.n) == (BETTER, 4)
    assert found.mean == pytest.approx(mean(one) - mean(other))
    # Pairs of common searches alone, where there are any
    assert contrast(less(of("abcdxy", 0.55, 0.101), other)) == found


def test_values_of_other_searches_are_two_groups() -> None:
    one, other = of("abcd", 0.55), of("efghi", 0.5)
    found = contrast(less(one, other))
    assert found.mean == pytest.approx(mean(one) - mean(other))
    assert (found.verdict, found.n) == (NOT_RESOLVED, 4)
    tables = [np.array([[values[s, k] for k in range(3)] for s in searches]) * sign
              for values, searches, sign in ((one, "abcd", 1), (other, "efghi", -1))]  # fmt: skip
    assert found == compare_tables(tables)


def test_a_sum_is_that_of_the_means_whatever_they_share() -> None:
    some = [of("abcd", 0.9), of("abcdefg", 0.6), of("efg", 0.5), of("abcdefg", 0.4)]
    factors = [0.5, -0.5, 0.5, -0.5]
    found = contrast([Term(k, values) for k, values in zip(factors, some, strict=True)])
    assert found.mean == pytest.approx(
        sum(k * mean(values) for k, values in zip(factors, some, strict=True))
    )
    assert found.n == 3


def test_one_search_says_nothing_of_others_but_has_seeds() -> None:
    one, other = of("a", 0.55), of("a", 0.5)
    assert contrast(less(one, other)).low is None
    over_seeds = contrast(less(one, other), of_one_search=True)
    assert (over_seeds.n, over_seeds.verdict) == (3, BETTER)
    assert contrast(less(of("abc", 1.0), of("x", 0.0))).low is None
    assert contrast([Term(1.0, {})]).mean is None
