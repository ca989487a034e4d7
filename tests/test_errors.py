import errno
from typing import Any, NamedTuple

import numpy as np
import pytest

from wann.errors import UserError, explain, in_one_line, short_repr, unknown


def raised(error: Exception) -> Exception:
    try:
        raise error
    except type(error) as caught:
        return caught


def test_an_unknown_name_comes_with_the_nearest_known_one() -> None:
    error = unknown("fruit", "appel", ("pear", "apple"))
    assert str(error) == "unknown fruit 'appel': did you mean 'apple'? expected one of apple, pear"
    assert "did you mean" not in str(unknown("fruit", "xyz", ("pear",)))


def test_a_mistake_of_the_user_is_told_in_its_own_words() -> None:
    error = raised(UserError("expected\n  two lines"))
    assert in_one_line(error) == in_one_line(error, traced=True) == "expected two lines"


def test_any_other_error_has_its_type_and_where_it_was_raised() -> None:
    error = raised(KeyError("a\nb"))
    assert in_one_line(error) == "KeyError: 'a\\nb'"
    assert in_one_line(error, traced=True).startswith("KeyError: 'a\\nb' (test_errors.py, line ")
    assert in_one_line(ValueError()) == in_one_line(ValueError(), traced=True) == "ValueError"


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "what was saved so far is intact"),
        (errno.EACCES, "check the path and its permissions"),
    ],
)
def test_an_error_of_the_system_comes_with_advice(number: int, advice: str) -> None:
    assert explain(OSError(number, "No luck", "there")) == f"there: No luck; {advice}"
    assert explain(OSError(number, "No luck")) == f"No luck; {advice}"
    assert explain(OSError("no\nnumber")) == "no number"
    assert explain(UserError("expected this")) == "expected this"


def test_what_another_library_says_takes_a_part_of_a_line() -> None:
    said = in_one_line(RuntimeError("a" * 10_000))
    assert len(said) < 600
    assert said.startswith("RuntimeError: aaa")
    assert " ... " in said


class Measured(NamedTuple):
    weights: "np.ndarray[Any, np.dtype[np.float64]]"
    few: list[int]
    many: dict[str, int]
    text: str

    def __repr__(self) -> str:
        return short_repr(self)


def test_arrays_and_long_lists_are_told_by_shape_and_length() -> None:
    found = Measured(np.zeros((3, 4)), [1, 2], {str(i): i for i in range(9)}, "x" * 500)
    assert repr(found).startswith(
        "Measured(weights=float64 (3, 4), few=[1, 2], many=<9 items>, text='xxx"
    )
    assert len(repr(found)) < 250
