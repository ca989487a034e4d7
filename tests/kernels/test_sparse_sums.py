"""Sums along kept connections against their plain twins."""

import numpy as np
import pytest

from wann.activations import Activation
from wann.activations.table import by_code
from wann.kernels import sparse_planes, sparse_sums
from wann.kernels.jit import kernel
from wann.kernels.sparse_planes import (
    MOST_VECTORS,
    add_planes_1,
    add_planes_2,
    add_planes_3,
    add_planes_4,
    add_planes_5,
    add_planes_6,
)
from wann.kernels.sparse_sums import GROUP, SIDE, activate_run, add_numbers, turn_square

DTYPES = pytest.mark.parametrize("dtype", [np.float32, np.float64])


@kernel
def _planes(count, values, source, weight, start, stop, shift, bias, target, goes_on, rectified):
    given = (values, source, weight, start, stop, shift, bias, target, goes_on, rectified)
    if count == 1:
        add_planes_1(*given)
    elif count == 2:
        add_planes_2(*given)
    elif count == 3:
        add_planes_3(*given)
    elif count == 4:
        add_planes_4(*given)
    elif count == 5:
        add_planes_5(*given)
    else:
        add_planes_6(*given)


@DTYPES
@pytest.mark.parametrize("count", range(1, MOST_VECTORS + 1))
def test_planes(count: int, dtype: type) -> None:
    rng = np.random.default_rng(count)
    values = rng.normal(size=600).astype(dtype)
    source = rng.integers(0, 400, 9).astype(np.uint32)
    weight = rng.normal(size=9).astype(dtype)
    for goes_on, rectified in ((False, False), (True, False), (False, True), (True, True)):
        for start, stop in ((0, 9), (3, 7), (5, 5)):
            given = (source, weight, start, stop, 3, weight[0], 480, goes_on, rectified)
            found, expected = values.copy(), values.copy()
            _planes(count, found, *given)
            sparse_planes._plain_planes(count)(expected, *given)
            np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
            written = found != values
            assert not written[:480].any()
            assert not written[480 + 96 :].any()


def test_rectifying_passes_nan_and_makes_no_number_of_it() -> None:
    values = np.array([np.nan, np.inf, -np.inf, -1.0] * 4 + [0.0] * 16, np.float32)
    source, weight = np.zeros(1, np.uint32), np.ones(1, np.float32)
    _planes(1, values, source, weight, 0, 1, 0, np.float32(0.0), 16, False, True)
    np.testing.assert_array_equal(values[16:20], [np.nan, np.inf, 0.0, 0.0])


@kernel
def _numbers(values, source, weight, start, stop):
    return add_numbers(values, source, weight, start, stop)


@DTYPES
@pytest.mark.parametrize("groups", [(0, 0), (0, 1), (0, 2), (1, 6), (1, 5)])
def test_numbers(groups: tuple[int, int], dtype: type) -> None:
    rng = np.random.default_rng(0)
    values, weight = (rng.normal(size=n).astype(dtype) for n in (50, 6 * GROUP))
    source = rng.integers(0, 50, 6 * GROUP).astype(np.uint32)
    given = (values, source, weight, groups[0] * GROUP, groups[1] * GROUP)
    expected = sparse_sums._plain_numbers(*given)
    np.testing.assert_allclose(_numbers(*given), expected, rtol=1e-5, atol=1e-6)


@kernel
def _turn(x, example, first, values, target, apart):
    turn_square(x, example, first, values, target, apart)


@DTYPES
def test_squares_are_turned(dtype: type) -> None:
    x = np.random.default_rng(0).normal(size=(11, 19)).astype(dtype)
    found, expected = np.zeros(400, dtype), np.zeros(400, dtype)
    _turn(x, 2, 7, found, 5, 33)
    sparse_sums._plain_turn(x, 2, 7, expected, 5, 33)
    np.testing.assert_array_equal(found, expected)
    assert np.count_nonzero(found) == SIDE * SIDE


@kernel
def _activate(kind, values, first, width):
    return activate_run(kind, values, first, width)


@DTYPES
@pytest.mark.parametrize("kind", Activation)
def test_activations_of_a_run(kind: Activation, dtype: type) -> None:
    values = np.linspace(-3, 3, 80).astype(dtype)
    found, expected = values.copy(), values.copy()
    expected[16:48] = by_code(kind)(values[16:48])
    assert _activate(int(kind), found, 16, 32)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
    assert not _activate(99, found, 16, 32)
