"""Where compiled kernels are kept: a folder for the sources as they are.

numba caches a kernel by the time stamp of *its own* file, so a cached kernel that calls a kernel of
another file keeps the old callee after an edit. Here the cache folder carries a digest of every
file that is compiled into kernels: edit one, and all are compiled anew.

Where the user's cache cannot be written, there is one temporary folder for the command and all its
workers. It is removed when the command ends.
"""

import atexit
import contextlib
import hashlib
import multiprocessing
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

from filelock import FileLock, Timeout

from wann.terminal import warn

_KEPT_FOLDERS = 4
# Files that hold no kernel themselves, but constants and functions that kernels use.
_USED_BY_KERNELS = ("network/genome.py",)
_FOLDERS_USED = ("activations", "kernels")
# How a command tells its workers where its temporary folder is.
_HANDED = "WANN_TEMPORARY_KERNELS"
_TEMPORARY = "wann-kernels-"
_IN_USE = "in-use"  # a file in a temporary folder, locked while the command lives that made it
# All kernels of a command take some 5 MB; of a kernel that is compiled later, much less.
_ROOM, _ROOM_FOR_ONE = 8 * 2**20, 2**18


@cache
def cache_folder() -> Path | None:
    """Return the folder of compiled kernels for the sources as they are; None if there is no place.

    It is below $NUMBA_CACHE_DIR or the user's cache folder, or where these cannot be written a
    temporary one. All but the newest few folders of other sources are removed.
    """
    handed = os.environ.get(_HANDED)
    if handed and Path(handed).is_dir():
        return Path(handed)
    wanted = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    root = Path(wanted) / "wann"
    folder = root / f"kernels-{source_digest()}"
    try:
        root, folder = root.expanduser(), folder.expanduser()
        _make_with_room(folder)
    except (OSError, RuntimeError) as problem:  # RuntimeError: nobody knows the home
        return _temporary_folder(folder, problem)
    others = sorted(root.glob("kernels-*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for stale in others[_KEPT_FOLDERS:]:
        shutil.rmtree(stale, ignore_errors=True)
    return folder


@cache
def source_digest() -> str:
    """Return a digest of every source that is compiled into kernels.

    Where it is the same on two machines, kernels compute the same.
    """
    digest = hashlib.sha256()
    for source in kernel_sources():
        digest.update(source.read_bytes())
    return digest.hexdigest()[:12]


def kernel_sources() -> list[Path]:
    """Return every source file that is compiled into kernels, sorted by its name in the package.

    They are this folder and the activations, the files elsewhere that hold kernels, and what those
    use.
    """
    package = Path(__file__).parents[1]
    # A folder of the installed package, or in a checkout a link to the one beside it; where git
    # writes links as text files, there is only the one beside it.
    envs = next(path / "envs" for path in (package, package.parent) if (path / "envs").is_dir())
    sources = {source.relative_to(package): source for source in package.rglob("*.py")}
    sources |= {"envs" / source.relative_to(envs): source for source in envs.rglob("*.py")}
    return [
        source
        for name, source in sorted(sources.items())
        if name.as_posix() in _USED_BY_KERNELS
        or (source.parent.parent == package and source.parent.name in _FOLDERS_USED)
        or any(mark in source.read_bytes() for mark in (b"@kernel", b"@inlined_kernel"))
    ]


def say_once_a_command(line: str) -> None:
    """Print a line for the user, unless this is a worker: the command itself says the same."""
    if multiprocessing.parent_process() is None:
        warn(line)


def _make_with_room(folder: Path) -> None:
    """Make a folder if there is none; OSError unless it can be written and has room for kernels."""
    room = _ROOM_FOR_ONE if folder.is_dir() else _ROOM
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as probe:
        probe.write(bytes(room))
        probe.flush()
    os.utime(folder)


def _temporary_folder(wanted: Path, problem: Exception) -> Path | None:
    """Make the temporary folder of this command, and tell the user and the workers of it.

    Kernels that lie compiled in `wanted`, which cannot be written, are taken over.
    """
    why = f"compiled kernels cannot be kept in {wanted.parent} ({_in_words(problem)})"
    advice = "set NUMBA_CACHE_DIR to a folder that can be written"
    folder = None
    try:
        folder = Path(tempfile.mkdtemp(prefix=_TEMPORARY))
        lock = FileLock(folder / _IN_USE, blocking=False)
        lock.acquire()
        _remove_left_over(folder)
        with contextlib.suppress(OSError):
            shutil.copytree(wanted, folder, dirs_exist_ok=True)
        _make_with_room(folder)
    except OSError:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
        say_once_a_command(f"{why}, nor in a temporary folder: every process compiles; {advice}")
        return None
    atexit.register(_remove, folder, lock)
    os.environ[_HANDED] = str(folder)
    say_once_a_command(
        f"{why}: they go to a temporary folder that ends with this command; {advice}"
    )
    return folder


def _remove_left_over(own: Path) -> None:
    """Remove the temporary folders of this user, beside `own`, whose commands were killed."""
    for in_use in own.parent.glob(f"{_TEMPORARY}*/{_IN_USE}"):
        folder = in_use.parent
        with contextlib.suppress(OSError, Timeout):
            if not folder.is_symlink() and folder.stat().st_uid == own.stat().st_uid:
                _remove(folder, FileLock(in_use, blocking=False))


def _remove(folder: Path, lock: FileLock) -> None:
    """Remove a temporary folder; Timeout where a command that lives holds its lock."""
    with lock:
        shutil.rmtree(folder, ignore_errors=True)


def _in_words(problem: Exception) -> str:
    return (isinstance(problem, OSError) and problem.strerror) or str(problem).rstrip(".")
