"""A folder that a command writes to: whole files, and no link is followed."""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePath, PurePosixPath

from wann.errors import UserError
from wann.files.anchored import Anchored
from wann.files.unfinished import (
    finished_name,
    lock_while_writing,
    remove_if_left,
    unfinished_name,
)

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe must not make us wait for its reader


class Folder:
    """A folder in which only plain files and folders of its own are written.

    Its own path may lead through links, as it does where home folders lie on another disk. What is
    in it may not: a link, a pipe or a device under the name of a file or folder is a UserError, and
    what it leads to stays as it is. Files that are changed in place and have a second name
    elsewhere (hard links, as some backups make) get a copy of their own first.

    Names are relative paths with forward slashes; folders on the way are made where there are none.
    """

    path = Anchored()

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str | PurePath, content: bytes) -> None:
        """Write a file so that at any moment either the old or the new content is there, whole."""
        with self._parent(name) as (parent, last):
            _check_file(parent, last, self.path / name)
            _replace(parent, last, content)

    def append(self, name: str | PurePath, content: bytes, *, lines: bool = True) -> None:
        """Write behind the end of a file; all of it, or nothing if that fails.

        In a file of `lines`, a last one that was cut off is ended first.
        """
        with self._opened(name, os.O_RDWR | os.O_APPEND | os.O_CREAT) as handle:
            size = os.fstat(handle).st_size
            ended = not lines or size == 0 or os.pread(handle, 1, size - 1) == b"\n"
            try:
                _write_all(handle, content if ended else b"\n" + content)
            except BaseException:
                os.ftruncate(handle, size)
                raise

    def cut(self, name: str | PurePath, size: int) -> None:
        """Drop what is in a file behind its first `size` bytes."""
        with self._opened(name, os.O_RDWR) as handle:
            os.ftruncate(handle, size)

    def sync(self, name: str | PurePath) -> int:
        """Have what was appended to a file on the disk, and return how long the file is.

        The file is made where there is none.
        """
        with self._opened(name, os.O_RDWR | os.O_CREAT) as handle:
            os.fsync(handle)
            return os.fstat(handle).st_size

    def remove(self, name: str | PurePath) -> None:
        """Remove a file if it is there."""
        with contextlib.suppress(FileNotFoundError), self._parent(name, make=False) as found:
            parent, last = found
            _check_file(parent, last, self.path / name)
            os.unlink(last, dir_fd=parent)

    def remove_empty(self, name: str | PurePath) -> None:
        """Remove a folder if it is there and nothing is in it."""
        with contextlib.suppress(OSError), self._parent(name, make=False) as (parent, last):
            os.rmdir(last, dir_fd=parent)

    def remove_left(self, name: str | PurePath) -> None:
        """Remove an unfinished file, unless somebody is writing it."""
        with contextlib.suppress(FileNotFoundError), self._parent(name, make=False) as found:
            remove_if_left(*found)

    def make(self, name: str | PurePath = "") -> None:
        """Make a folder in this one, or without a `name` this one, where there is none."""
        with self._parent(PurePosixPath(name) / "any"):
            pass

    @contextlib.contextmanager
    def written_last(self, name: str, content: bytes) -> Iterator[str]:
        """Write a file under an unfinished name now, and give it its own when the block ends well.

        The block gets the unfinished name. Where it raises, the file is removed.
        """
        with self._parent(name) as (parent, last):
            _check_file(parent, last, self.path / name)
            temporary = unfinished_name(last)
            try:
                os.close(_write_new(parent, temporary, content))
                yield temporary
                _sync_folder(parent)  # so that a failure of power keeps this order, too
                os.replace(temporary, last, src_dir_fd=parent, dst_dir_fd=parent)
                _sync_folder(parent)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(temporary, dir_fd=parent)
                raise

    @contextlib.contextmanager
    def _parent(self, name: str | PurePath, *, make: bool = True) -> Iterator[tuple[int, str]]:
        """Open the folder in which `name` lies; yield it, and the last part of the name."""
        *folders, last = PurePosixPath(name).parts
        path = self.path
        with contextlib.ExitStack() as opened, _named(path / name):
            if make:
                path.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, _FOLDER)
            opened.callback(os.close, handle)
            for folder in folders:
                path = path / folder
                handle = _step(handle, folder, path, make)
                opened.callback(os.close, handle)
            yield handle, last

    @contextlib.contextmanager
    def _opened(self, name: str | PurePath, flags: int) -> Iterator[int]:
        """Open a file that is changed in place."""
        with self._parent(name) as (parent, last):
            found = _check_file(parent, last, self.path / name)
            if found is not None and found.st_nlink > 1:
                _replace(parent, last, _content(parent, last))
            handle = os.open(last, flags | _FILE, 0o666, dir_fd=parent)
            try:
                yield handle
            finally:
                os.close(handle)


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that at any moment either the old or the new content is there, whole.

    What an earlier call left that was killed in the middle is removed. The folders on the way to
    the file may be links, the file itself may not (UserError).
    """
    folder = Folder(path.parent)
    for left in path.parent.glob(".*.unfinished") if path.parent.is_dir() else ():
        if finished_name(left.name) == path.name:
            folder.remove_left(left.name)
    folder.write(path.name, content)


def check_own(found: os.stat_result, path: Path) -> None:
    """Raise UserError unless what lies at `path` is a plain file or folder."""
    for is_kind, noun in (
        (stat.S_ISLNK, "a link"),
        (stat.S_ISFIFO, "a pipe"),
        (stat.S_ISSOCK, "a socket"),
        (lambda mode: stat.S_ISCHR(mode) or stat.S_ISBLK(mode), "a device"),
    ):
        if is_kind(found.st_mode):
            raise UserError(
                f"{path} is {noun}, which is neither followed nor removed: expected a plain file "
                "or folder there; move it away, then try again"
            )


def _step(parent: int, name: str, path: Path, make: bool) -> int:
    """Open the folder `name` in an open folder; `path` is what it is called."""
    if make:
        with contextlib.suppress(FileExistsError):
            os.mkdir(name, dir_fd=parent)
    try:
        return os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=parent)
    except OSError:
        check_own(os.stat(name, dir_fd=parent, follow_symlinks=False), path)
        raise


def _check_file(parent: int, name: str, path: Path) -> os.stat_result | None:
    """Return what is known of a file, None if there is none; UserError if it is no plain file."""
    try:
        found = os.stat(name, dir_fd=parent, follow_symlinks=False)
    except FileNotFoundError:
        return None
    check_own(found, path)
    if stat.S_ISDIR(found.st_mode):
        raise UserError(f"{path} is a folder: expected a file there; move it away, then try again")
    return found


def _replace(parent: int, name: str, content: bytes) -> None:
    """Write a file anew under an unfinished name, and give it its own."""
    temporary = unfinished_name(name)
    try:
        handle = _write_new(parent, temporary, content)
        try:
            os.replace(temporary, name, src_dir_fd=parent, dst_dir_fd=parent)
        finally:
            os.close(handle)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary, dir_fd=parent)
        raise


def _write_new(parent: int, name: str, content: bytes) -> int:
    """Write a file that is not there yet to the disk; return it, open and locked."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FILE
    handle = os.open(name, flags, 0o666, dir_fd=parent)
    try:
        lock_while_writing(handle)
        _write_all(handle, content)
        os.fsync(handle)
    except BaseException:
        os.close(handle)
        raise
    return handle


def _write_all(handle: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(handle, left) :]


def _content(parent: int, name: str) -> bytes:
    with os.fdopen(os.open(name, os.O_RDONLY | _FILE, dir_fd=parent), "rb") as file:
        return file.read()


def _sync_folder(handle: int) -> None:
    with contextlib.suppress(OSError):  # not every file system can
        os.fsync(handle)


@contextlib.contextmanager
def _named(path: Path) -> Iterator[None]:
    """Have errors of the operating system say the whole path of the file that they are about."""
    try:
        yield
    except OSError as error:
        if not isinstance(error.filename, str) or os.sep not in error.filename:
            error.filename, error.filename2 = str(path), None
        raise
