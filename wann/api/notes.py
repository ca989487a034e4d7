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


def tell_changes(noun: str, versions: str, code: Iterable[str]) -> None:
    """Say on stderr what is not what it was when searches were begun.

    Args:
        noun: what goes on, a run or a sweep.
        versions: those that it was begun with, "" where the present ones are the same.
        code: the user's own objects behind which there is another code now.
    """
    if versions:
        warn(
            f"the {noun} was begun with {versions}; results may differ from those of an "
            "undisturbed one"
        )
    for name in code:
        warn(
            f"the file behind {name} was changed since the {noun} was begun: results may differ "
            "from those of either"
        )


def tell_outdated(names: Iterable[str]) -> list[str]:
    """Say on stderr what rows that are shown were made with, and is not as it was; return that."""
    return noted(
        f"{name} changed since all rows here were made: they are of what was there then; a new "
        "folder has rows of what is there now"
        for name in names
    )


def in_json(notes: Sequence[str]) -> dict[str, list[str]]:
    """Return what results as JSON say of the notes on a task: nothing where there are none."""
    return {"notes": list(notes)} if notes else {}
