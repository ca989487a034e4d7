"""Vectors of 512 bits as types of numba: held in registers, with the operators of a float.

Written as loops over arrays, every connection and every activation is a pass over memory with a
check for overlapping arrays and a remainder, which together take longer than the arithmetic. With
these types a kernel runs once over the lanes, a vector at a time: load, compute, store. There are
LANES of float64 or LANES32 of float32 in a vector; an array says by its dtype which. A function of
`Value`s works on floats and on vectors alike, with the same bits. All this is compiled into
kernels; without the compiler (NUMBA_DISABLE_JIT=1) a vector is a NumPy array.
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

# Lanes come in multiples of these. Two or four registers: while one waits for a result, the other
# computes.
LANES, LANES32 = 8, 16

# What an intrinsic returns when it is typed: signature and code generator, or None to refuse.
_Typed = tuple[Any, Callable[..., Any]] | None

# A number, or a vector of them.
Value = Any

# Of float64, or of float32.
Array = NDArray[Any]

_I32, _I64 = ir.IntType(32), ir.IntType(64)


class _Vector(types.Type):
    """LANES of float64 or LANES32 of float32."""

    def __init__(self, element: Any, form: Any, lanes: int) -> None:
        super().__init__(name=f"{element}x{lanes}")
        self.element, self.lanes, self.bytes = element, lanes, element.bitwidth // 8
        self.ir = ir.VectorType(form, lanes)


class _Mask(types.Type):
    """What a comparison of two vectors gives."""

    def __init__(self, vector: _Vector) -> None:
        super().__init__(name=f"mask of {vector.name}")
        self.vector, self.ir = vector, ir.VectorType(ir.IntType(1), vector.lanes)


_DOUBLE = _Vector(types.float64, ir.DoubleType(), LANES)
_SINGLE = _Vector(types.float32, ir.FloatType(), LANES32)
_MASK = {vector: _Mask(vector) for vector in (_DOUBLE, _SINGLE)}
_VECTOR_OF = {vector.element: vector for vector in _MASK}


@register_model(_Vector)
@register_model(_Mask)
class _Model(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, kind.ir)


def _widen(context: Any, builder: Any, value: Any, kind: Any, vector: _Vector) -> Any:
    """Return a vector as it is, a number repeated in every lane."""
    if isinstance(kind, _Vector):
        return value
    number = context.cast(builder, value, kind, vector.element)
    first = builder.insert_element(ir.Constant(vector.ir, ir.Undefined), number, _I32(0))
    everywhere = ir.Constant(ir.VectorType(_I32, vector.lanes), [0] * vector.lanes)
    return builder.shuffle_vector(first, ir.Constant(vector.ir, ir.Undefined), everywhere)


def _common_vector(given: Any) -> _Vector | None:
    """Return the one type of vector among types that are vectors or numbers, else None."""
    vectors = {kind for kind in given if isinstance(kind, _Vector)}
    fits = all(isinstance(kind, _Vector | types.Float | types.Integer) for kind in given)
    return vectors.pop() if fits and len(vectors) == 1 else None


def _define(
    function: Any, emit: Callable[..., Any], arguments: int, compares: bool = False
) -> None:
    """Teach numba `function` of vectors, or of a vector and a number: `emit(builder, *vectors)` writes it."""

    class Template(AbstractTemplate):
        def generic(self, given: Any, keywords: Any) -> Any:
            vector = _common_vector(given) if len(given) == arguments else None
            return vector and signature(_MASK[vector] if compares else vector, *given)

    infer_global(function)(Template)

    def lower(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        vector, pairs = _common_vector(signature.args), zip(given, signature.args, strict=True)
        assert vector
        return emit(builder, *(_widen(context, builder, *pair, vector) for pair in pairs))

    kinds = (
        [(_Vector,)]
        if arguments == 1
        else [(_Vector, _Vector), (_Vector, types.Number), (types.Number, _Vector)]
    )
    for accepted in kinds:
        lower_builtin(function, *accepted)(lower)


def _llvm(name: str) -> Callable[..., Any]:
    """Return an emitter of the LLVM function `name`, which takes and returns a vector."""

    def emit(builder: Any, x: Any) -> Any:
        kind = ir.FunctionType(x.type, [x.type])
        suffix = f"v{x.type.count}{x.type.element.intrinsic_name}"
        return builder.call(
            cgutils.get_or_insert_function(builder.module, kind, f"llvm.{name}.{suffix}"), [x]
        )

    return emit


_define(operator.add, lambda builder, x, y: builder.fadd(x, y), 2)
_define(operator.sub, lambda builder, x, y: builder.fsub(x, y), 2)
_define(operator.mul, lambda builder, x, y: builder.fmul(x, y), 2)
_define(operator.truediv, lambda builder, x, y: builder.fdiv(x, y), 2)
_define(operator.gt, lambda builder, x, y: builder.fcmp_ordered(">", x, y), 2, compares=True)
_define(operator.lt, lambda builder, x, y: builder.fcmp_ordered("<", x, y), 2, compares=True)
_define(operator.neg, lambda builder, x: builder.fneg(x), 1)
_define(abs, _llvm("fabs"), 1)
_define(np.rint, _llvm("rint"), 1)
_define(np.floor, _llvm("floor"), 1)


def _select(condition: Any, yes: Value, no: Value) -> Value:
    """Return `yes` where `condition` holds, else `no`: lane by lane if it is a comparison of vectors."""
    return (
        np.where(condition, yes, no)
        if isinstance(condition, np.ndarray)
        else yes
        if condition
        else no
    )


def _select_intrinsic(context: Any, condition: Any, yes: Any, no: Any) -> _Typed:
    vector = condition.vector if isinstance(condition, _Mask) else None

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        pairs = zip(given[1:], signature.args[1:], strict=True)
        if vector:
            return builder.select(
                given[0], *(_widen(context, builder, *pair, vector) for pair in pairs)
            )
        return builder.select(
            given[0], *(context.cast(builder, *pair, types.float64) for pair in pairs)
        )

    if {kind for kind in (yes, no) if isinstance(kind, _Vector)} - {vector}:
        return None
    return (vector or types.float64)(condition, yes, no), emit


def _power_of_two(shifted: Value) -> Value:
    """Return 2^n, for n + 1.5 * 2^52 and |n| <= 1022.

    Of float32, for n + 1.5 * 2^23 and |n| <= 126.
    """
    shifted = np.asarray(shifted)
    if shifted.dtype == np.float32:
        return ((shifted.view(np.int32) + 127) << 23).view(np.float32)
    return ((shifted.view(np.int64) + 1023) << 52).view(np.float64)[()]  # n stands in the low bits


def _power_of_two_intrinsic(context: Any, shifted: Any) -> _Typed:
    single = shifted is _SINGLE
    integer, bias, mantissa = (_I32, 127, 23) if single else (_I64, 1023, 52)
    kind = ir.VectorType(integer, shifted.lanes) if isinstance(shifted, _Vector) else integer

    def constant(number: int) -> Any:
        return ir.Constant(
            kind, [number] * shifted.lanes if isinstance(shifted, _Vector) else number
        )

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        biased = builder.add(builder.bitcast(given[0], kind), constant(bias))
        return builder.bitcast(builder.shl(biased, constant(mantissa)), given[0].type)

    return shifted(shifted), emit


def _exponent32(x: Value) -> Value:
    """Return the whole n with 2^n <= x < 2^(n + 1), of a vector of normal float32 above zero."""
    return ((x.view(np.int32) >> 23) - 127).astype(np.float32)


def _exponent32_intrinsic(context: Any, x: Any) -> _Typed:
    kind = ir.VectorType(_I32, LANES32)

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        biased = builder.ashr(builder.bitcast(given[0], kind), ir.Constant(kind, [23] * LANES32))
        return builder.sitofp(builder.sub(biased, ir.Constant(kind, [127] * LANES32)), x.ir)

    return (x(x), emit) if x is _SINGLE else None


def _round32(x: Value) -> Value:
    """Return the float32 nearest to `x`, as a float64."""
    return np.asarray(x).astype(np.float32).astype(np.float64)[()]


def _round32_intrinsic(context: Any, x: Any) -> _Typed:
    single = ir.VectorType(ir.FloatType(), LANES) if isinstance(x, _Vector) else ir.FloatType()

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return builder.fpext(builder.fptrunc(given[0], single), given[0].type)

    return (x(x), emit) if x is not _SINGLE else None


def _vector_of(*arrays: Any) -> _Vector | None:
    """Return the vector in arrays of one dtype whose lanes lie side by side.

    None: they are refused.
    """
    kinds = {
        _VECTOR_OF.get(a.dtype) if isinstance(a, types.Array) and a.layout == "C" else None
        for a in arrays
    }
    return kinds.pop() if len(kinds) == 1 else None


class _Rows:
    """The vectors that begin at one lane of an array: where they are, and how they are read and written."""

    def __init__(self, context: Any, builder: Any, kind: Any, array: Any, lane: Any) -> None:
        table = context.make_array(kind)(context, builder, array)
        vector = _VECTOR_OF[kind.dtype]
        self.builder, self.bytes, self.pointer = builder, vector.bytes, vector.ir.as_pointer()
        self.address = builder.add(
            builder.ptrtoint(table.data, _I64), builder.mul(lane, _I64(vector.bytes))
        )
        self.stride = cgutils.unpack_tuple(builder, table.strides)[0]

    def _at(self, row: Any) -> Any:
        address = self.builder.add(self.address, self.builder.mul(row, self.stride))
        return self.builder.inttoptr(address, self.pointer)

    def load(self, row: Any) -> Any:
        return self.builder.load(self._at(row), align=self.bytes)

    def store(self, row: Any, vector: Any) -> None:
        self.builder.store(vector, self._at(row), align=self.bytes)


def _lanes_from(values: Array, lane: int) -> slice:
    return slice(lane, lane + (LANES32 if values.dtype == np.float32 else LANES))


def _load(values: Array, row: int, lane: int) -> Value:
    """Return the vector of `values[row]` that begins at `lane`.

    Nothing checks that it lies within the array.
    """
    return values[row, _lanes_from(values, lane)].copy()


def _load_intrinsic(context: Any, values: Any, row: Any, lane: Any) -> _Typed:
    vector = _vector_of(values)

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        row, lane = (
            context.cast(builder, given[i], signature.args[i], types.int64) for i in (1, 2)
        )
        return _Rows(context, builder, values, given[0], lane).load(row)

    return (vector(values, row, lane), emit) if vector else None


def _store(values: Array, row: int, lane: int, x: Value) -> None:
    """Set the vector of `values[row]` that begins at `lane` to `x`, a vector or a number.

    Nothing checks the place.
    """
    values[row, _lanes_from(values, lane)] = x


def _store_intrinsic(context: Any, values: Any, row: Any, lane: Any, x: Any) -> _Typed:
    vector = _vector_of(values)
    if vector is None or (isinstance(x, _Vector) and x is not vector):
        return None

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        row, lane = (
            context.cast(builder, given[i], signature.args[i], types.int64) for i in (1, 2)
        )
        wide = _widen(context, builder, given[3], signature.args[3], vector)
        _Rows(context, builder, values, given[0], lane).store(row, wide)
        return context.get_dummy_value()

    return types.void(values, row, lane, x), emit


def _input_sum(
    values: Array,
    source: NDArray[np.int64],
    start: int,
    stop: int,
    weight: Array,
    first: int,
    lane: int,
) -> Value:
    """Return the weighted sum of the rows `source[start:stop]` of `values`, in that order.

    `start < stop`.

    `weight` (lanes,) is shared by all connections: the sum is scaled once. `weight` (connections,
    lanes) has a row for each connection, counted from `first`, the network's first connection.
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
    context: Any,
    values: Any,
    source: Any,
    start: Any,
    stop: Any,
    weight: Any,
    first: Any,
    lane: Any,
) -> _Typed:
    # As the twin above, but without numba's care for negative indices, which would double the work
    # of an edge.
    shared = weight.ndim == 1

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        kinds = signature.args
        begin, end, first, lane = (
            context.cast(builder, given[i], kinds[i], types.int64) for i in (2, 3, 5, 6)
        )
        rows = context.make_array(kinds[1])(context, builder, given[1]).data
        table = _Rows(context, builder, kinds[0], given[0], lane)
        factor = _Rows(context, builder, kinds[4], given[4], lane)

        def row(edge: Any) -> Any:
            return table.load(builder.load(builder.gep(rows, [edge])))

        none = ir.Constant(_DOUBLE.ir, [0.0] * LANES)
        total = cgutils.alloca_once_value(builder, row(begin) if shared else none)
        after = builder.add(begin, _I64(1)) if shared else begin
        with cgutils.for_range_slice(builder, after, end, _I64(1)) as (edge, _):
            term = (
                row(edge)
                if shared
                else builder.fmul(factor.load(builder.sub(edge, first)), row(edge))
            )
            builder.store(builder.fadd(builder.load(total), term), total)
        return (
            builder.fmul(builder.load(total), factor.load(_I64(0)))
            if shared
            else builder.load(total)
        )

    fits = _vector_of(values, weight) is _DOUBLE
    return (_DOUBLE(values, source, start, stop, weight, first, lane), emit) if fits else None


