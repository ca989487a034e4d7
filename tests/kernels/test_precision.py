"""One source for numbers of either precision."""

import numpy as np
import pytest

from wann.envs import cartpole_physics as physics
from wann.kernels import maths, maths32
from wann.kernels.jit import kernel
from wann.kernels.precision import by_precision
from wann.kernels.vectors import LANES, LANES32, lanes_of, load, plain_lanes_of, store

tanh = by_precision(maths.hyperbolic_tangent, maths32.hyperbolic_tangent)


@kernel
def in_vectors(values: np.ndarray) -> int:
    for lane in range(0, values.shape[1], lanes_of(values)):
        store(values, 0, lane, tanh(load(values, 0, lane)))
    return lanes_of(values)


@kernel
def of_one(x: float) -> float:
    return tanh(x)


@pytest.mark.parametrize(("dtype", "lanes"), [(np.float64, LANES), (np.float32, LANES32)])
def test_kernels_take_the_function_and_the_lanes_of_the_precision(dtype: type, lanes: int) -> None:
    values = np.linspace(-3, 3, 3 * lanes).astype(dtype)[None]
    expected = np.tanh(values[0].astype(np.float64))
    plain = np.array([tanh(x) for x in values[0]])  # numbers are float64
    assert in_vectors(values) == plain_lanes_of(values) == lanes
    eps = float(np.finfo(dtype).eps)
    assert 0 < np.abs(values[0] - expected).max() < 4 * eps
    np.testing.assert_allclose(plain, expected, atol=1e-15)


def test_a_number_of_its_own_is_a_double() -> None:
    assert of_one(0.3) == pytest.approx(np.tanh(0.3), abs=1e-15)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_pole_moves_as_the_formulas_say(dtype: type) -> None:
    """Explicit Euler of the equations in the release of 2019, by NumPy in double precision."""
    rng = np.random.default_rng(0)
    start, push = rng.normal(size=(32, 4)), rng.normal(size=(1, 32)).astype(dtype)
    state = np.zeros((physics.STATE_ROWS, 32), dtype)
    for lane in range(32):
        physics.set_lane(state, lane, start[lane])
    physics.step_lanes(state, push, 0, 32)
    x, v, t, w = start.T
    s, c, force = np.sin(t), np.cos(t), 10.0 * np.clip(push[0].astype(np.float64), -1, 1)
    a = (-2 * 0.3 * w**2 * s + 3 * 0.5 * 9.82 * s * c + 4 * force - 4 * 0.1 * v) / (4 - 1.5 * c**2)
    b = -3 * 0.3 * w**2 * s * c + 6 * 9.82 * s + 6 * (force - 0.1 * v) * c
    expected = [x + 0.01 * v, v + 0.01 * a, t + 0.01 * w, w + 0.01 * b / (2.4 - 0.9 * c**2)]
    np.testing.assert_allclose(state[:4], expected, atol=1e3 * np.finfo(dtype).eps / 100)
