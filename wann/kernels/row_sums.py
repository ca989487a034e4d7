"""Sums over rows of an array, a vector at a time: what a node gets from its connections.

Each function has a plain twin in Python and an emitter, as in `vectors`. All this is compiled into
kernels.
"""

# numba's code generator is not typed.
# mypy: allow-untyped-calls

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numpy.typing import NDArray

from wann.kernels.vector_types import I64, Vector, widen
from wann.kernels.vectors import (
    Array,
    Rows,
    Typed,
    Value,
    compiled,
    lanes_from,
    load_plainly,
    plain_lanes_of,
    vector_of,
)


def plain_input_sum(
    values: Array,
    source: NDArray[np.int64],
    start: int,
    stop: int,
    weight: Array,
    first: int,
    lane: int,
) -> Value:
    """Return the weighted sum of the rows `source[start:stop]` of `values`, added in that order.

    Args:
        values: (rows, lanes).
        source: (connections of all networks,) the row that each connection comes from.
        start: the first connection of the sum, which has at least one.
        stop: the connection behind the last one.
        weight: (lanes,) of all connections: then the sum is scaled once. Or (connections, lanes)
            with a row for each connection of the network.
        first: the network's first connection, which `weight[0]` belongs to.
        lane: the first lane of the vector that is returned.
    """
    if weight.ndim == 1:
        total = load_plainly(values, source[start], lane)
        for edge in range(start + 1, stop):
            total = total + load_plainly(values, source[edge], lane)
        return total * weight[lanes_from(weight, lane)]
    total = np.zeros(plain_lanes_of(values), values.dtype)
    for edge in range(start, stop):
        total = total + load_plainly(weight, edge - first, lane) * load_plainly(
            values, source[edge], lane
        )
    return total


def write_input_sum(
    context: Any,
    values: Any,
    source: Any,
    start: Any,
    stop: Any,
    weight: Any,
    first: Any,
    lane: Any,
) -> Typed:
    """Return the signature and the emitter of `input_sum`; None where the types do not fit.

    Args:
        context: numba's, for typing.
        values: the types of the arguments of `input_sum`, this and those that follow.
        source: as above.
        start: as above.
        stop: as above.
        weight: as above.
        first: as above.
        lane: as above.
    """
    # Compiled from the twin above, each connection would cost twice as much, since numba takes care
    # of negative indices.
    shared, vector = weight.ndim == 1, vector_of(values, weight)
    if vector is None:
        return None

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        kinds = signature.args
        begin, end, first, lane = (
            context.cast(builder, given[i], kinds[i], types.int64) for i in (2, 3, 5, 6)
        )
        rows = context.make_array(kinds[1])(context, builder, given[1]).data
        table = Rows(context, builder, kinds[0], given[0], lane)
        factor = Rows(context, builder, kinds[4], given[4], lane)

        def row(edge: Any) -> Any:
            return table.load(builder.load(builder.gep(rows, [edge])))

        none = ir.Constant(vector.ir, [0.0] * vector.lanes)
        total = cgutils.alloca_once_value(builder, row(begin) if shared else none)
        after = builder.add(begin, I64(1)) if shared else begin
        with cgutils.for_range_slice(builder, after, end, I64(1)) as (edge, _):
            term = (
                row(edge)
                if shared
                else builder.fmul(factor.load(builder.sub(edge, first)), row(edge))
            )
            builder.store(builder.fadd(builder.load(total), term), total)
        return (
            builder.fmul(builder.load(total), factor.load(I64(0)))
            if shared
            else builder.load(total)
        )

    return vector(values, source, start, stop, weight, first, lane), emit


def _sum_rows(
    values: Array, source: NDArray[np.int64], start: int, stop: int, lane: int, total: Value
) -> Value:
    """Return the vector `total` plus the rows `source[start:stop]` of `values`, in that order."""
    for edge in range(start, stop):
        total = total + load_plainly(values, source[edge], lane)
    return total


def _sum_rows_twice(
    values: Array, source: NDArray[np.int64], start: int, stop: int, lane: int, a: Value, b: Value
) -> tuple[Value, Value]:
    """Return two sums of the rows `source[start:stop]` of `values`, added in one walk.

    Args:
        values: (rows, lanes).
        source: (connections,) the row that each connection comes from.
        start: the first connection of the sums.
        stop: the connection behind the last one.
        lane: the first lane of the first sum; the second one is of the vector behind it.
        a: what the first sum begins with, a vector or a number.
        b: what the second sum begins with.
    """
    behind = lanes_from(values, lane).stop
    return _sum_rows(values, source, start, stop, lane, a), _sum_rows(
        values, source, start, stop, behind, b
    )


def _sum_rows_twice_intrinsic(
    context: Any, values: Any, source: Any, start: Any, stop: Any, lane: Any, a: Any, b: Any
) -> Typed:
    vector = vector_of(values)
    if vector is None or {kind for kind in (a, b) if isinstance(kind, Vector)} - {vector}:
        return None
    pair = types.UniTuple(vector, 2)

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        kinds = signature.args
        begin, end, lane = (
            context.cast(builder, given[i], kinds[i], types.int64) for i in (2, 3, 4)
        )
        rows = context.make_array(kinds[1])(context, builder, given[1]).data
        lanes = (lane, builder.add(lane, I64(vector.lanes)))
        tables = [Rows(context, builder, kinds[0], given[0], first) for first in lanes]
        begun = [widen(context, builder, given[i], kinds[i], vector) for i in (5, 6)]
        totals = [cgutils.alloca_once_value(builder, total) for total in begun]
        with cgutils.for_range_slice(builder, begin, end, I64(1)) as (edge, _):
            row = builder.load(builder.gep(rows, [edge]))
            for table, total in zip(tables, totals, strict=True):
                builder.store(builder.fadd(builder.load(total), table.load(row)), total)
        return context.make_tuple(builder, pair, [builder.load(total) for total in totals])

    return pair(values, source, start, stop, lane, a, b), emit


input_sum = compiled(plain_input_sum, write_input_sum)
sum_rows_twice = compiled(_sum_rows_twice, _sum_rows_twice_intrinsic)
