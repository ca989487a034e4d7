"""The vector type against its plain twins, which are NumPy arrays."""

import math
import operator

import numpy as np
import pytest
from numba import config
from numba.core.errors import TypingError

from wann.kernels.jit import kernel
from wann.kernels.vectors import (
    LANES,
    LANES32,
    _round32,
    _select,
    load,
    plain_power_of_two,
    power_of_two,
    round32,
    select,
    store,
)

COMPILED = pytest.mark.skipif(
    config.DISABLE_JIT, reason="without the compiler there are no types to refuse"
)
SPECIAL = np.array([0.0, -0.0, 0.5, 1.5, -2.5, math.inf, -math.inf, math.nan])


@kernel
def _arithmetic(x, out):
    a, b = load(x, 0, 0), load(x, 1, 0)
    store(out, 0, 0, a + b)
    store(out, 1, 0, a - b)
    store(out, 2, 0, a * b)
    store(out, 3, 0, a / b)
    store(out, 4, 0, 2 - a)
    store(out, 5, 0, a * 3.0)
    store(out, 6, 0, 1.0 / b)
    store(out, 7, 0, -a)
    store(out, 8, 0, abs(a))
    store(out, 9, 0, np.rint(a))
    store(out, 10, 0, np.floor(a))
    store(out, 11, 0, select(a > b, a, b))
    store(out, 12, 0, select(a < 0.5, 7.0, b))
    store(out, 13, 0, 4.5)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("turn", range(8))
def test_operators_are_those_of_float(turn: int, dtype: type) -> None:
    lanes = LANES if dtype is np.float64 else LANES32
    a = np.resize(SPECIAL, lanes).astype(dtype)
    b = np.roll(a, turn)
    out = np.empty((14, lanes), dtype)
    with np.errstate(all="ignore"):
        _arithmetic(np.array([a, b]), out)
        expected = [
            a + b,
            a - b,
            a * b,
            a / b,
            2 - a,
            a * 3.0,
            1.0 / b,
            -a,
            abs(a),
            np.rint(a),
            np.floor(a),
        ]
    expected += [np.where(a > b, a, b), np.where(a < 0.5, 7.0, b), np.full(lanes, 4.5)]
    np.testing.assert_array_equal(out, expected)
    numbers = ~np.isnan(a)
    np.testing.assert_array_equal(
        np.signbit(out[7:11, numbers]), np.signbit(expected[7:11])[:, numbers]
    )


@kernel
def _scalars(condition, x):
    return select(condition, 1, x), power_of_two(x)


def test_scalars_work_alike() -> None:
    shifted = 6755399441055744.0 + 3.0
    assert (
        _scalars(True, shifted)
        == (1.0, 8.0)
        == (_select(True, 1.0, shifted), plain_power_of_two(np.float64(shifted)))
    )
    assert _scalars(False, shifted) == (shifted, 8.0)


@kernel
def _powers(x, out):
    store(out, 0, 0, power_of_two(load(x, 0, 0)))


def test_powers_of_two() -> None:
    n = np.array([-1022.0, -1.0, 0.0, 1.0, 2.0, 10.0, 1021.0, 1022.0])
    out = np.empty((1, LANES))
    _powers(n[None] + 6755399441055744.0, out)
    np.testing.assert_array_equal(out[0], 2.0**n)
    np.testing.assert_array_equal(plain_power_of_two(n + 6755399441055744.0), 2.0**n)


@kernel
def _rounded(x, out):
    store(out, 0, 0, round32(load(x, 0, 0)))
    return round32(x[0, 0])


@pytest.mark.parametrize(
    "values",
    [SPECIAL, np.array([0.1, -1 / 3, 1e-46, 1e-40, 3.5e38, 1.0 + 2**-24, np.pi, 16777217])],
)
def test_rounding_to_float32_is_numpys(values: np.ndarray) -> None:
    out = np.empty((1, LANES))
    with np.errstate(over="ignore"):
        expected = values.astype(np.float32).astype(np.float64)
        first = _rounded(values[None], out)
        np.testing.assert_array_equal(_round32(values), expected)
    np.testing.assert_array_equal(out[0], expected)
    assert first == expected[0]


@kernel
def _wrong(x):
    return operator.mul(load(x, 0, 0), "a")


@COMPILED
@pytest.mark.parametrize(
    "values",
    [
        np.zeros((8, 2 * LANES))[:, ::2],
        np.zeros((LANES, 8)).T,
        np.zeros((8, LANES), dtype=np.int64),
    ],
)
def test_lanes_must_lie_side_by_side(values: np.ndarray) -> None:
    with pytest.raises(TypingError):
        _powers(values, np.zeros((1, LANES)))


@kernel
def _mixed(x, y):
    store(x, 0, 0, load(y, 0, 0))


@COMPILED
def test_vectors_of_two_kinds_do_not_mix() -> None:
    with pytest.raises(TypingError):
        _mixed(np.zeros((1, 16)), np.zeros((1, 16), np.float32))


@COMPILED
def test_a_vector_does_not_mix_with_other_things() -> None:
    with pytest.raises(TypingError):
        _wrong(np.zeros((1, LANES)))
