"""The file that says what an experiment consists of: it makes a folder a sweep or a study.

An experiment is begun where nothing lies yet, and gone on with where its plan lies already. Whoever
writes to it has locked it before, and what has to be there beside the plan is written before it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Protocol, Self, TypeVar

from wann.config import DRAWS_VERSION
from wann.errors import UserError
from wann.files import Anchored, Folder, json_bytes
from wann.reading import parse_json
from wann.runs.filenames import LOCK
from wann.runs.lock import FolderLock
from wann.runs.making import Making

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

    def can_begin(self, making: Making) -> bool:
        """Return whether nothing lies there, or only what is left where making was cut off."""

    def made(self, making: Making, content: bytes) -> AbstractContextManager[object]:
        """Write a marker with this content, behind what is written in the block."""

    def locked(self, plan: "PlanFile") -> AbstractContextManager[object]:
        """Keep others from writing there, where that can be done; UserError if another does."""


class FolderFiles:
    """The files in a folder, which need not be there as yet."""

    folder = Anchored()

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def where(self, name: str = "") -> str:
        """See `Files`."""
        return str(self.folder / name)

    def names(self) -> list[str]:
        """See `Files`."""
        return sorted(path.name for path in self.folder.iterdir()) if self.folder.is_dir() else []

    def read(self, name: str) -> bytes | None:
        """See `Files`."""
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes) -> None:
        """See `Files`."""
        Folder(self.folder).write(name, content)

    def can_begin(self, making: Making) -> bool:
        """See `Files`."""
        return making.can_begin(self.folder)

    def made(self, making: Making, content: bytes) -> AbstractContextManager[object]:
        """See `Files`."""
        return making.made(self.folder, content)

    def locked(self, plan: "PlanFile") -> AbstractContextManager[object]:
        """See `Files`; what killed writers left is removed."""
        lock = FolderLock(self.folder)
        if (self.folder / plan.name).exists():  # else `made` removes what is left
            lock.tidy(plan.all_names)
        return lock


class PlanFile(NamedTuple):
    """How the plan of one kind of experiment is kept."""

    name: str  # of the file: "study.json"
    noun: str  # what the experiment is called: "study"
    command: str  # that makes one: "wann prune"
    before: tuple[str, ...] = ()  # names or patterns of what is written before the plan
    own: tuple[str, ...] = ()  # of what else is written there, as `wann.files.tidy` takes them

    @property
    def all_names(self) -> tuple[str, ...]:
        """The names or patterns of all that is written there, as `wann.files.tidy` takes them."""
        return (self.name, LOCK, *self.before, *self.own)

    @property
    def making(self) -> Making:
        """How a folder becomes one with such an experiment."""
        return Making(self.name, self.before)

    @contextmanager
    def claimed(self, files: Files) -> Iterator[ExitStack]:
        """Lock where an experiment of this kind lies or can be begun; yield what holds the lock.

        When the block ends, the lock is released, unless it was taken out of there (`pop_all`).
        UserError where something else lies there, or somebody writes; nothing is changed then.
        """
        self._check_place(files)
        with ExitStack() as held:
            held.enter_context(files.locked(self))
            yield held

    def find(self, files: Files, from_dict: Callable[[Any], Plan]) -> Plan | None:
        """Return the plan that lies there, None where nothing does and an experiment can be begun.

        UserError if something else lies there, or the plan is damaged.
        """
        self._check_place(files)
        return self.read(files, from_dict) if self.name in files.names() else None

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
            return from_dict(parse_json(content))
        except ValueError as error:
            raise UserError(f"{files.where(self.name)} is damaged: {error}") from None

    @contextmanager
    def written(self, files: Files, plan: Mapping[str, Any]) -> Iterator[None]:
        """Write the plan, given as JSON values, behind what is written in the block."""
        content = json_bytes(plan)
        if self.name in files.names():
            yield
            files.write(self.name, content)
        else:
            with files.made(self.making, content):
                yield

    def _check_place(self, files: Files) -> None:
        if self.name not in files.names() and not files.can_begin(self.making):
            raise UserError(
                f"{files.where()} exists already, and is no {self.noun}: give another --out"
            )

    def refuse_others(self, files: Files, differing: Sequence[str], advice: str = "") -> None:
        """Raise UserError if the plan there differs in some settings from the one asked for.

        `advice` says what else the user can do, other than to take another folder.
        """
        if differing:
            raise UserError(
                f"{files.where()} holds a {self.noun} of other settings "
                f"({', '.join(differing)} differ): give another --out{advice}"
            )

    def refuse_changed(self, files: Files, changed: Sequence[str]) -> None:
        """Raise UserError for what rows were made with, and is not there as it was."""
        if changed:
            raise UserError(
                f"{files.where()}: {' and '.join(changed)} changed since rows were made with them: "
                "put back what was there then, or begin a new folder"
            )


class Owner:
    """An experiment that may write to its files until it is closed."""

    def __init__(self, held: ExitStack) -> None:
        self._held = held  # what `PlanFile.claimed` gave
        # What the rows there, of which none is to be made, were made with and is not as it was
        self.outdated: Sequence[str] = ()

    def take_over(self, held: ExitStack) -> None:
        """Hold from now on what `PlanFile.claimed` gave, until this is closed."""
        self._held.enter_context(held.pop_all())

    def close(self) -> None:
        """Let others write there."""
        self._held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


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
