"""What the user should know of a task before work on it begins."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from wann.terminal import warn

if TYPE_CHECKING:
    from wann.tasks.task import Task


def tell_notes(task: "Task") -> list[str]:
    """Say on stderr what the user should know of a task before it starts; return the lines.

    UserError where it fails as soon as it is tried.
    """
    return noted(task.notes)


def noted(notes: Iterable[str]) -> list[str]:
    """Say lines that the user should know on stderr, and return them."""
    lines = list(notes)
    for line in lines:
        warn(line)
    return lines


def in_json(notes: Sequence[str]) -> dict[str, list[str]]:
    """Return what results as JSON say of the notes on a task: nothing where there are none."""
    return {"notes": list(notes)} if notes else {}
