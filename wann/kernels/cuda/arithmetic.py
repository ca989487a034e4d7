"""What the words that kernels are written in mean on a card, where a thread has one lane.

The compiler for cards fuses a product and a sum into one rounding, and numba-cuda has no option
against that. So products are written as calls of `multiply`, which it never fuses (and see
`compiler.strictly`). In the simulator, which runs threads in Python (NUMBA_ENABLE_CUDASIM=1), the
same words are plain Python.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from wann.kernels import vectors
from wann.kernels.cuda.compiler import cuda, libdevice, simulated


def word(function: Callable[..., Any]) -> Any:
    """Return `function` as threads call it."""
    return function if simulated else cuda.jit(device=True)(function)


if simulated:

    def multiply(a: Any, b: Any) -> Any:
        """Return a * b, rounded by itself."""
        return a * b

    multiply32 = multiply

    def power_of_two(shifted: Any) -> Any:
        """Return 2^n, given n + 1.5 * 2^52, as `vectors.power_of_two` does."""
        return vectors.plain_power_of_two(np.float64(shifted))

    def power_of_two32(shifted: Any) -> Any:
        """Return 2^n as a float32, given n + 1.5 * 2^23."""
        return vectors.plain_power_of_two(np.float32(shifted))[()]

    def exponent(x: Any) -> Any:
        """Return the whole n with 2^n <= x < 2^(n + 1)."""
        return vectors.plain_exponent(np.asarray(x))[()]

    exponent32 = exponent

    def begin_quietly() -> None:
        """Let overflow and the like pass without a warning, as on a card."""
        np.seterr(all="ignore")

    rint = rint32 = np.rint
    floor = floor32 = np.floor
    square_root = np.sqrt
else:

    @word
    def begin_quietly():  # type: ignore[no-untyped-def]
        """Let overflow and the like pass without a warning, as they do."""

    @word
    def multiply(a, b):  # type: ignore[no-untyped-def]
        """Return a * b, rounded by itself."""
        return libdevice.dmul_rn(float(a), float(b))

    @word
    def power_of_two(shifted):  # type: ignore[no-untyped-def]
        """Return 2^n, given n + 1.5 * 2^52, as `vectors.power_of_two` does."""
        bits = libdevice.double_as_longlong(shifted) + np.int64(1023)
        return libdevice.longlong_as_double(bits << np.int64(52))

    @word
    def exponent(x):  # type: ignore[no-untyped-def]
        """Return the whole n with 2^n <= x < 2^(n + 1)."""
        return float((libdevice.double_as_longlong(x) >> np.int64(52)) - np.int64(1023))

    @word
    def multiply32(a, b):  # type: ignore[no-untyped-def]
        """Return a * b of float32, rounded by itself."""
        return libdevice.fmul_rn(np.float32(a), np.float32(b))

    @word
    def power_of_two32(shifted):  # type: ignore[no-untyped-def]
        """Return 2^n as a float32, given n + 1.5 * 2^23."""
        bits = libdevice.float_as_int(shifted) + np.int32(127)
        return libdevice.int_as_float(np.int32(bits << np.int32(23)))

    @word
    def exponent32(x):  # type: ignore[no-untyped-def]
        """Return the whole n with 2^n <= x < 2^(n + 1), for a float32."""
        return np.float32((libdevice.float_as_int(x) >> np.int32(23)) - np.int32(127))

    @word
    def rint(x):  # type: ignore[no-untyped-def]
        """Return the whole number nearest to x, of two the even one."""
        return libdevice.rint(x)

    @word
    def floor(x):  # type: ignore[no-untyped-def]
        """Return the largest whole number that is not above x."""
        return libdevice.floor(x)

    @word
    def rint32(x):  # type: ignore[no-untyped-def]
        """Return the whole number nearest to a float32."""
        return libdevice.rintf(x)

    @word
    def floor32(x):  # type: ignore[no-untyped-def]
        """Return the largest whole number that is not above a float32."""
        return libdevice.floorf(x)

    @word
    def square_root(x):  # type: ignore[no-untyped-def]
        """Return the square root of x, nan below zero."""
        return math.sqrt(x)


@word
def select(condition, yes, no):  # type: ignore[no-untyped-def]
    """Return `yes` where the condition holds, else `no`."""
    if condition:
        return yes
    return no


@word
def round32(x):  # type: ignore[no-untyped-def]
    """Return the float32 nearest to x, as a float64."""
    return np.float64(np.float32(x))


@word
def load(values, row, lane):  # type: ignore[no-untyped-def]
    """Return the number in a row and a lane of `values`."""
    return values[row, lane]


@word
def lanes_of(values):  # type: ignore[no-untyped-def]
    """Return how many lanes a thread computes at once."""
    return 1


@word
def store(values, row, lane, x):  # type: ignore[no-untyped-def]
    """Set the number in a row and a lane of `values`."""
    values[row, lane] = x


@word
def larger(a, b):  # type: ignore[no-untyped-def]
    """Return a where it is larger or nan, else b."""
    if a > b or a != a:
        return a
    return b


@word
def smaller(a, b):  # type: ignore[no-untyped-def]
    """Return a where it is smaller or nan, else b."""
    if a < b or a != a:
        return a
    return b


_COMMON = {
    vectors.select: select,
    vectors.round32: round32,
    vectors.lanes_of: lanes_of,
    vectors.load: load,
    vectors.store: store,
}
# What stands for the words of `vectors` in the sources of kernels, in double and single precision.
MEANINGS: dict[Any, Any] = {
    **_COMMON,
    vectors.power_of_two: power_of_two,
    vectors.exponent: exponent,
}
MEANINGS32: dict[Any, Any] = {
    **_COMMON,
    vectors.power_of_two: power_of_two32,
    vectors.exponent: exponent32,
}
# What stands for products, and for NumPy's functions.
NUMBERS: dict[str, Any] = {"product": multiply, "rint": rint, "floor": floor}
NUMBERS32: dict[str, Any] = {"product": multiply32, "rint": rint32, "floor": floor32}
LANES = 1  # of a thread
