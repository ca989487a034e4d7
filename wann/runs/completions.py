"""The record of an asynchronous search: its submissions in the order of completion, one a line.

A search follows its record as far as that goes, and adds to it from there on. So a search that was
killed goes on as it had begun, and one whose record was copied from another run repeats that run.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from wann.errors import UserError
from wann.files import Folder

_RECORD = re.compile(r"(?:(?:0|[1-9]\d{0,17})\n)*")


class Completions:
    """The record in a file, which grows; without a file, one in memory."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.numbers: list[int] = []  # of the submissions, in the order of completion
        if path and path.exists():
            self.numbers = read_completions(path)
            # A last line that was cut off is dropped
            Folder(path.parent).cut(path.name, len(completions_text(self.numbers)))

    def at(self, position: int) -> int | None:
        """Return the number of the submission that was completed at `position`, counted from 0.

        None where the record ends before.
        """
        return self.numbers[position] if position < len(self.numbers) else None

    def add(self, first: int, numbers: Sequence[int]) -> None:
        """Add those of `numbers`, completed from position `first` on, that are not recorded yet.

        UserError if there is a gap: the record ends before position `first`.
        """
        if len(self.numbers) < first:
            raise UserError(
                f"{self.path} is shorter than the checkpoint says ({first} lines): the run is "
                "damaged"
            )
        new = numbers[len(self.numbers) - first :]
        self.numbers += new
        if self.path:
            Folder(self.path.parent).append(self.path.name, completions_text(new).encode())

    def stray(self, position: int) -> UserError:
        """Return the error for a submission at `position` that cannot have been completed then."""
        return UserError(
            f"{self.path}: line {position + 1} says submission {self.numbers[position]}, which was "
            "not under way then; the record is of a search with other settings"
        )


def read_completions(path: Path) -> list[int]:
    """Return the submission numbers in a record, dropping a last line that was cut off.

    UserError if it is no record.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not text"
        raise UserError(
            f"{path} cannot be read ({reason}): expected completions.jsonl of an asynchronous run"
        ) from None
    whole = text[: text.rfind("\n") + 1]
    if not _RECORD.fullmatch(whole):
        raise UserError(f"{path} is damaged: expected the number of a submission in each line")
    return [int(line) for line in whole.split()]


def completions_text(numbers: Sequence[int]) -> str:
    """Return the content of a record in which submissions are completed in this order."""
    return "".join(f"{number}\n" for number in numbers)
