"""Functions of numbers of either precision: one source, compiled for what it is called with."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numba.core import config
from numba.extending import overload

from wann.kernels.vector_types import SINGLE


def by_precision(double: Callable[..., Any], single: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function that is `single` of vectors of float32, and `double` of all else.

    Both are kernels; so is what is returned, for kernels that call it. A number that is no vector
    is one of float64 in compiled arithmetic, whatever it was read from.
    """

    def either(x: Any) -> Any:
        of_single = isinstance(x, np.ndarray) and x.dtype == np.float32
        return (single if of_single else double)(x)

    either.__doc__ = double.__doc__
    either.twins = (double, single)  # type: ignore[attr-defined]
    if not vars(config)["DISABLE_JIT"]:

        @overload(either, strict=False)
        def _typed(x: Any) -> Any:
            chosen = single if x is SINGLE else double
            return lambda x: chosen(x)

    return either
