"""A function is noted down as a formula only if it is one."""

import itertools
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from wann.activations.text import text_of
from wann.activations.trace import trace
from wann.errors import UserError

_CALLS = itertools.count()


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x + np.random.default_rng().random(),
        lambda x: x * random.random(),
        lambda x: x + next(_CALLS),
        lambda x: np.tanh(x) if next(_CALLS) % 2 else np.sin(x),
    ],
)
def test_a_function_that_differs_from_call_to_call_is_refused(function: Callable[..., Any]) -> None:
    with pytest.raises(UserError, match=r"a toy: the function gave another formula when it was"):
        trace(function, "a toy")


def test_numbers_that_stay_are_part_of_the_formula() -> None:
    factor = random.Random(1).random()
    assert text_of(trace(lambda x: x * factor, "a toy")) == f"x * {factor!r}"
