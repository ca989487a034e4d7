"""The one jit decorator, and the cache folder it compiles into.

numba caches a kernel by the time stamp of *its own* file, so a cached kernel that calls a kernel of
another file keeps the old callee after an edit. Here the cache folder carries a digest of every
file that is compiled into kernels: edit one, and all are compiled anew.
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
# Files that hold no kernel themselves, but constants and functions that kernels use.
_USED_BY_KERNELS = ("activations.py", "network/genome.py")


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

    All but the newest few folders of other sources are removed.
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
    """Return a digest of every source that is compiled into kernels.

    Where it is the same on two machines, kernels compute the same.
    """
    digest = hashlib.sha256()
    for source in kernel_sources():
        digest.update(source.read_bytes())
    return digest.hexdigest()[:12]


def kernel_sources() -> list[Path]:
    """Return every source file that is compiled into kernels, sorted by its name in the package.

    They are this folder, the files elsewhere that hold kernels, and what those use.
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
        or source.parent == Path(__file__).parent
        or b"@kernel" in source.read_bytes()
    ]


def _writable_root() -> Path:
    """Return the folder below which kernels are cached: one that can be written.

    It is below $NUMBA_CACHE_DIR or the user's cache folder, or else a new temporary folder.
    """
    wanted = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    root = Path(wanted).expanduser() / "wann"
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=root):
            return root
    except OSError:
        return Path(tempfile.mkdtemp(prefix="wann-kernels-"))
