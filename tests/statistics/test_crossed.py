"""Intervals over searches and seeds together: seeds that all searches share are not many."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wann.statistics import BETTER, NOT_RESOLVED, WORSE, compare, compare_tables, estimate_table
from wann.statistics.intervals import Floats

NAN = float("nan")


def drawn(searches: int, seeds: int, of_search: float, of_seed: float, rest: float) -> Floats:
    rng = np.random.default_rng(searches + seeds)
    return (
        of_search * rng.standard_normal((searches, 1))
        + of_seed * rng.standard_normal((1, seeds))
        + rest * rng.standard_normal((searches, seeds))
    )


def width(values: Floats) -> float:
    found = estimate_table(values)
    assert found.low is not None
    assert found.high is not None
    return found.high - found.low


def test_with_one_seed_it_is_the_comparison_over_searches() -> None:
    values = drawn(12, 1, 1.0, 0.0, 0.0)
    found = compare_tables([values])
    alone = compare(dict(enumerate(values[:, 0])), dict.fromkeys(range(12), 0.0))
    assert found.mean == pytest.approx(alone.mean)
    assert found.p == pytest.approx(alone.p)
    assert (found.n, found.scatter and found.scatter.over) == (12, "search")


def test_seeds_that_all_searches_share_are_not_counted_for_each_of_them() -> None:
    few, many = (drawn(searches, 3, 0.05, 1.0, 0.05) for searches in (3, 30))
    assert width(many) > 0.5 * width(few)
    found = compare_tables([many])
    assert found.scatter is not None
    assert (found.scatter.over, found.scatter.n, found.n) == ("seed", 3, 30)


def test_one_network_for_each_seed_has_an_interval_over_seeds() -> None:
    row = [0.1, 0.4, 0.2, 0.3]
    shared = np.tile(row, (20, 1))
    assert estimate_table(shared) == estimate_table(shared[:2])
    assert estimate_table(shared).n == 4
    alone = compare(dict(enumerate(row)), dict.fromkeys(range(4), 0.0))
    assert compare_tables([shared]) == alone
    one_seed = compare_tables([np.full((20, 1), 0.3)])
    assert (one_seed.mean, one_seed.low, one_seed.verdict) == (0.3, None, NOT_RESOLVED)


def test_one_search_says_nothing_of_others() -> None:
    one = np.array([[0.5, 0.51, 0.52]])
    assert estimate_table(one)[1:] == (None, None, 1)
    for groups in ([one], [one, drawn(5, 3, 0.01, 0.0, 0.0)]):
        found = compare_tables(groups)
        assert (found.low, found.verdict, found.n) == (None, NOT_RESOLVED, 1)


def test_two_groups_of_other_searches_are_not_pairs() -> None:
    one, other = 0.9 + drawn(5, 2, 0.01, 0.0, 0.01), 0.5 + drawn(4, 2, 0.01, 0.0, 0.01)
    assert compare_tables([one, -other]).verdict == BETTER
    assert compare_tables([-one, other]).verdict == WORSE
    assert compare_tables([one, -other]).n == 4
    # A network for each seed, held against searches
    shared = np.tile([0.7, 0.71], (4, 1))
    assert compare_tables([shared, -other]).n == 4


def test_cells_that_are_not_known_are_left_out() -> None:
    values = drawn(4, 3, 1.0, 0.5, 0.5)
    more = np.vstack([values, np.full((1, 3), NAN)])
    assert compare_tables([more]) == compare_tables([values])
    values[1, 2] = NAN
    found = estimate_table(values)
    assert found.mean == pytest.approx(np.mean([np.nanmean(row) for row in values]))
    assert compare_tables([np.full((2, 3), NAN)]).mean is None


@settings(max_examples=25)
@given(
    st.lists(st.lists(st.floats(-1, 1), min_size=2, max_size=2), min_size=2, max_size=4),
    st.floats(-5, 5),
)
def test_an_interval_holds_the_mean_and_moves_with_it(
    rows: list[list[float]], shift: float
) -> None:
    values = np.array(rows)
    found, moved = estimate_table(values), estimate_table(values + shift)
    assert found.low is not None
    assert found.high is not None
    assert found.low - 1e-12 <= found.mean <= found.high + 1e-12
    assert moved.mean == pytest.approx(found.mean + shift, abs=1e-9)


@pytest.mark.parametrize("size", [3.1e-106, 1e-150, 1e150])
def test_sizes_whose_squares_are_no_numbers_have_the_same_shape(size: float) -> None:
    plain = np.array([[0.0, 0.0], [0.0, 1.0]])
    one, other = estimate_table(plain), estimate_table(plain * size)
    assert one.low is not None
    assert other.low == pytest.approx(one.low * size, rel=1e-9)


@pytest.mark.parametrize(
    "parts", [(1.0, 0.0, 1.0), (1.0, 1.0, 0.5), (0.3, 1.0, 0.3)], ids=["nested", "both", "seeds"]
)
def test_what_is_chance_is_rarely_called_a_difference(parts: tuple[float, float, float]) -> None:
    rng = np.random.default_rng(3)
    called = []
    for _ in range(100):
        a, b, rest = (rng.standard_normal(shape) for shape in ((6, 1), (1, 4), (6, 4)))
        found = compare_tables([parts[0] * a + parts[1] * b + parts[2] * rest])
        called.append(found.verdict != NOT_RESOLVED)
    assert np.mean(called) < 0.09
