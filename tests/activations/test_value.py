"""Formulas are noted down from Python functions, or refused by one line that says what to write."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from wann.activations import Value, activation
from wann.activations.text import text_of
from wann.activations.trace import trace
from wann.activations.value import cos_pi, select, sigmoid, sin_pi
from wann.errors import UserError


def noted(function: Callable[..., object]) -> str:
    return text_of(trace(function, "a toy"))


def leaky(x: Value, slope: float = 0.1) -> Value:
    return np.where(x >= 0, x, slope * x)


TRACED: list[tuple[Callable[..., object], str]] = [
    (lambda x: x / (1 + abs(x)), "x / (1 + abs(x))"),
    (leaky, "select(x >= 0, x, 0.1 * x)"),
    (lambda x: np.clip(x, -1, 1), "minimum(maximum(x, -1), 1)"),
    (lambda x: np.clip(x, None, 6), "minimum(x, 6)"),
    (lambda x: x**3 - np.square(x) + np.reciprocal(+x), "x * x * x - x * x + 1 / x"),
    (lambda x: np.power(x, 2), "x * x"),
    (lambda x: np.float64(2) * x / np.int64(3), "2 * x / 3"),
    (lambda x: 2 - (x - (1 - x)), "2 - (x - (1 - x))"),
    (lambda x: 1 / x / x - (x / (2 / x)), "1 / x / x - x / (2 / x)"),
    (lambda x: np.negative(-x) * -0.5, "-(-x) * -0.5"),
    (lambda x: np.negative(-(x * x)), "-(-(x * x))"),
    (lambda x: np.exp(np.tanh(np.sqrt(np.log(x)))), "exp(tanh(sqrt(log(x))))"),
    (lambda x: np.rint(x) + np.floor(x) + math.floor(x), "rint(x) + floor(x) + floor(x)"),
    (lambda x: np.ceil(x) - math.ceil(x), "-floor(-x) - -floor(-x)"),
    (lambda x: sigmoid(x) * sigmoid(np.fabs(x)), "sigmoid(x) * sigmoid(abs(x))"),
    (lambda x: np.sign(x), "select(x > 0, 1, select(x < 0, -1, x))"),
    (lambda x: np.where((x > -1) & ~(x >= 1), x, 0), "select(x > -1, select(x >= 1, 0, x), 0)"),
    (lambda x: np.where((x < -1) | (x > 1), 0, x), "select(x < -1, 0, select(x > 1, 0, x))"),
    (
        lambda x: np.where(np.logical_and(x > 0, np.logical_not(x > 2)), x, 1),
        "select(x > 0, select(x > 2, 1, x), 1)",
    ),
    (
        lambda x: np.where(np.logical_or(x > 0, x < -2), x, 1),
        "select(x > 0, x, select(x < -2, x, 1))",
    ),
    (lambda x: select(np.less_equal(x, 0), 1, 2), "select(x <= 0, 1, 2)"),
    (lambda x: np.minimum(3.5, np.maximum(x, 1e-30)), "minimum(3.5, maximum(x, 1e-30))"),
    (lambda x: np.sin(x), "sin_pi(x * 0.3183098861837907)"),
    (
        lambda x: np.cos(x) + cos_pi(x) + sin_pi(x),
        "cos_pi(x * 0.3183098861837907) + cos_pi(x) + sin_pi(x)",
    ),
    (lambda x: np.logaddexp(0, x), "maximum(0, x) + log(1 + exp(-abs(0 - x)))"),
    (lambda x: np.exp2(x), f"exp(x * {math.log(2)})"),
    (activation(lambda x: x + 1, name="next_one"), "x + 1"),
]


@pytest.mark.parametrize(("function", "text"), TRACED, ids=[text for _, text in TRACED])
def test_what_a_function_does_is_noted_down(function: Callable[..., object], text: str) -> None:
    assert noted(function) == text


def test_a_declaration_computes_its_formula() -> None:
    values = np.array([[0.3, -1.0], [2.5, 3.0]])
    declared = activation(lambda x: np.where(x > 0, np.log(x) + x**2, np.sin(x)), name="mixed")
    with np.errstate(invalid="ignore"):
        expected = np.where(values > 0, np.log(values) + values**2, np.sin(values))
    np.testing.assert_allclose(declared(values), expected, rtol=1e-14)
    assert declared(2.0) == pytest.approx(math.log(2.0) + 4.0)
    assert activation(lambda x: select(x > 9, x, 1), name="ones")(values).tolist() == [
        [1, 1],
        [1, 1],
    ]


REFUSED: list[tuple[Callable[..., object], str]] = [
    (lambda x: x if x > 0 else 0, "no `if`.*write np.where"),
    (lambda x: max(x, 0), "no `if`, `max`"),
    (lambda x: -1 < x < 1, "no chained comparison"),
    (lambda x: np.where(x, 1, 0), "expected a comparison such as x > 0"),
    (lambda x: np.where(True, x, 0), "expected a comparison such as x > 0, got True"),
    (lambda x: math.exp(x), "functions of `math`.*write np.exp"),
    (lambda x: float(x), "functions of `math`, int or float"),
    (lambda x: round(x), "write np.rint"),
    (lambda x: 1.0, "return a Value made from x, got 1.0"),
    (lambda x: None, "return a Value made from x, got None"),
    (lambda x: x > 0, "return a Value made from x"),
    (lambda x, y: x, "function of x alone.*missing a required argument"),
    (lambda: 1, "function of x alone"),
    (lambda x: x + np.inf, "numbers that are finite, got inf"),
    (lambda x: x * float("nan"), "numbers that are finite, got nan"),
    (lambda x: 1 / 0, r"raised ZeroDivisionError.*line \d+"),
    (lambda x: x.exp(), "raised AttributeError"),
    (lambda x: np.expm1(x), r"write np.exp\(x\) - 1"),
    (lambda x: np.fmax(x, 0), r"write np.maximum\(a, b\)"),
    (lambda x: np.arctan(x), "cannot hold np.arctan: it has operators and np.absolute"),
    (lambda x: np.sum(x), "cannot hold np.sum"),
    (lambda x: np.exp(x, where=True), "without options"),
    (lambda x: np.maximum.reduce(x), "without options, got reduce"),
    (lambda x: x * np.ones(3), "expected numbers beside x"),
    (lambda x: x * "2", "expected numbers beside x, got '2'"),
    (lambda x: x * True, "expected numbers beside x, got True"),
    (lambda x: x + 1j, "expected numbers beside x"),
    (lambda x: (x > 0) * x, "numbers in a product, got a comparison"),
    (lambda x: np.exp(x > 0), "expected a number, got a comparison"),
    (lambda x: x == 0, "write a comparison by < or >"),
    (lambda x: x % 2, "np.floor"),
    (lambda x: x // 2, "np.floor"),
    (lambda x: x**0.5, "whole power from 1 to 16, got 0.5"),
    (lambda x: x**-1, "whole power from 1 to 16, got -1"),
    (lambda x: 2**x, "whole power"),
    (lambda x: list(x), "one number, got a loop"),
    (lambda x: [x := x * x + x for _ in range(60)][-1], "at most 400 operations"),
    (lambda x: [x := -x for _ in range(99)][-1], "at most 60 in one another"),
]


@pytest.mark.parametrize(("function", "line"), REFUSED, ids=[line for _, line in REFUSED])
def test_what_no_formula_can_hold_is_one_line(function: Callable[..., object], line: str) -> None:
    with pytest.raises(UserError, match=rf"\Aa toy: .*{line}") as problem:
        noted(function)
    assert "\n" not in str(problem.value)
