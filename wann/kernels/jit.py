"""The one jit decorator, and how it keeps what it compiled."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numba.core.config
from filelock import FileLock, Timeout
from numba.core.caching import FunctionCache

from wann.errors import in_one_line
from wann.kernels.ahead import wait_for
from wann.kernels.cache import cache_folder, say_once_a_command
from wann.kernels.garbage import collect_none_while_compiling

F = TypeVar("F", bound=Callable[..., Any])

_SAVING = "saving"  # a file in the folder of a kernel, locked while one is saved there
_SAVING_SECONDS = 5.0  # a kernel is saved in a few milliseconds

collect_none_while_compiling()


def kernel(function: F) -> F:
    """Compile `function` on first call: strict IEEE float64 arithmetic, no GIL, cached on disk.

    `error_model="numpy"` matters twice: division by zero gives inf, as in NumPy, and without the
    check for it loops vectorise. There is no fastmath, so no sum is reordered and no product
    contracted: the same bits on every machine.
    """
    return _made(function, no_cfunc_wrapper=True)


def inlined_kernel(function: F) -> F:
    """Compile `function` as `kernel` does, and into each kernel that calls it.

    For what one kernel calls at one place: LLVM optimises a kernel anew in each one that calls it,
    so that breeding, eight kernels deep, takes a quarter less time to compile without five of them.
    """
    return _made(function, inline="always", no_cfunc_wrapper=True)


def _made(function: F, **options: Any) -> F:
    compiled: Any = numba.njit(nogil=True, error_model="numpy", **options)(function)
    folder = cache_folder()
    if folder is not None:
        settings: Any = numba.core.config
        user_folder, settings.CACHE_DIR = settings.CACHE_DIR, str(folder)
        try:
            compiled._cache = _ForgivingCache(function)
        finally:
            settings.CACHE_DIR = user_folder
    return cast("F", compiled)


class _ForgivingCache(FunctionCache):
    """The cache of one kernel: where it is damaged or cannot be written, the kernel is compiled."""

    _told = False  # for all kernels of this process

    def is_empty(self) -> bool:
        """Return whether nothing of this kernel is kept."""
        try:
            return not self._cache_file._load_index()
        except Exception:  # of many kinds, where a file is cut off
            return True

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the compiled kernel for a signature, None where it is to be compiled."""
        wait_for(self._py_func)
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # of many kinds, where a file is cut off
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep a compiled kernel, if that is possible; the user is told once if it is not.

        One process at a time: two that compile a kernel for two signatures would give both the same
        file name, and a third process might read one for the other.
        """
        try:
            self._impl.locator.ensure_cache_path()
            with FileLock(Path(self.cache_path) / _SAVING, timeout=_SAVING_SECONDS):
                super().save_overload(sig, data)
        except Timeout:
            return  # whoever holds the lock hangs; what is not kept is compiled again
        except Exception as problem:  # a full disk, or an index that is cut off
            if not _ForgivingCache._told:
                say_once_a_command(f"compiled kernels cannot be kept ({in_one_line(problem)})")
            _ForgivingCache._told = True
