"""The run directory, whose files are written so that a crash or a full disk loses nothing."""

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from wann.config import Config, SearchConfig, make_config
from wann.config.own_data import settings_named_in
from wann.errors import Taken, UserError, in_one_line
from wann.files import Anchored, Folder, check_listed, free_name, inside, json_bytes, sha256
from wann.own.sources import changed_code, digests_of_code
from wann.reading import parse_shaped, read_shaped
from wann.runs.checkpoint import Checkpoint, pack, unpack
from wann.runs.filenames import (
    BEFORE_CONFIG,
    CHECKPOINT,
    COMPLETIONS,
    CONFIG,
    ENVIRONMENT,
    GENERATIONS,
    LOG,
    OWN,
    TIMING,
)
from wann.runs.lock import FolderLock, is_held
from wann.runs.making import Making
from wann.runs.moved_data import located_in
from wann.runs.versions import Environment, environment, other_versions
from wann.terminal import printable

Made = TypeVar("Made")

_MAKING = Making(CONFIG, BEFORE_CONFIG)


class RunDir:
    """One run's folder, locked against a second writer while it is open for writing."""

    path = Anchored()

    def __init__(self, path: Path) -> None:
        self.path = path
        self.folder = Folder(path)
        self._lock: FolderLock | None = None

    @classmethod
    def create(
        cls,
        path: Path,
        config: SearchConfig,
        begun_with: Mapping[str, bytes] | None = None,
        notes: Sequence[str] = (),
        code: Iterable[str] = (),
    ) -> "RunDir":
        """Make a new run directory; its settings, which make it a run, are written last.

        Args:
            path: Where it is made.
            config: Its settings.
            begun_with: The content of files that the search begins with, by name.
            notes: What the user was told of the task before it started.
            code: The names of the user's own objects that it uses, as `module:name`.

        Raises:
            Taken: Something lies at `path` already, other than what is left where the making of a
                run was cut off, or another process writes there.
        """
        _check_free(path)
        run = cls(path)
        run._lock = FolderLock(path)
        try:
            _check_free(path)  # another process may have made a run there meanwhile
            settings = settings_named_in(config.to_dict(), path)
            with _MAKING.made(path, json_bytes(settings)):
                given = begun_with or {}
                listed = {name: sha256(content) for name, content in given.items()}
                begun = {"begun_with": listed, "sources": digests_of_code(code)}
                run.write_json(ENVIRONMENT, environment(notes) | begun)
                for name, content in given.items():
                    run.write_content(name, content)
                run.log("created")
        except BaseException:
            run.close()
            raise
        return run

    @classmethod
    def open(cls, path: Path, write: bool = False) -> "RunDir":
        """Open an existing run; UserError if `path` is none."""
        if not (path / CONFIG).is_file():
            raise UserError(
                f"{path} is not a run: expected a folder with {CONFIG} in it, as `wann search` "
                "makes"
            )
        run = cls(path)
        return run.locked() if write else run

    def locked(self, own: Sequence[str] = OWN) -> "RunDir":
        """Return the run itself, locked against a second writer and tidied.

        `own` are the names of what is written to it, as `wann.files.tidy` takes them. UserError if
        there is another writer, or a link lies where this one writes.
        """
        self._lock = FolderLock(self.path)
        self._lock.tidy(own)
        return self

    def close(self) -> None:
        """Let others write to the run."""
        if self._lock:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> "RunDir":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def config(self) -> SearchConfig:
        """The settings of the run."""
        return self.read_settings(CONFIG, SearchConfig())

    def read_settings(self, name: str, base: Config) -> Config:
        """Return `base` with the settings in a file of the run; UserError if they are wrong."""
        settings = located_in(self.read_json(name), self.path)
        try:
            return make_config(settings, base)
        except UserError as error:
            raise UserError(f"{self.path / name}: {error}") from None

    @property
    def notes(self) -> list[str]:
        """What the user was told of the task before it started, as far as it was written down."""
        try:
            notes = self.read_json(ENVIRONMENT, Environment).get("notes", [])
        except UserError:  # a run is finished without its record of versions, too
            return []
        return list(notes)

    def check_begun_with(self) -> None:
        """Raise UserError if a file that the search began with is missing or another one."""
        if not (self.path / ENVIRONMENT).exists():
            return  # a run of before
        for name, listed in self.read_json(ENVIRONMENT, Environment).get("begun_with", {}).items():
            path = inside(self.path, name, self.path / ENVIRONMENT)
            if not path.is_file():
                raise UserError(
                    f"{path} is missing, with which this search began: put it back, or search anew"
                )
            advice = "put the right one back, or search anew"
            check_listed(path, listed, self.path / ENVIRONMENT, advice)

    def changed_versions(self) -> str:
        """Return the versions that the run was begun with, where the present ones are others."""
        return other_versions(self.read_json(ENVIRONMENT, Environment))

    def changed_code(self, code: Iterable[str]) -> list[str]:
        """Return which of the user's own objects have another code than when the run was begun."""
        then = self.read_json(ENVIRONMENT, Environment).get("sources", {})
        return changed_code(then, digests_of_code(code))

    def rows(self, shape: Any = dict[str, Any]) -> list[dict[str, Any]]:
        """Return the rows of the generations so far, which are of the `shape` (see `reading`)."""
        path = self.path / GENERATIONS
        lines = path.read_bytes().splitlines() if path.exists() else []
        try:
            return [parse_shaped(line, shape, path) for line in lines]
        except UserError as error:
            raise UserError(f"{error} (expected one JSON object a line)") from None

    def append(self, name: str, row: Mapping[str, Any]) -> None:
        """Append one JSON line to a file of the run."""
        self.folder.append(name, (json.dumps(row) + "\n").encode())

    def write_json(self, name: str, value: Any) -> None:
        """Replace a JSON file of the run, atomically."""
        self.folder.write(name, json_bytes(value))

    def read_json(self, name: str, shape: Any = Any) -> Any:
        """Return the content of a JSON file of the run, which is of the `shape` (see `reading`).

        UserError if it is missing or damaged.
        """
        try:
            return read_shaped(self.path / name, shape)
        except FileNotFoundError:
            raise UserError(f"{self.path} has no {name}: the run is incomplete") from None

    def write_text(self, name: str, text: str) -> None:
        """Replace a text file of the run, atomically."""
        self.write_content(name, text.encode())

    def write_content(self, name: str, content: bytes) -> None:
        """Replace a file of the run, atomically."""
        self.folder.write(name, content)

    def save_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Replace the checkpoint, atomically; the rows written so far belong to it.

        It tells how long the files of rows are, so that what was written later can be dropped.
        """
        if (self.path / COMPLETIONS).exists():
            self.folder.sync(COMPLETIONS)
        sizes = {name: self.folder.sync(name) for name in (GENERATIONS, TIMING)}
        packed = pack(checkpoint._replace(state={**checkpoint.state, "bytes": sizes}))
        self.folder.write(CHECKPOINT, packed)

    def load_checkpoint(self) -> Checkpoint | None:
        """Return the last checkpoint, None if there is none; rows that came after it are dropped.

        UserError if it is missing or damaged, or the rows that belong to it are not all there.
        """
        path = self.path / CHECKPOINT
        if not path.exists():
            rows = self.path / GENERATIONS  # made a moment before the first checkpoint
            if rows.exists() and rows.stat().st_size:
                raise UserError(
                    f"{path} is missing: the run cannot be resumed, its champion can be used"
                )
            return None
        try:
            found = unpack(path.read_bytes())
            sizes = {name: int(found.state["bytes"][name]) for name in (GENERATIONS, TIMING)}
        except Exception as error:  # zipfile and zlib raise many kinds for a damaged archive
            raise UserError(
                f"{path} is damaged ({in_one_line(error)[:300]}): the run cannot be resumed, its "
                "champion can be used"
            ) from None
        for name, size in sizes.items():
            file = self.path / name
            if not file.exists() or not 0 <= size <= file.stat().st_size:
                raise UserError(
                    f"{file} is shorter than the checkpoint says ({size} bytes): the run is damaged"
                )
            self.folder.cut(name, size)
        return found

    def log(self, message: str) -> None:
        """Append a line with the time to the log."""
        line = f"{time.strftime('%Y-%m-%d %H:%M:%S')} {printable(message)}\n"
        self.folder.append(LOG, line.encode(errors="backslashreplace"))


def _check_free(path: Path) -> None:
    if not _MAKING.can_begin(path):
        advice = f", or continue it with: wann resume {path}" if (path / CONFIG).exists() else ""
        raise Taken(f"{path} exists already: give another --out{advice}")


def made_where_free(
    folder: Path, name: str, make: Callable[[Path], Made], making: Making = _MAKING
) -> Made:
    """Return what `make` makes at `folder/name`, or with -2, -3, ... behind it where that is taken.

    Where somebody else comes first, so that `make` raises `Taken`, the next name has its turn: all
    who begin at the same time get one of their own. An empty folder is free, and so is one whose
    making was cut off, unless a process writes there.

    Args:
        folder: in which it is made.
        name: which it has if it can.
        make: makes it at a path.
        making: what makes a folder one of its kind.
    """
    lost: set[str] = set()

    def is_taken(name: str) -> bool:
        path = folder / name
        return name in lost or not making.can_begin(path) or bool(is_held(path))

    while True:
        free = free_name(name, is_taken)
        try:
            return make(folder / free)
        except Taken:
            lost.add(free)
