"""Files under a name of their own while they are written; a process that is killed leaves one.

A writer locks such a file until it has its proper name. So who finds one that is not locked knows
that nobody is writing it any more.
"""

import contextlib
import fcntl
import os
import re
import secrets
from pathlib import Path

_SUFFIX = ".unfinished"
_PATTERN = re.compile(r"\.(.+)\.[a-z0-9_]{8}" + re.escape(_SUFFIX))


def unfinished_name(name: str) -> str:
    """Return a name that nobody else uses, for the file `name` while it is written."""
    return f".{name}.{secrets.token_hex(4)}{_SUFFIX}"


def finished_name(name: str) -> str | None:
    """Return the name that an unfinished file was to get, None where `name` is of no such file."""
    found = _PATTERN.fullmatch(name)
    return found[1] if found else None


def is_unfinished(path: Path) -> bool:
    """Return whether `path` is what a process that was killed while writing leaves."""
    return finished_name(path.name) is not None


def lock_while_writing(handle: int) -> None:
    """Show others that the open file `handle` is being written, until it is closed."""
    with contextlib.suppress(OSError):  # there are file systems without locks
        fcntl.flock(handle, fcntl.LOCK_EX)


def remove_if_left(folder: int, name: str) -> None:
    """Remove the unfinished file `name` in an open folder, unless somebody is writing it."""
    try:
        flags = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        handle = os.open(name, flags, dir_fd=folder)
    except OSError:  # it has its name by now, or is not of this user
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    except OSError:  # no locks here: it is left, as far as can be known
        pass
    finally:
        os.close(handle)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)
