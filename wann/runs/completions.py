"""The record of an asynchronous search: its submissions in the order of completion, one a line.

A search follows its record as far as that goes, and adds to it from there on. So a search that was
killed goes on as it had begun, and one whose record was copied from another run repeats that run.
"""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from wann.config import SearchConfig
from wann.errors import UserError, in_short
from wann.files import Folder
from wann.runs.filenames import CONFIG
from wann.runs.rundir import RunDir

# Between a search and one that repeats it, which does not depend on how champions are confirmed
_MAY_DIFFER = {"task", "generations", "champion_tolerance"}
_MAY_DIFFER |= {"confirm_episodes", "confirm_candidates"}
_RECORD = re.compile(r"(?:(?:0|[1-9]\d{0,17})\n)*")


class Completions:
    """The record in a file, which grows; without a file, one in memory."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path and Path(os.path.abspath(path))
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


def check_same_search(path: Path, config: SearchConfig) -> None:
    """Raise UserError if the run in which a record lies has other settings than `config`.

    A search that goes on for more generations repeats the one before as far as that goes, and one
    may confirm its champions otherwise. A record
    that lies in no run, and one whose data or environment lies elsewhere, is not looked into.
    """
    if not (path.parent / CONFIG).is_file():
        return
    there = RunDir.open(path.parent).config
    for name, value in config.to_dict().items():
        if name not in _MAY_DIFFER and value != there.to_dict()[name]:
            raise UserError(
                f"{path}: expected the record of a search with the same settings, got one with "
                f"{name} {in_short(there.to_dict()[name])}, where this one has {in_short(value)}"
            )


def completions_text(numbers: Sequence[int]) -> str:
    """Return the content of a record in which submissions are completed in this order."""
    return "".join(f"{number}\n" for number in numbers)
