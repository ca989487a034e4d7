"""Functions of numbers of either precision: one source, compiled for what it is called with."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import types
from numba.core import config
from numba.extending import overload

from wann.kernels.vector_types import SINGLE

_SINGLE = (SINGLE, types.float32)


def by_precision(double: Callable[..., Any], single: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function of one value that is `single` of float32, and `double` of float64.

    Both are kernels; so is what is returned, for kernels that call it.
    """

    def either(x: Any) -> Any:
        return (single if np.asarray(x).dtype == np.float32 else double)(x)

    either.__doc__ = double.__doc__
    either.twins = (double, single)  # type: ignore[attr-defined]
    if not vars(config)["DISABLE_JIT"]:

        @overload(either, strict=False)
        def _typed(x: Any) -> Any:
            chosen = single if x in _SINGLE else double
            return lambda x: chosen(x)

    return either
