"""numba-cuda, the compiler for graphics cards, as all others import it: it has no types."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

# Whether threads run in Python, one after the other (NUMBA_ENABLE_CUDASIM=1).
_settings = vars(importlib.import_module("numba.core.config"))
simulated: bool = bool(_settings.get("ENABLE_CUDASIM", False))

cuda: Any = importlib.import_module("numba.cuda")
libdevice: Any = None if simulated else importlib.import_module("numba.cuda.libdevice")

# Of what numba-cuda and the packages under it raise
_RAISERS = ("numba.cuda", "numba_cuda", "cuda.")

_is_strict: ContextVar[bool] = ContextVar("is_strict", default=False)


@contextmanager
def strictly() -> Iterator[None]:
    """Let kernels that are compiled meanwhile round each operation by itself.

    Products are written so that they are not fused with sums (`arithmetic.multiply`). Divisions by
    powers of two become products once more behind that, so the last stage of the compiler is told
    so, too: numba-cuda has no option for it. Nor does it warn of small launches meanwhile.
    """
    if simulated:
        yield
        return
    config = importlib.import_module("numba.cuda.core.config")
    warns = getattr(config, "CUDA_LOW_OCCUPANCY_WARNINGS", 1)
    setting = _is_strict.set(True)
    vars(config)["CUDA_LOW_OCCUPANCY_WARNINGS"] = 0
    try:
        yield
    finally:
        vars(config)["CUDA_LOW_OCCUPANCY_WARNINGS"] = warns
        _is_strict.reset(setting)


def is_of_card(problem: BaseException) -> bool:
    """Return whether numba-cuda, the driver or the card raised an exception."""
    return any(kind.__module__.startswith(_RAISERS) for kind in type(problem).__mro__)


def _teach_strictness() -> None:
    nvvm: Any = importlib.import_module("numba.cuda.cudadrv.nvvm")
    compile_ir = nvvm.compile_ir

    def compile_as_told(ir: Any, **options: Any) -> Any:
        return compile_ir(ir, **(options | {"fma": False} if _is_strict.get() else options))

    nvvm.compile_ir = compile_as_told


if not simulated:
    _teach_strictness()
