import io

import pyte
import pytest
from rich.console import Console

from wann.api.watching.bar import bar

TEXT = (
    "best -0.352, median -1389, 12 failed, champion -0.352 with 5200 connections\n"
    "1.2 M steps/s, 1234:05 left"
)
WORDS = (*TEXT.split(), "generation", "1234567/10000000")


def drawn(width: int, text: str) -> list[str]:
    """Return what a terminal of so many columns shows in the end."""
    written = io.StringIO()
    screen = Console(file=written, force_terminal=True, width=width)
    with bar("generation", 10_000_000, 7, lambda: text, screen) as show:
        show(1_234_567)
    terminal = pyte.Screen(width, 24)
    pyte.Stream(terminal).feed(written.getvalue().replace("\n", "\r\n"))
    return [line.rstrip() for line in terminal.display if line.strip()]


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_counts_bar_and_text_fit_and_no_word_breaks(width: int) -> None:
    lines = drawn(width, TEXT)
    for word in WORDS:
        assert word in " ".join(lines).split()
    assert len(lines) <= 5
    assert any("━" in line and "1234567/10000000" in line for line in lines)


def test_what_stands_below_is_no_markup_and_no_command_to_the_terminal() -> None:
    text = " ".join(drawn(80, "[red]wrong[/nothing] \x1b[2J"))
    assert "[red]wrong[/nothing] \\x1b[2J" in text
