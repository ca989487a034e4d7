"""Whole numbers drawn in kernels against NumPy's own."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wann.kernels.draws import draw_below
from wann.kernels.jit import kernel


@kernel
def _drawn(rng, counts):
    found = np.empty(len(counts), np.int64)
    for i in range(len(counts)):
        if i % 5 == 4:  # what takes 64 bits comes between
            rng.random()
        found[i] = draw_below(rng, counts[i])
    return found


@given(
    seed=st.integers(0, 2**32),
    counts=st.lists(st.integers(1, 2**32 - 1) | st.integers(1, 9), min_size=1, max_size=40),
)
@settings(max_examples=60, deadline=None)
def test_numbers_and_what_is_drawn_after_them_are_those_of_numpy(
    seed: int, counts: list[int]
) -> None:
    ours, numpys = np.random.default_rng(seed), np.random.default_rng(seed)
    expected = []
    for i, count in enumerate(counts):
        if i % 5 == 4:
            numpys.random()
        expected.append(int(numpys.integers(0, count)))
    np.testing.assert_array_equal(_drawn(ours, np.array(counts)), expected)
    assert ours.bit_generator.state == numpys.bit_generator.state


@pytest.mark.parametrize("count", [3 * 2**30, 2**31 + 1, 2**32 - 2])
def test_numbers_that_are_often_drawn_again(count: int) -> None:
    ours, numpys = np.random.default_rng(1), np.random.default_rng(1)
    expected = numpys.integers(0, count, 500)
    np.testing.assert_array_equal([draw_below(ours, count) for _ in range(500)], expected)
