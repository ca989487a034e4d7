"""numba-cuda, the compiler for graphics cards, as all others import it: it has no types."""

import importlib
from typing import Any

# Whether threads run in Python, one after the other (NUMBA_ENABLE_CUDASIM=1).
_settings = vars(importlib.import_module("numba.core.config"))
simulated: bool = bool(_settings.get("ENABLE_CUDASIM", False))

cuda: Any = importlib.import_module("numba.cuda")
libdevice: Any = None if simulated else importlib.import_module("numba.cuda.libdevice")
