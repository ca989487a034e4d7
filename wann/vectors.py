"""A vector of LANES float64 as a type of numba: held in registers, with the operators of a float.

Written as loops over arrays, every connection and every activation is a pass over memory with a check for overlapping
arrays and a remainder, which together take longer than the arithmetic. With this type a kernel runs once over the
lanes, LANES at a time: load, compute, store. A function of `Value`s works on floats and on vectors alike, with the same
bits. All this is compiled into kernels; without the compiler (NUMBA_DISABLE_JIT=1) a vector is a NumPy array.
"""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils, config
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic, lower_builtin, models, register_model
from numpy.typing import NDArray

# Lanes come in multiples of this. Two registers of four: while one waits for a result, the other computes.
LANES = 8

# What an intrinsic returns when it is typed: signature and code generator, or None to refuse.
_Typed = tuple[Any, Callable[..., Any]] | None

# A float64, or a vector of LANES of them.
Value = Any

Array = NDArray[np.float64]


class _Vector(types.Type):
    def __init__(self) -> None:
        super().__init__(name=f"float64x{LANES}")


class _Mask(types.Type):
    def __init__(self) -> None:
        super().__init__(name=f"boolx{LANES}")


_VECTOR, _MASK = _Vector(), _Mask()
_I64 = ir.IntType(64)
_VECTOR_IR = ir.VectorType(ir.DoubleType(), LANES)
_DOUBLE_BYTES = 8


@register_model(_Vector)
class _VectorModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _VECTOR_IR)


@register_model(_Mask)
class _MaskModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, ir.VectorType(ir.IntType(1), LANES))


def _widen(context: Any, builder: Any, value: Any, kind: Any) -> Any:
    """Return a vector as it is, a number repeated in every lane."""
    if isinstance(kind, _Vector):
        return value
    number = context.cast(builder, value, kind, types.float64)
    first = builder.insert_element(ir.Constant(_VECTOR_IR, ir.Undefined), number, ir.IntType(32)(0))
    everywhere = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
    return builder.shuffle_vector(first, ir.Constant(_VECTOR_IR, ir.Undefined), everywhere)


