"""A sweep behind a URL: on storage that all machines reach, such as S3 or HDFS, through fsspec.

A search writes to a scratch folder, whose files are copied to the store at every checkpoint, and
from there to the next worker where this one dies.
"""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path, PurePosixPath

from wann.errors import UserError
from wann.experiments.sweep.storage import WorkFolder
from wann.files import Folder, is_unfinished
from wann.files.folder import check_own
from wann.jobs.plan_files import PlanFile
from wann.runs import filenames
from wann.runs.making import Making

# Behind the name of a file that is being written.
_SUFFIX = ".unfinished"
# Time of the last change, and size.
_Version = tuple[int, int]


class UrlStore:
    """A store behind a URL that fsspec knows.

    It has no lock: only one driver may run a sweep there at a time.
    """

    def __init__(self, url: str) -> None:
        self.given = url.rstrip("/")
        try:
            import fsspec
            import fsspec.implementations.local
        except ImportError:
            raise UserError(
                f"{url}: storage behind a URL needs fsspec: pip install 'wann[sweep]'"
            ) from None
        try:
            self._files, self._root = fsspec.core.url_to_fs(self.given)
        except (ImportError, ValueError) as error:
            raise UserError(f"{url}: {error}") from None
        self._local = isinstance(self._files, fsspec.implementations.local.LocalFileSystem)
        self.address = self._files.unstrip_protocol(self._root) if self._local else self.given

    def where(self, name: str = "") -> str:
        """See `Store`."""
        return f"{self.given}/{name}" if name else self.given

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
                f"{self.given}: cannot be read ({type(error).__name__}: {error})"
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
        path, beside = self._checked(name), self._checked(name + _SUFFIX)
        self._files.makedirs(path.rpartition("/")[0], exist_ok=True)
        self._files.pipe_file(beside, content)
        self._files.mv(beside, path)

    def remove(self, name: str) -> None:
        """See `Store`."""
        with contextlib.suppress(FileNotFoundError):
            self._files.rm_file(self._at(name))

    def can_begin(self, making: Making) -> bool:
        """See `Files`."""
        names, beside = set(self.names()), making.marker + _SUFFIX
        left = {beside}
        if beside in names:
            left |= {name + suffix for name in making.before for suffix in ("", _SUFFIX)}
        return names <= left

    @contextmanager
    def made(self, making: Making, content: bytes) -> Iterator[None]:
        """See `Files`; the marker lies there under another name until it is written."""
        path, beside = self._checked(making.marker), self._checked(making.marker + _SUFFIX)
        self._files.makedirs(self._root, exist_ok=True)
        self._files.pipe_file(beside, content)
        yield
        self._files.mv(beside, path)

    def locked(self, plan: PlanFile) -> AbstractContextManager[object]:
        """See `Files`: no storage behind a URL has locks."""
        return contextlib.nullcontext()

    @contextmanager
    def work_folder(self, name: str) -> Iterator[WorkFolder]:
        """See `Store`."""
        scratch = tempfile.TemporaryDirectory(prefix="wann-", ignore_cleanup_errors=True)
        with scratch as path:
            folder = Path(path) / name
            self._download(name, folder)
            known = _versions(folder)

            def publish() -> None:
                nonlocal known
                known = self._upload(folder, name, known)

            yield WorkFolder(folder, publish)

    def _at(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _checked(self, name: str) -> str:
        """Return the path of what is written; UserError if links of this machine lead it astray."""
        path = Path(self._root)
        for part in PurePosixPath(name).parts if self._local else ():
            path = path / part
            if os.path.lexists(path):
                check_own(path.lstat(), path)
        return self._at(name)

    def _download(self, name: str, folder: Path) -> None:
        """Copy a run from the store; nothing where it has no settings as yet, and is begun anew."""
        self._files.invalidate_cache()
        root = self._at(name)
        if not self._files.exists(f"{root}/{filenames.CONFIG}"):
            return
        for path in self._files.find(root):
            inner = path.removeprefix(root).lstrip("/")
            if not inner.endswith(_SUFFIX):
                Folder(folder).write(inner, self._files.cat_file(path))

    def _upload(self, folder: Path, name: str, known: dict[str, _Version]) -> dict[str, _Version]:
        """Copy what is new to the store, then remove there what is in the folder no longer.

        The checkpoint is copied behind the rows that belong to it, and last the settings, which are
        new but once and make the folder a run. Return the versions of the files that are in the
        store now.
        """
        present = _versions(folder)

        def turn(inner: str) -> tuple[bool, bool, str]:
            return inner == filenames.CONFIG, inner == filenames.CHECKPOINT, inner

        for inner in sorted(present, key=turn):
            if present[inner] != known.get(inner):
                self.write(f"{name}/{inner}", (folder / inner).read_bytes())
        for inner in sorted(known.keys() - present.keys()):
            self.remove(f"{name}/{inner}")
        return present


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
