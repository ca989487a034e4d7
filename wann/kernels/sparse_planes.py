"""Sums of weighted planes: the kept connections of a layer, for many examples or pixels at once.

A plane is a run of numbers side by side: the pixels of a channel, or what one unit is for many
examples. Each connection is a fused multiply-add of a few vectors that stay in registers. All this
is compiled into kernels.
"""

# numba's code generator is not typed.
# mypy: allow-untyped-calls

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils

from wann.kernels.sparse_sums import data_of, fused
from wann.kernels.vector_types import I64, Vector, widen
from wann.kernels.vectors import LANES, LANES32, Array, Typed, compiled, vector_of

# Vectors of a sum that are held in registers at once.
MOST_VECTORS = 6


def _lanes(values: Array) -> int:
    return LANES32 if values.dtype == np.float32 else LANES


def _plain_planes(count: int) -> Callable[..., None]:
    def plain(
        values: Array,
        source: Any,
        weight: Array,
        start: int,
        stop: int,
        shift: int,
        bias: float,
        target: int,
        goes_on: bool,
        rectified: bool,
    ) -> None:
        """Fill `count` vectors from `values[target]` on with a sum of weighted planes.

        Args:
            values: (numbers,) all that is computed.
            source: (connections,) where the plane of each connection begins in `values`.
            weight: (connections,) of each.
            start: the first connection.
            stop: the connection behind the last one.
            shift: how far into the planes the sum begins.
            bias: what is added to the sum.
            target: where the sum is written.
            goes_on: whether what stands there is added, instead of the bias.
            rectified: whether numbers below zero become zero.
        """
        width = count * _lanes(values)
        total = values[target : target + width].copy() if goes_on else np.full_like(values, bias)
        total = total[:width]
        for edge in range(start, stop):
            first = int(source[edge]) + shift
            total += weight[edge] * values[first : first + width]
        values[target : target + width] = (
            np.where(total < 0, 0.0 * total, total) if rectified else total
        )

    return plain


def _planes_intrinsic(count: int) -> Callable[..., Typed]:
    def intrinsic(
        context: Any,
        values: Any,
        source: Any,
        weight: Any,
        start: Any,
        stop: Any,
        shift: Any,
        bias: Any,
        target: Any,
        goes_on: Any,
        rectified: Any,
    ) -> Typed:
        vector = vector_of(values, weight)
        given = (values, source, weight, start, stop, shift, bias, target, goes_on, rectified)
        return None if vector is None else (types.void(*given), _planes_emitter(vector, count))

    return intrinsic


def _planes_emitter(vector: Vector, count: int) -> Callable[..., Any]:
    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        kinds = signature.args
        values, source, weight = data_of(context, builder, kinds, given)
        start, stop, shift, target = (
            context.cast(builder, given[i], kinds[i], types.int64) for i in (3, 4, 5, 7)
        )
        bias, multiply = (
            widen(context, builder, given[6], kinds[6], vector),
            fused(builder, vector.ir),
        )
        there = builder.bitcast(builder.gep(values, [target]), vector.ir.as_pointer())
        totals = [cgutils.alloca_once_value(builder, bias) for _ in range(count)]
        with builder.if_then(given[8]):
            for i, total in enumerate(totals):
                builder.store(_read(builder, there, i, vector.bytes), total)
        from_there = builder.gep(values, [shift])
        with cgutils.for_range_slice(builder, start, stop, I64(1)) as (edge, _):
            place = builder.zext(builder.load(builder.gep(source, [edge])), I64)
            plane = builder.bitcast(builder.gep(from_there, [place]), vector.ir.as_pointer())
            number = builder.load(builder.gep(weight, [edge]))
            factor = widen(context, builder, number, vector.element, vector)
            for i, total in enumerate(totals):
                term = _read(builder, plane, i, vector.bytes)
                builder.store(builder.call(multiply, [term, factor, builder.load(total)]), total)
        zero = ir.Constant(vector.ir, [0.0] * vector.lanes)
        with builder.if_then(given[9]):
            for total in totals:
                now = builder.load(total)
                below = builder.fcmp_ordered("<", now, zero)
                builder.store(builder.select(below, zero, now), total)
        for i, total in enumerate(totals):
            builder.store(builder.load(total), builder.gep(there, [I64(i)]), align=vector.bytes)
        return context.get_dummy_value()

    return emit


def _read(builder: Any, pointer: Any, number: int, align: int) -> Any:
    return builder.load(builder.gep(pointer, [I64(number)]), align=align)


add_planes_1, add_planes_2, add_planes_3, add_planes_4, add_planes_5, add_planes_6 = (
    compiled(_plain_planes(count), _planes_intrinsic(count)) for count in range(1, MOST_VECTORS + 1)
)
