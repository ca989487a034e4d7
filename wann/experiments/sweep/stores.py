"""Where a sweep lies: a folder, or a URL on storage that all machines reach (S3, HDFS, ... through fsspec).

Names within a store are relative paths with forward slashes. A search always writes to a folder:
with a folder as the store that is the one it will stay in, with a URL a scratch folder whose files
are copied to the store at every checkpoint, and from there to the next worker where this one dies.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple, Protocol

from wann.errors import UserError
from wann.experiments.sweep import MANIFEST
from wann.files import is_unfinished
from wann.jobs.plan_files import Files, FolderFiles
from wann.runs import filenames
from wann.runs.lock import FolderLock


class Workplace(NamedTuple):
    """The folder a worker writes a run to, and what copies its news to the store: to be called after checkpoints."""

    path: Path
    publish: Callable[[], None]


class Store(Files, Protocol):
    """The files of one sweep."""

    place: str  # as the user gave it
    address: str  # the same for workers, whose working directory may be another

    def tail(self, name: str, size: int) -> bytes:
        """Return the last `size` bytes of a file, fewer if it has fewer, none if there is none."""

    def remove(self, name: str) -> None:
        """Remove a file if it is there."""

    def locked(self) -> AbstractContextManager[object]:
        """Keep other drivers out, where the store can; UserError if there is one."""

    def workplace(self, name: str) -> AbstractContextManager[Workplace]:
        """Give the folder `name` of the store to work in, with what is in it so far."""


def open_store(place: str) -> Store:
    """Return the store at a path or a URL.

    UserError if cannot be, or takes a package which is not there.
    """
    if "memory" in (part.partition("://")[0] for part in place.split("::")):
        raise UserError(
            f"{place}: is in the memory of one process, where no worker finds it: give a folder or "
            "another URL"
        )
    return UrlStore(place) if "://" in place else FolderStore(place)


def is_sweep(place: str) -> bool:
    """Return whether `place` must be that of a sweep: a URL, or a folder with a manifest."""
    return "://" in place or (Path(place) / MANIFEST.name).is_file()


class FolderStore(FolderFiles):
    """A store that is a folder."""

    def __init__(self, place: str) -> None:
        super().__init__(Path(place))
        self.place = place
        self.address = os.path.abspath(place)

    def tail(self, name: str, size: int) -> bytes:
        """See `Store`."""
        try:
            with (self.folder / name).open("rb") as file:
                file.seek(max(0, file.seek(0, 2) - size))
                return file.read()
        except FileNotFoundError:
            return b""

    def remove(self, name: str) -> None:
        """See `Store`."""
        (self.folder / name).unlink(missing_ok=True)

    def locked(self) -> AbstractContextManager[object]:
        """See `Store`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return FolderLock(self.folder)

    @contextmanager
    def workplace(self, name: str) -> Iterator[Workplace]:
        """See `Store`."""
        yield Workplace(self.folder / name, lambda: None)


class UrlStore:
    """A store behind a URL that fsspec knows.

    It has no lock: only one driver may run a sweep there at a time.
    """

    def __init__(self, place: str) -> None:
        self.place = place.rstrip("/")
        try:
            import fsspec
            import fsspec.implementations.local
        except ImportError:
            raise UserError(
                f"{place}: storage behind a URL needs fsspec: pip install 'wann[sweep]'"
            ) from None
        try:
            self._files, self._root = fsspec.core.url_to_fs(self.place)
        except (ImportError, ValueError) as error:
            raise UserError(f"{place}: {error}") from None
        local = isinstance(self._files, fsspec.implementations.local.LocalFileSystem)
        self.address = self._files.unstrip_protocol(self._root) if local else self.place

    def where(self, name: str = "") -> str:
        """See `Store`."""
        return f"{self.place}/{name}" if name else self.place

    def names(self) -> list[str]:
        """See `Store`; UserError where the storage cannot be reached."""
        self._files.invalidate_cache()
        try:
            return sorted(
                path.rstrip("/").rpartition("/")[2]
                for path in self._files.ls(self._root, detail=False)
            )
        except FileNotFoundError:
            return []
        except Exception as error:  # each storage has its own for a wrong key, name or network
            raise UserError(
                f"{self.place}: cannot be read ({type(error).__name__}: {error})"
            ) from None

    def read(self, name: str) -> bytes | None:
        """See `Store`."""
        try:
            return bytes(self._files.cat_file(self._at(name)))
        except FileNotFoundError:
            return None

    def tail(self, name: str, size: int) -> bytes:
        """See `Store`."""
        self._files.invalidate_cache()
        try:
            start = max(0, int(self._files.size(self._at(name))) - size)
            return bytes(self._files.cat_file(self._at(name), start=start))
        except FileNotFoundError:
            return b""

    def write(self, name: str, content: bytes) -> None:
        """See `Store`."""
        path = self._at(name)
        self._files.makedirs(path.rpartition("/")[0], exist_ok=True)
        beside = f"{path}.unfinished"
        self._files.pipe_file(beside, content)
        self._files.mv(beside, path)

    def remove(self, name: str) -> None:
        """See `Store`."""
        with contextlib.suppress(FileNotFoundError):
            self._files.rm_file(self._at(name))

    def locked(self) -> AbstractContextManager[object]:
        """See `Store`."""
        return contextlib.nullcontext()

    @contextmanager
    def workplace(self, name: str) -> Iterator[Workplace]:
        """See `Store`."""
        scratch = Path(tempfile.mkdtemp(prefix="wann-"))
        try:
            folder = scratch / name
            self._download(name, folder)
            known = _versions(folder)

            def publish() -> None:
                nonlocal known
                known = self._upload(folder, name, known)

            yield Workplace(folder, publish)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _at(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _download(self, name: str, folder: Path) -> None:
        self._files.invalidate_cache()
        root = self._at(name)
        for path in self._files.find(root) if self._files.exists(root) else []:
            inner = path.removeprefix(root).lstrip("/")
            if not inner.endswith(".unfinished"):
                (folder / inner).parent.mkdir(parents=True, exist_ok=True)
                (folder / inner).write_bytes(self._files.cat_file(path))

    def _upload(
        self, folder: Path, name: str, known: dict[str, "_Version"]
    ) -> dict[str, "_Version"]:
        """Copy what is new to the store, the checkpoint last: it must find the rows that belong to it.

        Then remove there what is in the folder no longer.
        """
        present = _versions(folder)
        for inner in sorted(present, key=lambda inner: (inner == filenames.CHECKPOINT, inner)):
            if present[inner] != known.get(inner):
                self.write(f"{name}/{inner}", (folder / inner).read_bytes())
        for inner in sorted(known.keys() - present.keys()):
            self.remove(f"{name}/{inner}")
        return present


_Version = tuple[int, int]


def _versions(folder: Path) -> dict[str, _Version]:
    """Return (time of change, size) of the files of a run that are worth copying."""
    files = [
        path
        for path in folder.rglob("*")
        if path.is_file() and path.name != filenames.LOCK and not is_unfinished(path)
    ]
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_mtime_ns, path.stat().st_size)
        for path in files
    }
