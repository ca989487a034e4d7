"""The one jit decorator, and the cache folder it compiles into.

numba caches a kernel by the time stamp of *its own* file, so a cached kernel that calls a kernel of
another file keeps the old callee after an edit. Here the cache folder carries a digest of every
file that holds kernels, or says that it is compiled into kernels: edit one, and all are compiled
anew.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numba.core.config

F = TypeVar("F", bound=Callable[..., Any])

_KEPT_FOLDERS = 4


def kernel(function: F) -> F:
    """Compile `function` on first call: strict IEEE float64 arithmetic, no GIL, cached on disk.

    `error_model="numpy"` matters twice: division by zero gives inf, as in NumPy, and without the
    check for it loops vectorise. There is no fastmath, so no sum is reordered and no product
    contracted: the same bits on every machine.
    """
    settings: Any = numba.core.config
    user_folder, settings.CACHE_DIR = settings.CACHE_DIR, str(cache_folder())
    try:
        compiled: Any = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    finally:
        settings.CACHE_DIR = user_folder
    return cast("F", compiled)


@cache
def cache_folder() -> Path:
    """Return the folder of compiled kernels for the sources as they are.

    Older folders are removed.
    """
    root = _writable_root()
    folder = root / f"kernels-{source_digest()}"
    folder.mkdir(parents=True, exist_ok=True)
    os.utime(folder)
    others = sorted(root.glob("kernels-*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for stale in others[_KEPT_FOLDERS:]:
        shutil.rmtree(stale, ignore_errors=True)
    return folder


@cache
def source_digest() -> str:
    """Return a digest of every source that is compiled into kernels: with equal ones, workers compute the same."""
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for source in sorted([*package.rglob("*.py"), *(package / "envs").rglob("*.py")]):
        text = source.read_bytes()
        if b"@kernel" in text or b"compiled into kernels" in text:
            digest.update(text)
    return digest.hexdigest()[:12]


def _writable_root() -> Path:
    """Return $NUMBA_CACHE_DIR, the user's cache folder, or, where neither can be written, a temporary folder."""
    wanted = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    root = Path(wanted).expanduser() / "wann"
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=root):
            return root
    except OSError:
        return Path(tempfile.mkdtemp(prefix="wann-kernels-"))