def _define(function: Any, result: Any, emit: Callable[..., Any], arguments: int) -> None:
    """Teach numba `function` of vectors, or of a vector and a number: `emit(builder, *vectors)` writes it."""

    class Template(AbstractTemplate):
        def generic(self, given: Any, keywords: Any) -> Any:
            vectors = sum(isinstance(kind, _Vector) for kind in given)
            numbers = sum(isinstance(kind, types.Float | types.Integer) for kind in given)
            fits = len(given) == arguments == vectors + numbers and vectors
            return signature(result, *given) if fits else None

    infer_global(function)(Template)

    def lower(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return emit(builder, *(_widen(context, builder, *pair) for pair in zip(given, signature.args, strict=True)))

    kinds = [(_Vector,)] if arguments == 1 else [(_Vector, _Vector), (_Vector, types.Number), (types.Number, _Vector)]
    for accepted in kinds:
        lower_builtin(function, *accepted)(lower)


def _llvm(name: str) -> Callable[..., Any]:
    """Return an emitter of the LLVM function `name`, which takes and returns a vector."""

    def emit(builder: Any, x: Any) -> Any:
        kind = ir.FunctionType(_VECTOR_IR, [_VECTOR_IR])
        function = cgutils.get_or_insert_function(builder.module, kind, f"llvm.{name}.v{LANES}f64")
        return builder.call(function, [x])

    return emit


_define(operator.add, _VECTOR, lambda builder, x, y: builder.fadd(x, y), 2)
_define(operator.sub, _VECTOR, lambda builder, x, y: builder.fsub(x, y), 2)
_define(operator.mul, _VECTOR, lambda builder, x, y: builder.fmul(x, y), 2)
_define(operator.truediv, _VECTOR, lambda builder, x, y: builder.fdiv(x, y), 2)
_define(operator.gt, _MASK, lambda builder, x, y: builder.fcmp_ordered(">", x, y), 2)
_define(operator.lt, _MASK, lambda builder, x, y: builder.fcmp_ordered("<", x, y), 2)
_define(operator.neg, _VECTOR, lambda builder, x: builder.fneg(x), 1)
_define(abs, _VECTOR, _llvm("fabs"), 1)
_define(np.rint, _VECTOR, _llvm("rint"), 1)
_define(np.floor, _VECTOR, _llvm("floor"), 1)


def _select(condition: Any, yes: Value, no: Value) -> Value:
    """Return `yes` where `condition` holds, else `no`: lane by lane if it is a comparison of vectors."""
    return np.where(condition, yes, no) if isinstance(condition, np.ndarray) else yes if condition else no


def _select_intrinsic(context: Any, condition: Any, yes: Any, no: Any) -> _Typed:
    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        pairs = zip(given[1:], signature.args[1:], strict=True)
        if isinstance(condition, _Mask):
            return builder.select(given[0], *(_widen(context, builder, *pair) for pair in pairs))
        return builder.select(given[0], *(context.cast(builder, *pair, types.float64) for pair in pairs))

    return (_VECTOR if isinstance(condition, _Mask) else types.float64)(condition, yes, no), emit


def _power_of_two(shifted: Value) -> Value:
    """Return 2^n, for n + 1.5 * 2^52 and |n| <= 1022."""
    bits = np.asarray(shifted).view(np.int64)  # n stands in the low bits
    return ((bits + 1023) << 52).view(np.float64)[()]


def _power_of_two_intrinsic(context: Any, shifted: Any) -> _Typed:
    kind = ir.VectorType(_I64, LANES) if isinstance(shifted, _Vector) else _I64

    def constant(number: int) -> Any:
        return ir.Constant(kind, [number] * LANES if isinstance(shifted, _Vector) else number)

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        biased = builder.add(builder.bitcast(given[0], kind), constant(1023))
        return builder.bitcast(builder.shl(biased, constant(52)), given[0].type)

    return shifted(shifted), emit


def _round32(x: Value) -> Value:
    """Return the float32 nearest to `x`, as a float64."""
    return np.asarray(x).astype(np.float32).astype(np.float64)[()]


def _round32_intrinsic(context: Any, x: Any) -> _Typed:
    single = ir.VectorType(ir.FloatType(), LANES) if isinstance(x, _Vector) else ir.FloatType()

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return builder.fpext(builder.fptrunc(given[0], single), given[0].type)

    return x(x), emit


def _address(context: Any, builder: Any, kind: Any, array: Any, lane: Any) -> tuple[Any, Any]:
    """Return the address of `array[0, lane]` and the bytes from a row to the next."""
    table = context.make_array(kind)(context, builder, array)
    offset = builder.mul(lane, _I64(_DOUBLE_BYTES))
    stride = cgutils.unpack_tuple(builder, table.strides)[0]
    return builder.add(builder.ptrtoint(table.data, _I64), offset), stride


def _contiguous(*arrays: Any) -> bool:
    """Whether all are arrays of float64 whose lanes lie side by side; others are refused when a kernel is typed."""
    return all(isinstance(a, types.Array) and a.layout == "C" and a.dtype == types.float64 for a in arrays)


def _pointer(builder: Any, address: Any, stride: Any, row: Any) -> Any:
    return builder.inttoptr(builder.add(address, builder.mul(row, stride)), _VECTOR_IR.as_pointer())


def _load(values: Array, row: int, lane: int) -> Value:
    """Return `values[row, lane : lane + LANES]`; nothing checks that these lie within the array."""
    return values[row, lane : lane + LANES].copy()


def _load_intrinsic(context: Any, values: Any, row: Any, lane: Any) -> _Typed:
    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        row, lane = (context.cast(builder, given[i], signature.args[i], types.int64) for i in (1, 2))
        address, stride = _address(context, builder, signature.args[0], given[0], lane)
        return builder.load(_pointer(builder, address, stride, row), align=_DOUBLE_BYTES)

    return (_VECTOR(values, row, lane), emit) if _contiguous(values) else None


def _store(values: Array, row: int, lane: int, x: Value) -> None:
    """Set `values[row, lane : lane + LANES]` to `x`, a vector or a number; nothing checks the place."""
    values[row, lane : lane + LANES] = x


def _store_intrinsic(context: Any, values: Any, row: Any, lane: Any, x: Any) -> _Typed:
    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        row, lane = (context.cast(builder, given[i], signature.args[i], types.int64) for i in (1, 2))
        address, stride = _address(context, builder, signature.args[0], given[0], lane)
        vector = _widen(context, builder, given[3], signature.args[3])
        builder.store(vector, _pointer(builder, address, stride, row), align=_DOUBLE_BYTES)
        return context.get_dummy_value()

    return (types.void(values, row, lane, x), emit) if _contiguous(values) else None


def _input_sum(
    values: Array, source: NDArray[np.int64], start: int, stop: int, weight: Array, first: int, lane: int
) -> Value:
    """Return the weighted sum of the rows `source[start:stop]` of `values`, in that order; `start < stop`.

    `weight` (lanes,) is shared by all connections: the sum is scaled once. `weight` (connections, lanes) has a row for
    each connection, counted from `first`, the network's first connection.
    """
    if weight.ndim == 1:
        total = _load(values, source[start], lane)
        for edge in range(start + 1, stop):
            total = total + _load(values, source[edge], lane)
        return total * weight[lane : lane + LANES]
    total = np.zeros(LANES)
    for edge in range(start, stop):
        total = total + _load(weight, edge - first, lane) * _load(values, source[edge], lane)
    return total


def _input_sum_intrinsic(
    context: Any, values: Any, source: Any, start: Any, stop: Any, weight: Any, first: Any, lane: Any
) -> _Typed:
    # As the twin above, but without numba's care for negative indices, which would double the work of an edge.
    shared = weight.ndim == 1

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        kinds = signature.args
        begin, end, first, lane = (context.cast(builder, given[i], kinds[i], types.int64) for i in (2, 3, 5, 6))
        rows = context.make_array(kinds[1])(context, builder, given[1]).data
        address, stride = _address(context, builder, kinds[0], given[0], lane)
        factor_address, factor_stride = _address(context, builder, kinds[4], given[4], lane)

        def row(edge: Any) -> Any:
            pointer = _pointer(builder, address, stride, builder.load(builder.gep(rows, [edge])))
            return builder.load(pointer, align=_DOUBLE_BYTES)

        def factor(row: Any) -> Any:
            return builder.load(_pointer(builder, factor_address, factor_stride, row), align=_DOUBLE_BYTES)

        none = ir.Constant(_VECTOR_IR, [0.0] * LANES)
        total = cgutils.alloca_once_value(builder, row(begin) if shared else none)
        after = builder.add(begin, _I64(1)) if shared else begin
        with cgutils.for_range_slice(builder, after, end, _I64(1)) as (edge, _):
            term = row(edge) if shared else builder.fmul(factor(builder.sub(edge, first)), row(edge))
            builder.store(builder.fadd(builder.load(total), term), total)
        return builder.fmul(builder.load(total), factor(_I64(0))) if shared else builder.load(total)

    return (_VECTOR(values, source, start, stop, weight, first, lane), emit) if _contiguous(values, weight) else None


def _sum_rows(values: Array, source: NDArray[np.int64], start: int, stop: int, lane: int, total: Value) -> Value:
    """Return `total`, a vector, plus the rows `source[start:stop]` of `values`, added in that order."""
    for edge in range(start, stop):
        total = total + _load(values, source[edge], lane)
    return total


def _sum_rows_twice(
    values: Array, source: NDArray[np.int64], start: int, stop: int, lane: int, a: Value, b: Value
) -> tuple[Value, Value]:
    """Return `_sum_rows` at `lane`, begun with `a`, and at `lane + LANES`, begun with `b`: two sums, one walk."""
    return _sum_rows(values, source, start, stop, lane, a), _sum_rows(values, source, start, stop, lane + LANES, b)


def _sum_rows_twice_intrinsic(
    context: Any, values: Any, source: Any, start: Any, stop: Any, lane: Any, a: Any, b: Any
) -> _Typed:
    pair = types.UniTuple(_VECTOR, 2)

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        kinds = signature.args
        begin, end, lane = (context.cast(builder, given[i], kinds[i], types.int64) for i in (2, 3, 4))
        rows = context.make_array(kinds[1])(context, builder, given[1]).data
        address, stride = _address(context, builder, kinds[0], given[0], lane)
        totals = [cgutils.alloca_once_value(builder, _widen(context, builder, given[i], kinds[i])) for i in (5, 6)]
        with cgutils.for_range_slice(builder, begin, end, _I64(1)) as (edge, _):
            offset = builder.mul(builder.load(builder.gep(rows, [edge])), stride)
            for place, total in enumerate(totals):
                at = builder.add(builder.add(address, offset), _I64(place * LANES * _DOUBLE_BYTES))
                row = builder.load(builder.inttoptr(at, _VECTOR_IR.as_pointer()), align=_DOUBLE_BYTES)
                builder.store(builder.fadd(builder.load(total), row), total)
        return context.make_tuple(builder, pair, [builder.load(total) for total in totals])

    return (pair(values, source, start, stop, lane, a, b), emit) if _contiguous(values) else None


def _compiled(twin: Callable[..., Any], emitter: Callable[..., Any]) -> Callable[..., Any]:
    """Return the intrinsic, documented by its plain twin, or without the compiler the twin."""
    if vars(config)["DISABLE_JIT"]:
        return twin
    function: Callable[..., Any] = intrinsic(emitter)
    function.__doc__ = twin.__doc__
    return function


select = _compiled(_select, _select_intrinsic)
power_of_two = _compiled(_power_of_two, _power_of_two_intrinsic)
round32 = _compiled(_round32, _round32_intrinsic)
load = _compiled(_load, _load_intrinsic)
store = _compiled(_store, _store_intrinsic)
input_sum = _compiled(_input_sum, _input_sum_intrinsic)
sum_rows_twice = _compiled(_sum_rows_twice, _sum_rows_twice_intrinsic)
