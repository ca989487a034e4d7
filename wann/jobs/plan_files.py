"""The file that says what an experiment consists of: it makes a folder a sweep or a study.

An experiment is begun where nothing lies yet, and gone on with where its plan lies already.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

from wann.config import DRAWS_VERSION
from wann.errors import UserError
from wann.files import json_bytes, write_atomically

Plan = TypeVar("Plan")


class Files(Protocol):
    """The files of one experiment, in a folder or on storage behind a URL."""

    def where(self, name: str = "") -> str:
        """Return how the user can name a file, or without a `name` the whole."""

    def names(self) -> list[str]:
        """Return what lies there, not what is in its folders."""

    def read(self, name: str) -> bytes | None:
        """Return the content of a file, None if there is none."""

    def write(self, name: str, content: bytes) -> None:
        """Replace a file, so that nobody ever reads half of it."""


class FolderFiles:
    """The files in a folder, which need not be there as yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def where(self, name: str = "") -> str:
        """See `Files`."""
        return str(self.folder / name)

    def names(self) -> list[str]:
        """See `Files`."""
        return sorted(path.name for path in self.folder.iterdir()) if self.folder.exists() else []

    def read(self, name: str) -> bytes | None:
        """See `Files`."""
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes) -> None:
        """See `Files`."""
        write_atomically(self.folder / name, content)


class PlanFile(NamedTuple):
    """How the plan of one kind of experiment is kept."""

    name: str  # of the file: "study.json"
    noun: str  # what the experiment is called: "study"
    command: str  # that makes one: "wann prune"

    def find(self, files: Files, from_dict: Callable[[Any], Plan]) -> Plan | None:
        """Return the plan that lies there, None where nothing does and an experiment can be begun.

        UserError if something else lies there, or the plan is damaged.
        """
        try:
            names = files.names()
        except NotADirectoryError:
            names = ["the file itself"]
        if self.name in names:
            return self.read(files, from_dict)
        if names:
            raise UserError(
                f"{files.where()} exists already, and is no {self.noun}: give another --out"
            )
        return None

    def read(self, files: Files, from_dict: Callable[[Any], Plan]) -> Plan:
        """Return the plan that lies there; UserError if there is none, or it is damaged.

        `from_dict` makes it of JSON values, and raises ValueError where they are none of a plan.
        """
        content = files.read(self.name)
        if content is None:
            raise UserError(
                f"{files.where()} is not a {self.noun}: expected {self.name} in it, as "
                f"`{self.command}` makes"
            )
        try:
            return from_dict(json.loads(content))
        except (ValueError, RecursionError) as error:
            raise UserError(f"{files.where(self.name)} is damaged: {error}") from None

    def write(self, files: Files, plan: Mapping[str, Any]) -> None:
        """Replace the plan, given as JSON values."""
        files.write(self.name, json_bytes(plan))

    def refuse_others(self, files: Files, differing: Sequence[str], advice: str = "") -> None:
        """Raise UserError if the plan there differs in some settings from the one asked for.

        `advice` says what else the user can do, other than to take another folder.
        """
        if differing:
            raise UserError(
                f"{files.where()} holds a {self.noun} of other settings "
                f"({', '.join(differing)} differ): give another --out{advice}"
            )


def refuse_draws(version: int, left: Iterable[str], where: str) -> None:
    """Raise UserError if random rows are left to be made beside such of another version.

    Args:
        version: of the random numbers of methods that the experiment was begun with.
        left: the names of methods, controls or contestants that draw and have rows to be made.
        where: what the experiment is called in the message.
    """
    names = ", ".join(dict.fromkeys(left))
    if names and version != DRAWS_VERSION:
        raise UserError(
            f"{where} was begun with version {version} of the random numbers of methods, and this "
            f"is version {DRAWS_VERSION}: rows of {names} would be of both; give another --out, or "
            "leave these out"
        )


def differing_keys(known: Mapping[str, Any], asked: Mapping[str, Any]) -> list[str]:
    """Return the keys of `asked` under which `known` holds something else, or nothing."""
    return [name for name in asked if name not in known or known[name] != asked[name]]
