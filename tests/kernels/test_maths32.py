"""The polynomials for float32 against NumPy in float64."""

import math
from collections.abc import Callable

import numba
import numpy as np
import pytest

from wann.kernels import maths32
from wann.kernels.jit import kernel
from wann.kernels.vectors import (
    LANES32,
    exponent,
    load,
    plain_exponent,
    plain_power_of_two,
    power_of_two,
    store,
)

ULP = 2.0**-23
FUNCTIONS = {
    "sine_pi": (maths32.sine_pi, lambda x: np.sin(np.pi * x), 20.0, 0.0, 3),
    "cosine_pi": (maths32.cosine_pi, lambda x: np.cos(np.pi * x), 20.0, 0.0, 3),
    "exponential": (maths32.exponential, np.exp, 86.0, 1.0, 1),
    "sigmoid": (maths32.sigmoid, lambda x: 1.0 / (1.0 + np.exp(-x)), 40.0, 1.0, 2),
    "hyperbolic_tangent": (maths32.hyperbolic_tangent, np.tanh, 20.0, 0.0, 2),
    "logarithm_anywhere": (
        maths32.logarithm_anywhere,
        lambda x: np.log(np.where(x < 0, math.nan, x)),
        30.0,
        1.0,
        2,
    ),
}


def apply(function: Callable, x: np.ndarray) -> np.ndarray:
    """`function` of each number of `x` (a multiple of LANES32)."""

    @numba.njit(error_model="numpy")
    def run(values, out):
        for lane in range(0, values.shape[1], LANES32):
            store(out, 0, lane, function(load(values, 0, lane)))

    out = np.empty((1, len(x)), np.float32)
    with np.errstate(all="ignore"):
        run(x.astype(np.float32)[None], out)
    return out[0]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_close_to_numpy(name: str) -> None:
    function, exact, limit, relative, ulps = FUNCTIONS[name]
    x = np.random.default_rng(0).uniform(-limit, limit, 4096 * LANES32).astype(np.float32)
    expected = exact(x.astype(np.float64))
    allowed = ulps * ULP * (np.abs(expected) if relative else np.ones(len(x)))
    error, known = np.abs(apply(function, x) - expected), ~np.isnan(expected)
    assert (error[known] <= allowed[known]).all()
    assert np.isnan(error[~known]).all()


def test_logarithm() -> None:
    x = np.exp(np.random.default_rng(0).uniform(-80.0, 80.0, 4096 * LANES32)).astype(np.float32)
    expected = np.log(x.astype(np.float64))
    assert (
        np.abs(apply(maths32.logarithm, x) - expected)
        <= 2 * ULP * np.maximum(np.abs(expected), 1.0)
    ).all()
    near_one = np.float32(1.0) + np.float32(ULP) * np.arange(-8, 8, dtype=np.float32)
    found = apply(maths32.logarithm, near_one)
    np.testing.assert_allclose(found, np.log(near_one.astype(np.float64)), rtol=1e-6, atol=0)


SPECIAL = [0.0, -0.0, math.inf, -math.inf, math.nan, 1e38, -1e38, 1e-45] * 2


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "exponential",
            [1, 1, math.exp(87), math.exp(-87), math.nan, math.exp(87), math.exp(-87), 1] * 2,
        ),
        ("hyperbolic_tangent", [0, 0, 1, -1, math.nan, 1, -1, 0] * 2),
        ("sigmoid", [0.5, 0.5, 1, 0, math.nan, 1, 0, 0.5] * 2),
        (
            "logarithm_anywhere",
            [
                -math.inf,
                -math.inf,
                math.inf,
                math.nan,
                math.nan,
                math.log(1e38),
                math.nan,
                math.log(2.0**-149),
            ]
            * 2,
        ),
        ("sine_pi", [0, 0, math.nan, math.nan, math.nan, 0, 0, 0] * 2),
    ],
)
def test_special_values(name: str, expected: list[float]) -> None:
    found = apply(FUNCTIONS[name][0], np.array(SPECIAL))
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-30)


@kernel
def _bits(x, out):
    store(out, 0, 0, exponent(load(x, 0, 0)))
    store(out, 1, 0, power_of_two(load(x, 1, 0)))


def test_exponents_and_powers_of_two() -> None:
    n = np.array([-126, -125, -64, -23, -2, -1, 0, 1, 2, 3, 10, 23, 24, 64, 125, 126])
    x = np.stack([1.5 * 2.0**n, n + 12582912.0]).astype(np.float32)
    out = np.empty((2, LANES32), np.float32)
    _bits(x, out)
    np.testing.assert_array_equal(out, [n, 2.0**n])
    np.testing.assert_array_equal(plain_exponent(x[0]), n)
    np.testing.assert_array_equal(plain_power_of_two(x[1]), 2.0**n)
