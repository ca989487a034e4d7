"""What the user should know of a task before work on it begins."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from wann.terminal import warn

if TYPE_CHECKING:
    from wann.tasks.task import Task


def tell_notes(task: "Task") -> list[str]:
    """Say on stderr what the user should know of a task before it starts; return the lines.

    UserError where it fails as soon as it is tried.
    """
    notes = list(task.notes)
    for line in notes:
        warn(line)
    return notes


def in_json(notes: Sequence[str]) -> dict[str, list[str]]:
    """Return what results as JSON say of the notes on a task: nothing where there are none."""
    return {"notes": list(notes)} if notes else {}
