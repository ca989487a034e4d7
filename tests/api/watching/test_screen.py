import threading

import pytest

from wann.api.watching import screen
from wann.api.watching.screen import Countdown, console, minutes, on_terminal, repeating


def test_times_are_minutes_and_seconds() -> None:
    assert [minutes(seconds) for seconds in (0.9, 65, 3600)] == ["0:00", "1:05", "60:00"]


def test_the_rest_takes_as_long_as_what_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter([100.0, 130.0, 130.0])
    monkeypatch.setattr(screen.time, "monotonic", lambda: next(now))
    countdown = Countdown(2, 8)
    assert countdown.left(5) == "0:30"  # three in half a minute, three to go
    assert countdown.left(9) == "0:00"


def test_what_is_repeated_ends_with_the_context() -> None:
    seen = threading.Event()
    before = threading.active_count()
    with repeating(seen.set, 0.001):
        assert seen.wait(10)
    assert threading.active_count() == before


@pytest.mark.parametrize("size", ["²", "9" * 5000, "0", "-1", "x", ""])
def test_sizes_that_are_no_numbers_do_not_stop_a_display(
    size: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", size)
    monkeypatch.setenv("LINES", size)
    assert console().width > 0
    monkeypatch.setenv("COLUMNS", "61")
    assert console().width == 61


def test_a_terminal_that_cannot_draw_anew_gets_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    for term, drawn in (("xterm", True), ("dumb", False), ("unknown", False)):
        monkeypatch.setenv("TERM", term)
        assert on_terminal() == drawn


def test_colours_are_left_out_where_they_are_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert not console().no_color
    monkeypatch.setenv("NO_COLOR", "1")
    assert console().no_color
