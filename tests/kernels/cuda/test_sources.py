"""What a thread of a card computes is what a vector of the CPU computes, to the bit."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from genome_toys import PROPERTY
from hypothesis import given
from hypothesis import strategies as st

from wann.envs import cartpole_physics, classic_physics
from wann.kernels import maths, maths32
from wann.kernels.cuda import arithmetic
from wann.kernels.cuda.sources import for_threads
from wann.kernels.jit import kernel
from wann.kernels.vectors import LANES, LANES32, load, store

FUNCTIONS = ("sine_pi", "cosine_pi", "exponential", "sigmoid", "hyperbolic_tangent")
EDGES = (0.0, -0.0, 0.5, -1.5, 1e-300, 709.0, -709.0, 1e30, np.inf, -np.inf, np.nan)
numbers = st.floats(width=32) | st.sampled_from(EDGES)


@pytest.fixture(autouse=True)
def silence():
    """Compiled code does not warn of overflow; Python, which the simulator runs, does."""
    with np.errstate(all="ignore"):
        yield


def in_vectors(function: Callable[[Any], Any], x: np.ndarray) -> np.ndarray:
    """Return what a kernel of the CPU gives for each of a vector of numbers."""

    @kernel
    def apply(given: np.ndarray, found: np.ndarray) -> None:
        store(found, 0, 0, function(load(given, 0, 0)))

    found = np.empty_like(x[None])
    apply(x[None].copy(), found)
    return found[0]


def in_threads(function: Any, x: np.ndarray, single: bool) -> np.ndarray:
    alone = for_threads(function, single)
    return np.array([alone(number) for number in x], dtype=x.dtype)


@pytest.mark.parametrize("name", [*FUNCTIONS, "logarithm"])
def test_functions_give_the_bits_of_vectors(name: str) -> None:
    rng = np.random.default_rng(0)
    function = getattr(maths, name)
    for scale in (1.0, 1e-3, 50.0, 1e6):
        x = rng.normal(size=LANES) * scale
        np.testing.assert_array_equal(in_threads(function, x, False), in_vectors(function, x))
    x = np.resize(EDGES, 2 * LANES).reshape(2, LANES)
    for part in x:
        np.testing.assert_array_equal(in_threads(function, part, False), in_vectors(function, part))


@pytest.mark.parametrize("name", [*FUNCTIONS, "logarithm_anywhere"])
def test_functions_of_single_precision_give_the_bits_of_vectors(name: str) -> None:
    rng = np.random.default_rng(1)
    function = getattr(maths32, name)
    for scale in (1.0, 1e-3, 50.0, 1e6):
        x = (rng.normal(size=LANES32) * scale).astype(np.float32)
        np.testing.assert_array_equal(in_threads(function, x, True), in_vectors(function, x))
    x = np.resize(np.array(EDGES, np.float32), LANES32)
    np.testing.assert_array_equal(in_threads(function, x, True), in_vectors(function, x))


def stepped(
    step: Callable[..., None], state: np.ndarray, outputs: np.ndarray, lanes: int
) -> np.ndarray:
    moved = state.copy()
    step(moved, outputs, 0, lanes)
    return moved


CLASSIC = {
    name: getattr(classic_physics, f"{name}_lanes")
    for name in ("cartpole", "acrobot", "pendulum", "mountain_car", "mountain_car_continuous")
}


@pytest.mark.parametrize("name", ["swingup", *CLASSIC])
@PROPERTY
@given(seed=st.integers(0, 2**32 - 1))
def test_a_step_of_physics_gives_the_bits_of_vectors(name: str, seed: int) -> None:
    step = cartpole_physics.step_lanes if name == "swingup" else CLASSIC[name]
    rng = np.random.default_rng(seed)
    state, outputs = rng.normal(size=(7, LANES)), rng.normal(size=(3, LANES)) * 2.0
    expected = stepped(step, state, outputs, LANES)
    alone = for_threads(step)
    for lane in range(LANES):
        column = slice(lane, lane + 1)
        found = stepped(alone, state[:, column], outputs[:, column], 1)
        np.testing.assert_array_equal(found, expected[:, column])


def doubled_and_raised(x: float, numbers: Any) -> float:
    x *= 2.0
    numbers[0] *= x
    return x * numbers[0] + np.pi * 2


def test_every_product_is_written_as_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    told = []

    def multiply(a: float, b: float) -> float:
        told.append((a, b))
        return a * b

    monkeypatch.setitem(arithmetic.NUMBERS, "product", multiply)
    kept = [5.0]
    assert for_threads(doubled_and_raised)(3.0, kept) == doubled_and_raised(3.0, [5.0])
    assert told == [(3.0, 2.0), (5.0, 6.0), (6.0, 30.0), (np.pi, 2)]


@given(numbers, numbers)
def test_words_choose_as_those_of_vectors(a: float, b: float) -> None:
    def same(found: float, expected: float) -> bool:
        return np.array_equal(found, expected, equal_nan=True)

    assert same(arithmetic.larger(a, b), a if a > b or a != a else b)
    assert same(arithmetic.smaller(a, b), a if a < b or a != a else b)
    assert same(arithmetic.select(a < b, a, b), a if a < b else b)
    assert same(arithmetic.round32(a), float(np.float32(a)))
