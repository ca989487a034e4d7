"""Vectors of 512 bits in kernels: how they are read, written, chosen from and taken apart.

Written as loops over arrays, every connection and every activation is a pass over memory with a
check for overlapping arrays and a remainder, which together take longer than the arithmetic. With
these types a kernel runs once over the lanes, a vector at a time: load, compute, store. There are
LANES of float64 or LANES32 of float32 in a vector; an array says by its dtype which. A function of
`Value`s works on floats and on vectors alike, with the same bits. All this is compiled into
kernels; without the compiler (NUMBA_DISABLE_JIT=1) a vector is a NumPy array.

Each function here has a plain twin in Python, which says what it does, and an emitter, which writes
the same for the compiler.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils, config
from numba.extending import intrinsic
from numpy.typing import NDArray

from wann.kernels.vector_types import DOUBLE, I32, I64, SINGLE, VECTOR_OF, Mask, Vector, widen

# Lanes come in multiples of these.
LANES: int = DOUBLE.lanes
LANES32: int = SINGLE.lanes

# What an intrinsic returns when it is typed: signature and code generator, or None to refuse.
Typed = tuple[Any, Callable[..., Any]] | None

# A number, or a vector of them.
Value = Any

# Of float64, or of float32.
Array = NDArray[Any]


def vector_of(*arrays: Any) -> Vector | None:
    """Return the type of the vectors in arrays, whose lanes have to lie side by side.

    None where they do not, or where the arrays have several dtypes: such arrays are refused.
    """
    kinds = {
        VECTOR_OF.get(a.dtype) if isinstance(a, types.Array) and a.layout == "C" else None
        for a in arrays
    }
    return kinds.pop() if len(kinds) == 1 else None


class Rows:
    """The vectors that begin at one lane of an array (rows, lanes), one in each row.

    It emits the instructions that read and write them.
    """

    def __init__(self, context: Any, builder: Any, kind: Any, array: Any, lane: Any) -> None:
        """Emit the address of the first vector.

        Args:
            context: numba's, which knows how its types lie in memory.
            builder: of the function that is emitted.
            kind: numba's type of the array.
            array: the value of that type.
            lane: where the vectors begin, an integer of 64 bits.
        """
        table = context.make_array(kind)(context, builder, array)
        vector = VECTOR_OF[kind.dtype]
        self.builder, self.bytes, self.pointer = builder, vector.bytes, vector.ir.as_pointer()
        self.address = builder.add(
            builder.ptrtoint(table.data, I64), builder.mul(lane, I64(vector.bytes))
        )
        self.stride = cgutils.unpack_tuple(builder, table.strides)[0]

    def address_of(self, row: Any) -> Any:
        """Emit the address of the vector in `row`, an integer of 64 bits."""
        return self.builder.add(self.address, self.builder.mul(row, self.stride))

    def _at(self, row: Any) -> Any:
        return self.builder.inttoptr(self.address_of(row), self.pointer)

    def load(self, row: Any) -> Any:
        """Emit the reading of the vector in `row`."""
        return self.builder.load(self._at(row), align=self.bytes)

    def store(self, row: Any, vector: Any) -> None:
        """Emit the writing of `vector` to `row`."""
        self.builder.store(vector, self._at(row), align=self.bytes)


def compiled(twin: Callable[..., Any], emitter: Callable[..., Any]) -> Callable[..., Any]:
    """Return the intrinsic that `emitter` writes, with the docstring of its plain `twin`.

    Without the compiler, return the twin.
    """
    if vars(config)["DISABLE_JIT"]:
        return twin
    function: Callable[..., Any] = intrinsic(emitter)
    function.__doc__ = twin.__doc__
    return function


def _select(condition: Any, yes: Value, no: Value) -> Value:
    """Return `yes` where `condition` holds, else `no`.

    Lane by lane, if the condition is a comparison of vectors.
    """
    return (
        np.where(condition, yes, no)
        if isinstance(condition, np.ndarray)
        else yes
        if condition
        else no
    )


def _select_intrinsic(context: Any, condition: Any, yes: Any, no: Any) -> Typed:
    vector = condition.vector if isinstance(condition, Mask) else None

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        pairs = zip(given[1:], signature.args[1:], strict=True)
        if vector:
            return builder.select(
                given[0], *(widen(context, builder, *pair, vector) for pair in pairs)
            )
        return builder.select(
            given[0], *(context.cast(builder, *pair, types.float64) for pair in pairs)
        )

    if {kind for kind in (yes, no) if isinstance(kind, Vector)} - {vector}:
        return None
    return (vector or types.float64)(condition, yes, no), emit


def plain_power_of_two(shifted: Value) -> Value:
    """Return 2^n, given n + 1.5 * 2^52 for a whole n of at most +-1022.

    Of float32, given n + 1.5 * 2^23 for a whole n of at most +-126.
    """
    shifted = np.asarray(shifted)
    if shifted.dtype == np.float32:
        return ((shifted.view(np.int32) + 127) << 23).view(np.float32)
    return ((shifted.view(np.int64) + 1023) << 52).view(np.float64)[()]  # n stands in the low bits


def _power_of_two_intrinsic(context: Any, shifted: Any) -> Typed:
    single = shifted is SINGLE
    integer, bias, mantissa = (I32, 127, 23) if single else (I64, 1023, 52)
    kind = ir.VectorType(integer, shifted.lanes) if isinstance(shifted, Vector) else integer

    def constant(number: int) -> Any:
        return ir.Constant(
            kind, [number] * shifted.lanes if isinstance(shifted, Vector) else number
        )

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        biased = builder.add(builder.bitcast(given[0], kind), constant(bias))
        return builder.bitcast(builder.shl(biased, constant(mantissa)), given[0].type)

    return shifted(shifted), emit


def plain_exponent(x: Value) -> Value:
    """Return the whole n with 2^n <= x < 2^(n + 1), for a vector of normal numbers above zero."""
    if x.dtype == np.float32:
        return ((x.view(np.int32) >> 23) - 127).astype(np.float32)
    return ((x.view(np.int64) >> 52) - 1023).astype(np.float64)


def _exponent_intrinsic(context: Any, x: Any) -> Typed:
    if not isinstance(x, Vector):
        return None
    integer, bias, mantissa = (I32, 127, 23) if x is SINGLE else (I64, 1023, 52)
    kind = ir.VectorType(integer, x.lanes)

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        bits = builder.bitcast(given[0], kind)
        biased = builder.ashr(bits, ir.Constant(kind, [mantissa] * x.lanes))
        return builder.sitofp(builder.sub(biased, ir.Constant(kind, [bias] * x.lanes)), x.ir)

    return x(x), emit


def _round32(x: Value) -> Value:
    """Return the float32 nearest to `x`, as a float64."""
    return np.asarray(x).astype(np.float32).astype(np.float64)[()]


def _round32_intrinsic(context: Any, x: Any) -> Typed:
    single = ir.VectorType(ir.FloatType(), LANES) if isinstance(x, Vector) else ir.FloatType()

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return builder.fpext(builder.fptrunc(given[0], single), given[0].type)

    return (x(x), emit) if x is not SINGLE else None


def lanes_from(values: Array, lane: int) -> slice:
    """Return the lanes of the vector of `values` that begins at `lane`."""
    return slice(lane, lane + plain_lanes_of(values))


def plain_lanes_of(values: Array) -> int:
    """Return how many lanes of `values` are in a vector."""
    return LANES32 if values.dtype == np.float32 else LANES


def _lanes_of_intrinsic(context: Any, values: Any) -> Typed:
    vector = vector_of(values)

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        assert vector
        return I64(vector.lanes)

    return (types.int64(values), emit) if vector else None


def load_plainly(values: Array, row: int, lane: int) -> Value:
    """Return the vector of `values[row]` that begins at `lane`.

    Nothing checks that it lies within the array.
    """
    return values[row, lanes_from(values, lane)].copy()


def _load_intrinsic(context: Any, values: Any, row: Any, lane: Any) -> Typed:
    vector = vector_of(values)

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        row, lane = (
            context.cast(builder, given[i], signature.args[i], types.int64) for i in (1, 2)
        )
        return Rows(context, builder, values, given[0], lane).load(row)

    return (vector(values, row, lane), emit) if vector else None


def _store(values: Array, row: int, lane: int, x: Value) -> None:
    """Set the vector of `values[row]` that begins at `lane` to `x`, a vector or a number.

    Nothing checks that it lies within the array.
    """
    values[row, lanes_from(values, lane)] = x


def _store_intrinsic(context: Any, values: Any, row: Any, lane: Any, x: Any) -> Typed:
    vector = vector_of(values)
    if vector is None or (isinstance(x, Vector) and x is not vector):
        return None

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        row, lane = (
            context.cast(builder, given[i], signature.args[i], types.int64) for i in (1, 2)
        )
        wide = widen(context, builder, given[3], signature.args[3], vector)
        Rows(context, builder, values, given[0], lane).store(row, wide)
        return context.get_dummy_value()

    return types.void(values, row, lane, x), emit


select = compiled(_select, _select_intrinsic)
power_of_two = compiled(plain_power_of_two, _power_of_two_intrinsic)
exponent = compiled(plain_exponent, _exponent_intrinsic)
round32 = compiled(_round32, _round32_intrinsic)
lanes_of = compiled(plain_lanes_of, _lanes_of_intrinsic)
load = compiled(load_plainly, _load_intrinsic)
store = compiled(_store, _store_intrinsic)