def _sum_rows(
    values: Array, source: NDArray[np.int64], start: int, stop: int, lane: int, total: Value
) -> Value:
    """Return `total`, a vector, plus the rows `source[start:stop]` of `values`, added in that order."""
    for edge in range(start, stop):
        total = total + _load(values, source[edge], lane)
    return total


def _sum_rows_twice(
    values: Array, source: NDArray[np.int64], start: int, stop: int, lane: int, a: Value, b: Value
) -> tuple[Value, Value]:
    """Return `_sum_rows` at `lane`, begun with `a`, and at the vector behind it, begun with `b`: one walk."""
    behind = _lanes_from(values, lane).stop
    return _sum_rows(values, source, start, stop, lane, a), _sum_rows(
        values, source, start, stop, behind, b
    )


def _sum_rows_twice_intrinsic(
    context: Any, values: Any, source: Any, start: Any, stop: Any, lane: Any, a: Any, b: Any
) -> _Typed:
    vector = _vector_of(values)
    if vector is None or {kind for kind in (a, b) if isinstance(kind, _Vector)} - {vector}:
        return None
    pair = types.UniTuple(vector, 2)

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        kinds = signature.args
        begin, end, lane = (
            context.cast(builder, given[i], kinds[i], types.int64) for i in (2, 3, 4)
        )
        rows = context.make_array(kinds[1])(context, builder, given[1]).data
        lanes = (lane, builder.add(lane, _I64(vector.lanes)))
        tables = [_Rows(context, builder, kinds[0], given[0], first) for first in lanes]
        begun = [_widen(context, builder, given[i], kinds[i], vector) for i in (5, 6)]
        totals = [cgutils.alloca_once_value(builder, total) for total in begun]
        with cgutils.for_range_slice(builder, begin, end, _I64(1)) as (edge, _):
            row = builder.load(builder.gep(rows, [edge]))
            for table, total in zip(tables, totals, strict=True):
                builder.store(builder.fadd(builder.load(total), table.load(row)), total)
        return context.make_tuple(builder, pair, [builder.load(total) for total in totals])

    return pair(values, source, start, stop, lane, a, b), emit


def _compiled(twin: Callable[..., Any], emitter: Callable[..., Any]) -> Callable[..., Any]:
    """Return the intrinsic, documented by its plain twin, or without the compiler the twin."""
    if vars(config)["DISABLE_JIT"]:
        return twin
    function: Callable[..., Any] = intrinsic(emitter)
    function.__doc__ = twin.__doc__
    return function


select = _compiled(_select, _select_intrinsic)
power_of_two = _compiled(_power_of_two, _power_of_two_intrinsic)
exponent32 = _compiled(_exponent32, _exponent32_intrinsic)
round32 = _compiled(_round32, _round32_intrinsic)
load = _compiled(_load, _load_intrinsic)
store = _compiled(_store, _store_intrinsic)
input_sum = _compiled(_input_sum, _input_sum_intrinsic)
sum_rows_twice = _compiled(_sum_rows_twice, _sum_rows_twice_intrinsic)
