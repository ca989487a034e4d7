"""What is seen of work that another process does."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from rich.console import RenderableType


class Look(NamedTuple):
    """What is seen at one time."""

    over: bool  # nobody works on it any more
    line: str  # all of it in one line, for pipes
    picture: "Callable[[int, int], RenderableType]"  # of width and height, in columns and lines
    values: dict[str, Any]  # the same as JSON values


def stopped(address: str) -> str:
    """Return in words that work is not finished and nobody does it, and how it goes on."""
    return f"stopped: continue with `wann resume {address}`"
