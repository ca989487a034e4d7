"""Sums of single numbers along kept connections, and what else sparse models are computed with.

`add_numbers` computes a unit of one example, eight connections at a time; `sparse_planes` does so
for many at once. Both are fused multiply-adds, which are rounded once, on every machine; their
plain twins round twice. All this is compiled into kernels.
"""

# numba's code generator is not typed.
# mypy: allow-untyped-calls

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils

from wann.kernels.activate import call_activation
from wann.kernels.formulas import TREES, compute
from wann.kernels.own_functions import apply_own
from wann.kernels.vector_types import I32, I64, VECTOR_OF
from wann.kernels.vectors import Array, Typed, compiled, vector_of

# Connections that `add_numbers` takes at a time; the connections of a unit are filled up to it.
GROUP = 4
# Of the squares that `turn_square` turns.
SIDE = 8


def data_of(context: Any, builder: Any, kinds: Any, given: Any) -> list[Any]:
    """Return the pointers to the first elements of the first three arguments."""
    return [context.make_array(kinds[i])(context, builder, given[i]).data for i in range(3)]


def fused(builder: Any, kind: Any) -> Any:
    """Return LLVM's fused multiply-add of a vector type."""
    name = f"llvm.fma.v{kind.count}{kind.element.intrinsic_name}"
    return cgutils.get_or_insert_function(builder.module, ir.FunctionType(kind, [kind] * 3), name)


def _plain_numbers(values: Array, source: Any, weight: Array, start: int, stop: int) -> Any:
    """Return the sum of weighted numbers, those of each GROUP added side by side.

    Every other group is summed up apart, so that none waits for the multiply-add of the one before.

    Args:
        values: (numbers,) all that is computed.
        source: (connections,) which number each connection comes from, of uint32.
        weight: (connections,) of each.
        start: the first connection.
        stop: the connection behind the last one, a multiple of GROUP behind the first.
    """
    totals = np.zeros((2, GROUP), values.dtype)
    paired = (stop - start) // (2 * GROUP) * 2  # groups of which there are two at a time
    for number, edge in enumerate(range(start, stop, GROUP)):
        total = totals[number % 2 if number < paired else 0]
        total += weight[edge : edge + GROUP] * values[source[edge : edge + GROUP]]
    a, b, c, d = totals[0] + totals[1]
    return (a + c) + (b + d)


def _numbers_intrinsic(
    context: Any, values: Any, source: Any, weight: Any, start: Any, stop: Any
) -> Typed:
    vector = vector_of(values, weight)
    if vector is None or source.dtype != types.uint32:
        return None
    four = ir.VectorType(vector.ir.element, GROUP)

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        kinds = signature.args
        values, source, weight = data_of(context, builder, kinds, given)
        start, stop = (context.cast(builder, given[i], kinds[i], types.int64) for i in (3, 4))
        totals = [
            cgutils.alloca_once_value(builder, ir.Constant(four, [0.0] * GROUP)) for _ in range(2)
        ]

        def add(edge: Any, total: Any) -> None:
            terms = _four_numbers(builder, values, source, edge, four)
            at = builder.bitcast(builder.gep(weight, [edge]), four.as_pointer())
            factors = builder.load(at, align=vector.bytes)
            more = builder.call(fused(builder, four), [terms, factors, builder.load(total)])
            builder.store(more, total)

        left = builder.and_(builder.sub(stop, start), I64(GROUP))
        paired = builder.sub(stop, left)
        with cgutils.for_range_slice(builder, start, paired, I64(2 * GROUP)) as (edge, _):
            add(edge, totals[0])
            add(builder.add(edge, I64(GROUP)), totals[1])
        with builder.if_then(builder.icmp_unsigned("!=", left, I64(0))):
            add(paired, totals[0])
        total = builder.fadd(*(builder.load(total) for total in totals))
        a, b, c, d = (builder.extract_element(total, I32(i)) for i in range(GROUP))
        return builder.fadd(builder.fadd(a, c), builder.fadd(b, d))

    return vector.element(values, source, weight, start, stop), emit


