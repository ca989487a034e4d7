"""Sums over rows against their plain twins, which are loops over NumPy arrays."""

import numpy as np
import pytest

from wann.kernels.jit import kernel
from wann.kernels.row_sums import _sum_rows_twice, input_sum, plain_input_sum, sum_rows_twice
from wann.kernels.vectors import LANES, LANES32, load, store


@kernel
def _sums_twice(values, source, start, stop, begin, out):
    for lane in range(0, values.shape[1], out.shape[1]):
        a, b = sum_rows_twice(values, source, start, stop, lane, begin, load(values, 0, lane))
        store(out, 0, 0, a)
        store(out, 0, out.shape[1] // 2, b)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("edges", [(0, 0), (2, 3), (1, 12)])
def test_two_sums_in_one_walk(edges: tuple[int, int], dtype: type) -> None:
    rng, lanes = np.random.default_rng(0), LANES if dtype is np.float64 else LANES32
    values, source = rng.normal(size=(6, 2 * lanes)).astype(dtype), rng.integers(0, 6, 12)
    out = np.empty((1, 2 * lanes), dtype)
    _sums_twice(values, source, *edges, 0.5, out)
    expected = np.concatenate([np.full(lanes, 0.5, dtype), values[0, :lanes]])
    for edge in range(*edges):
        expected = expected + values[source[edge]]
    np.testing.assert_array_equal(out[0], expected)
    twin = _sum_rows_twice(values, source, *edges, 0, np.full(lanes, 0.5, dtype), values[0, :lanes])
    np.testing.assert_array_equal(np.concatenate(twin), expected)


@kernel
def _sums(values, source, start, stop, weight, first, out):
    for lane in range(0, values.shape[1], LANES):
        store(out, 0, lane, input_sum(values, source, start, stop, weight, first, lane))


@pytest.mark.parametrize("shared", [True, False], ids=["shared", "individual"])
@pytest.mark.parametrize("seed", range(6))
def test_input_sum_is_its_plain_twin(seed: int, shared: bool) -> None:
    rng = np.random.default_rng(seed)
    count, first = int(rng.integers(1, 8)), int(rng.integers(0, 4))
    values, source = rng.normal(size=(6, 3 * LANES)), rng.integers(0, 6, 12)
    start = first + int(rng.integers(0, 12 - count - first + 1))
    weight = rng.normal(size=3 * LANES) if shared else rng.normal(size=(12, 3 * LANES))
    out = np.empty((1, 3 * LANES))
    _sums(values, source, start, start + count, weight, first, out)
    for lane in range(0, 3 * LANES, LANES):
        expected = plain_input_sum(values, source, start, start + count, weight, first, lane)
        np.testing.assert_array_equal(out[0, lane : lane + LANES], expected)
