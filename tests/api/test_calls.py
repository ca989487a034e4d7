import inspect

import pytest

from wann.api.calls import flags_are_meant, in_python, public
from wann.errors import UserError


@public
def double(x: int, *, times: int = 2) -> int:
    """Return a multiple."""
    if times < 0:
        raise UserError("give another --times, or see `wann double --times 3`")
    return x * times


def test_a_call_stays_what_it_is() -> None:
    assert double(3) == 6
    assert double(x=3, times=3) == 9
    assert list(inspect.signature(double).parameters) == ["x", "times"]
    assert double.__doc__ == "Return a multiple."


def test_a_mistyped_name_gets_the_nearest() -> None:
    with pytest.raises(UserError, match="unknown argument 'time': did you mean 'times'") as raised:
        double(3, time=3)  # type: ignore[call-arg]
    assert "\n" not in str(raised.value)


def test_messages_name_arguments_in_python_and_flags_on_the_command_line() -> None:
    expected = "give another times=, or see `wann double --times 3`"
    with pytest.raises(UserError) as raised:
        double(1, times=-1)
    assert str(raised.value) == expected
    with flags_are_meant(), pytest.raises(UserError, match="another --times,"):
        double(1, times=-1)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("--memory-per-worker needs --ray", "memory_per_worker= needs ray="),
        ("--density: expected numbers", "densities=: expected numbers"),
        ("a -- b, a--b, x --9", "a -- b, a--b, x --9"),
    ],
)
def test_flags_as_arguments(message: str, expected: str) -> None:
    assert in_python(message) == expected