def _four_numbers(builder: Any, values: Any, source: Any, edge: Any, four: Any) -> Any:
    """Emit a vector of those GROUP of `values` that `source` names from `edge` on."""
    pairs = builder.bitcast(builder.gep(source, [edge]), I64.as_pointer())
    found = ir.Constant(four, ir.Undefined)
    for lane in range(GROUP):  # Two places in a word: half as many reads.
        word = builder.load(builder.gep(pairs, [I64(lane // 2)]), align=4)
        place = builder.lshr(word, I64(32)) if lane % 2 else builder.and_(word, I64(0xFFFFFFFF))
        number = builder.load(builder.gep(values, [place]))
        found = builder.insert_element(found, number, I32(lane))
    return found


def _plain_activate(kind: int, values: Array, first: int, width: int) -> bool:
    """Apply an activation in place to `width` numbers from `values[first]` on.

    `width` is a multiple of the lanes of a vector. Returns whether there is an activation of that
    code; if not, nothing is done.
    """
    some = values[first : first + width]
    if kind not in TREES:
        return apply_own(kind, some)
    some[:] = compute(TREES[kind], some.copy())
    return True


def _activate_intrinsic(context: Any, kind: Any, values: Any, first: Any, width: Any) -> Typed:
    vector = vector_of(values)
    if vector is None:
        return None

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        code, at, count = (
            context.cast(builder, given[i], signature.args[i], types.int64) for i in (0, 2, 3)
        )
        table = context.make_array(values)(context, builder, given[1]).data
        address = builder.ptrtoint(builder.gep(table, [at]), I64)
        return call_activation(context, builder, code, address, count, vector)

    return types.boolean(kind, values, first, width), emit


def _plain_turn(x: Array, example: int, first: int, values: Array, target: int, apart: int) -> None:
    """Write a square of SIDE examples and SIDE inputs into planes, whose lanes are the examples.

    Args:
        x: (examples, inputs).
        example: the first of the examples.
        first: the first of the inputs.
        values: (numbers,).
        target: where in it the first example of the first input goes.
        apart: how far planes are apart.
    """
    for i in range(SIDE):
        values[target + i * apart : target + i * apart + SIDE] = x[
            example : example + SIDE, first + i
        ]


def _turn_intrinsic(
    context: Any, x: Any, example: Any, first: Any, values: Any, target: Any, apart: Any
) -> Typed:
    if x.dtype != values.dtype or x.layout != "C" or vector_of(values) is None:
        return None
    element = VECTOR_OF[values.dtype]
    row = ir.VectorType(element.ir.element, SIDE)

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        kinds = signature.args
        example, first, target, apart = (
            context.cast(builder, given[i], kinds[i], types.int64) for i in (1, 2, 4, 5)
        )
        table = context.make_array(kinds[0])(context, builder, given[0])
        inputs = cgutils.unpack_tuple(builder, table.shape)[1]
        out = context.make_array(kinds[3])(context, builder, given[3]).data

        def at(pointer: Any, place: Any) -> Any:
            return builder.bitcast(builder.gep(pointer, [place]), row.as_pointer())

        begin = builder.add(builder.mul(example, inputs), first)
        rows = [
            builder.load(
                at(table.data, builder.add(begin, builder.mul(inputs, I64(i)))), align=element.bytes
            )
            for i in range(SIDE)
        ]
        for i, column in enumerate(_turned(builder, rows)):
            place = builder.add(target, builder.mul(apart, I64(i)))
            builder.store(column, at(out, place), align=element.bytes)
        return context.get_dummy_value()

    return types.void(x, example, first, values, target, apart), emit


def _turned(builder: Any, rows: list[Any]) -> list[Any]:
    """Emit the columns of a square of vectors: halves of it change places, then halves of those."""
    step = SIDE // 2
    while step:
        for i in range(SIDE):
            if not i & step:
                a, b = rows[i], rows[i + step]
                upper = [j if not j & step else SIDE + j - step for j in range(SIDE)]
                lower = [j + step if not j & step else SIDE + j for j in range(SIDE)]
                for number, lanes in ((i, upper), (i + step, lower)):
                    chosen = ir.Constant(ir.VectorType(I32, SIDE), lanes)
                    rows[number] = builder.shuffle_vector(a, b, chosen)
        step //= 2
    return rows


add_numbers = compiled(_plain_numbers, _numbers_intrinsic)
turn_square = compiled(_plain_turn, _turn_intrinsic)
activate_run = compiled(_plain_activate, _activate_intrinsic)
