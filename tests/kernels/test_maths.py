import math

import naive
import numpy as np
import pytest
from genome_toys import PROPERTY
from hypothesis import given
from hypothesis import strategies as st

from wann.kernels.jit import kernel
from wann.kernels.maths import cosine_pi, exponential, hyperbolic_tangent, sigmoid, sine_pi
from wann.kernels.vectors import LANES, load, store

FUNCTIONS = {
    sine_pi: naive.sin_pi,
    cosine_pi: naive.cos_pi,
    exponential: math.exp,
    sigmoid: naive.sigmoid,
    hyperbolic_tangent: math.tanh,
}
EVERY = pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
PERIODIC = pytest.mark.parametrize(
    "function", [sine_pi, cosine_pi], ids=lambda function: function.__name__
)

finite = st.floats(allow_nan=False, allow_infinity=False)


@pytest.fixture(autouse=True)
def silence():
    """Compiled code does not warn of inf - inf; without the compiler, NumPy would."""
    with np.errstate(all="ignore"):
        yield


def errors(function, x):
    """What `function` is off its reference by, at every x."""
    return np.array([function(v) - FUNCTIONS[function](v) for v in x.tolist()])


@PERIODIC
def test_half_turns_are_accurate_near_the_origin(function) -> None:
    x = np.linspace(-4.0, 4.0, 20_001)
    assert np.abs(errors(function, x)).max() < 6e-16


@PERIODIC
@PROPERTY
@given(finite)
def test_half_turns_are_accurate_everywhere(function, x: float) -> None:
    assert abs(function(x) - FUNCTIONS[function](x)) < 6e-16
    assert abs(function(x)) <= 1.0


@PERIODIC
@PROPERTY
@given(st.integers(-(2**30), 2**30), st.integers(-(2**20), 2**20))
def test_half_turns_repeat_exactly(function, k: int, i: int) -> None:
    x = i / 2**20  # so that x + k is exact
    sign = -1.0 if k % 2 else 1.0
    assert function(x + k) == sign * function(x)


@PERIODIC
def test_half_turns_never_leave_the_unit_interval(function) -> None:
    rng = np.random.default_rng(0)
    x = np.concatenate(
        [
            rng.uniform(-2, 2, 20_000),
            0.5 * rng.integers(-9, 9, 20_000) + rng.normal(0, 1e-8, 20_000),
        ]
    )
    assert all(abs(function(v)) <= 1.0 for v in x.tolist())


@pytest.mark.parametrize(
    ("x", "sine", "cosine"),
    [
        (0.0, 0.0, 1.0),
        (0.5, 1.0, 0.0),
        (1.0, 0.0, -1.0),
        (1.5, -1.0, 0.0),
        (2.0, 0.0, 1.0),
        (2.0**60, 0.0, 1.0),
    ],
)
def test_quarter_turns_have_exact_zeros(x: float, sine: float, cosine: float) -> None:
    for sign in (1.0, -1.0):
        assert sine_pi(sign * x) == pytest.approx(sign * sine, abs=0.0 if sine == 0.0 else 3e-16)
        assert cosine_pi(sign * x) == pytest.approx(cosine, abs=0.0 if cosine == 0.0 else 3e-16)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 30.0, 708.0])
def test_exponential_is_accurate_to_two_ulp(scale: float) -> None:
    x = scale * np.linspace(-1.0, 1.0, 10_001)
    relative = errors(exponential, x) / np.exp(x)
    assert np.abs(relative).max() < 4.5e-16


@pytest.mark.parametrize(
    "function", [sigmoid, hyperbolic_tangent], ids=lambda function: function.__name__
)
def test_squashing_is_accurate(function) -> None:
    x = np.concatenate(
        [np.linspace(-40.0, 40.0, 10_001), np.linspace(-0.01, 0.01, 1001), [-700.0, 700.0]]
    )
    assert np.abs(errors(function, x)).max() < 5e-16


def test_sigmoid_is_relatively_accurate_in_its_tail() -> None:
    x = np.linspace(-700.0, -1.0, 2001)
    assert np.abs(errors(sigmoid, x) / [naive.sigmoid(v) for v in x.tolist()]).max() < 1e-15


LARGEST, SMALLEST = math.exp(708.0), math.exp(-708.0)


@pytest.mark.parametrize(
    ("function", "x", "limit"),
    [
        (exponential, math.inf, LARGEST),
        (exponential, 1e300, LARGEST),
        (exponential, 708.5, LARGEST),
        (exponential, -math.inf, SMALLEST),
        (exponential, -708.5, SMALLEST),
        (sigmoid, math.inf, 1.0),
        (sigmoid, -math.inf, SMALLEST),
        (hyperbolic_tangent, math.inf, 1.0),
        (hyperbolic_tangent, -math.inf, -1.0),
    ],
)
def test_limits(function, x: float, limit: float) -> None:
    assert function(x) == pytest.approx(limit, rel=1e-15)


@EVERY
def test_not_a_number_stays_that(function) -> None:
    assert math.isnan(function(math.nan))


@PERIODIC
@pytest.mark.parametrize("x", [math.inf, -math.inf])
def test_infinity_has_no_angle(function, x: float) -> None:
    assert math.isnan(function(x))


@kernel
def _over(which, x, out):
    """Apply a function to vectors; `x` and `out` (1, lanes)."""
    for lane in range(0, x.shape[1], LANES):
        vector = load(x, 0, lane)
        if which == 0:
            store(out, 0, lane, sine_pi(vector))
        elif which == 1:
            store(out, 0, lane, cosine_pi(vector))
        elif which == 2:
            store(out, 0, lane, exponential(vector))
        elif which == 3:
            store(out, 0, lane, sigmoid(vector))
        else:
            store(out, 0, lane, hyperbolic_tangent(vector))


@EVERY
def test_vectors_equal_scalars(function) -> None:
    x = np.random.default_rng(1).normal(0.0, 20.0, (1, 9 * LANES))
    x[0, 5:9] = math.nan, math.inf, -math.inf, 1e5
    out = np.empty_like(x)
    _over(list(FUNCTIONS).index(function), x, out)
    np.testing.assert_array_equal(out[0], [function(v) for v in x[0].tolist()])
