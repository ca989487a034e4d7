"""The run directory, whose files are written so that a crash or a full disk loses nothing."""

import contextlib
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wann.config import Config, SearchConfig, make_config
from wann.errors import UserError
from wann.files import free_name, is_unfinished, write_atomically, write_json
from wann.runs.checkpoint import Checkpoint, pack, unpack
from wann.runs.filenames import (
    CHECKPOINT,
    COMPLETIONS,
    CONFIG,
    ENVIRONMENT,
    GENERATIONS,
    LOCK,
    LOG,
    TIMING,
)
from wann.runs.lock import FolderLock
from wann.runs.versions import environment, other_versions


class RunDir:
    """One run's folder, locked against a second writer while it is open for writing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: FolderLock | None = None

    @classmethod
    def create(cls, path: Path, config: SearchConfig) -> "RunDir":
        """Make a new run directory; UserError if there is something at `path` already."""
        if path.exists() and (not path.is_dir() or not all(map(_before_config, path.iterdir()))):
            advice = (
                f", or continue it with: wann resume {path}" if (path / CONFIG).exists() else ""
            )
            raise UserError(f"{path} exists already: give another --out{advice}")
        path.mkdir(parents=True, exist_ok=True)
        run = cls(path)
        run._acquire()
        try:
            run.write_json(ENVIRONMENT, environment())
            run.write_json(CONFIG, config.to_dict())
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
        if write:
            run._acquire()
        return run

    def locked(self) -> "RunDir":
        """Return the run itself, locked against a second writer; UserError if there is one."""
        self._acquire()
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
        settings = self.read_json(name)
        try:
            return make_config(settings, base)
        except UserError as error:
            raise UserError(f"{self.path / name}: {error}") from None

    def changed_versions(self) -> str:
        """Return the versions that the run was begun with, where the present ones are others."""
        return other_versions(self.read_json(ENVIRONMENT))

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows of the generations so far."""
        try:
            lines = (self.path / GENERATIONS).read_text().splitlines()
            return [json.loads(line) for line in lines]
        except FileNotFoundError:
            return []
        except ValueError:
            raise UserError(
                f"{self.path / GENERATIONS} is damaged: expected one JSON object a line"
            ) from None

    def append(self, name: str, row: Mapping[str, Any]) -> None:
        """Append one JSON line to a file of the run."""
        with (self.path / name).open("a") as file:
            file.write(json.dumps(row) + "\n")

    def write_json(self, name: str, value: Any) -> None:
        """Replace a JSON file of the run, atomically."""
        write_json(self.path / name, value)

    def read_json(self, name: str) -> Any:
        """Return the content of a JSON file of the run; UserError if it is missing or damaged."""
        try:
            return json.loads((self.path / name).read_text())
        except FileNotFoundError:
            raise UserError(f"{self.path} has no {name}: the run is incomplete") from None
        except (ValueError, RecursionError):
            raise UserError(f"{self.path / name} is damaged: expected JSON") from None

    def write_text(self, name: str, text: str) -> None:
        """Replace a text file of the run, atomically."""
        write_atomically(self.path / name, text.encode())

    def save_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Replace the checkpoint, atomically; the rows written so far belong to it.

        It tells how long the files of rows are, so that what was written later can be dropped.
        """
        sizes = {}
        with contextlib.suppress(FileNotFoundError), (self.path / COMPLETIONS).open("r+") as file:
            os.fsync(file.fileno())
        for name in (GENERATIONS, TIMING):
            with (self.path / name).open("a") as file:
                os.fsync(file.fileno())
                sizes[name] = (self.path / name).stat().st_size
        packed = pack(checkpoint._replace(state={**checkpoint.state, "bytes": sizes}))
        write_atomically(self.path / CHECKPOINT, packed)

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
                f"{path} is damaged ({error}): the run cannot be resumed, its champion can be used"
            ) from None
        for name, size in sizes.items():
            file = self.path / name
            if not file.exists() or not 0 <= size <= file.stat().st_size:
                raise UserError(
                    f"{file} is shorter than the checkpoint says ({size} bytes): the run is damaged"
                )
            os.truncate(file, size)
        return found

    def keep_only(self, folder: str, names: set[str]) -> None:
        """Remove the files of a folder of the run that are not among `names`."""
        for path in (self.path / folder).glob("*.json"):
            if path.name not in names:
                path.unlink()

    def log(self, message: str) -> None:
        """Append a line with the time to the log."""
        with (self.path / LOG).open("a") as file:
            file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {message}\n")

    def _acquire(self) -> None:
        self._lock = FolderLock(self.path)


def _before_config(path: Path) -> bool:
    """Return whether a run leaves such a file if it is killed before it has settings."""
    return path.name in {ENVIRONMENT, LOCK} or is_unfinished(path)


def free_path(folder: Path, name: str) -> Path:
    """Return `folder/name`, or with -2, -3, ... behind it where that is taken."""
    return folder / free_name(name, lambda name: (folder / name).exists())
