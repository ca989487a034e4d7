"""The lock of a folder: one process at a time writes there.

The operating system holds it, through the library `filelock`, and frees it when the process ends,
however that comes about. So the file `lock` in a folder means nothing by itself: runs leave it
there. On a file system without such locks `filelock` would take the mere existence of that file for
a lock unless it is told not to, and a run that has ended would keep everybody out for ever.
"""

import contextlib
import fcntl
import os
from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock, Timeout

from wann.errors import Taken
from wann.files import Folder, tidy
from wann.files.folder import check_own
from wann.runs.filenames import LOCK

# `is_held` has the lock for a moment: whoever wants to write meanwhile waits that long for it
_WAIT_SECONDS, _LOOK_SECONDS = 0.1, 0.01


def is_held(folder: Path) -> bool | None:
    """Return whether a process writes to a folder; None where the file system cannot tell.

    Nothing is written, and nobody who wants to write is kept out.
    """
    try:
        lock = os.open(folder / LOCK, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return None
    finally:
        os.close(lock)  # lets it go
    return False


class FolderLock:
    """The right to write to a folder, held until it is released or the process ends."""

    def __init__(self, folder: Path) -> None:
        """Take the lock of a folder, which is made where there is none.

        A file `lock` that an earlier writer left does not lock. `Taken` if another writer has the
        lock, and UserError if it is a link, which `filelock` would follow. OSError if the folder
        cannot be written to or its file system has no locks.
        """
        Folder(folder).make()
        with contextlib.suppress(FileNotFoundError):
            check_own((folder / LOCK).lstat(), folder / LOCK)
        self._folder = folder
        self._lock = FileLock(folder / LOCK, thread_local=False, fallback_to_soft=False)
        try:
            self._lock.acquire(timeout=_WAIT_SECONDS, poll_interval=_LOOK_SECONDS)
        except Timeout:
            raise Taken(f"{folder} is in use: another process is writing to it") from None

    def tidy(self, own: Sequence[str]) -> None:
        """Remove what killed writers left; UserError if a link lies where one writes.

        `own` are the names of what its writers write, as `wann.files.tidy` takes them. The lock is
        released where that fails.
        """
        try:
            tidy(self._folder, own)
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        """Let others write to the folder."""
        self._lock.release()

    def __enter__(self) -> "FolderLock":
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
