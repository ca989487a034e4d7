"""Activations in kernels, a row of lanes at a time.

Those that are built in are compiled into kernels, a loop for each; which loop is decided once for a
row. All this is compiled into kernels.
"""

# numba's code generator is not typed.
# mypy: allow-untyped-calls

from collections.abc import Callable
from typing import Any

from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from wann.activations.expression import Expression
from wann.kernels.formulas import TREES, compute, emit
from wann.kernels.own_functions import apply_own, emit_own
from wann.kernels.vector_types import I64, VECTOR_OF, Vector
from wann.kernels.vectors import (
    Array,
    Rows,
    Typed,
    compiled,
    vector_of,
)

UNKNOWN_CODE = "a node has an activation code that the kernels do not know"


def plain_activate(kind: int, values: Array, row: int, width: int) -> bool:
    """Apply an activation to `values[row, :width]`, in place.

    Args:
        kind: the code of the activation.
        values: (rows, lanes) of float64 or float32.
        row: which row.
        width: how many lanes, a multiple of those in a vector.

    Returns:
        Whether there is an activation of that code; if not, nothing is done.
    """
    lanes = values[row, :width]
    if kind not in TREES:
        return apply_own(kind, lanes)
    lanes[:] = compute(TREES[kind], lanes.copy())
    return True


def _activate_intrinsic(context: Any, kind: Any, values: Any, row: Any, width: Any) -> Typed:
    vector = vector_of(values)
    if vector is None:
        return None

    def write(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        kind, row, width = (
            context.cast(builder, given[i], signature.args[i], types.int64) for i in (0, 2, 3)
        )
        known = cgutils.alloca_once(builder, cgutils.true_bit.type)
        builder.store(cgutils.true_bit, known)

        def loop(tree: Expression) -> None:
            with cgutils.for_range_slice(builder, I64(0), width, I64(vector.lanes)) as (lane, _):
                rows = Rows(context, builder, values, given[1], lane)
                rows.store(row, emit(context, builder, tree, rows.load(row), vector))

        def other() -> None:
            first = Rows(context, builder, values, given[1], I64(0)).address_of(row)
            done = call_activation(context, builder, kind, first, width, vector)
            builder.store(done, known)

        for_each_activation(builder, kind, loop, other)
        return builder.load(known)

    return types.boolean(kind, values, row, width), write


def call_activation(
    context: Any, builder: Any, kind: Any, address: Any, width: Any, vector: Vector
) -> Any:
    """Emit the call of a function that does what `activate` does, and return what it returns.

    It is handed an address: handing it an array would cost its caller atomic reference counts, also
    where it never calls.

    Args:
        context: numba's, which compiles the function.
        builder: of the function that is emitted.
        kind: the code of the activation, an integer of 64 bits as all others.
        address: of the first number that it is applied to.
        width: how many they are.
        vector: the type of vectors of them.
    """

    def at_address(kind, first, width):  # type: ignore[no-untyped-def]
        return _activate_at(kind, first, width)  # type: ignore[call-arg]

    pointer = types.CPointer(vector.element)
    inner = types.boolean(types.int64, pointer, types.int64)
    function = context.compile_subroutine(builder, at_address, inner).fndesc
    given = (kind, builder.inttoptr(address, vector.ir.element.as_pointer()), width)
    # It raises nothing, so that its caller needs no way out.
    return context.call_internal_no_propagate(builder, function, inner, given)[1]


@intrinsic
def _activate_at(context: Any, kind: Any, first: Any, width: Any) -> Typed:
    """Apply an activation to so many numbers from an address on, as `activate` does."""
    vector = VECTOR_OF[first.dtype]

    def write(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        kind, first, width = given
        pointer = builder.bitcast(first, vector.ir.as_pointer())

        def loop(tree: Any) -> None:
            vectors = builder.udiv(width, I64(vector.lanes))
            with cgutils.for_range(builder, vectors) as each:
                at = builder.gep(pointer, [each.index])
                x = builder.load(at, align=vector.bytes)
                builder.store(emit(context, builder, tree, x, vector), at, align=vector.bytes)

        known = cgutils.alloca_once(builder, cgutils.true_bit.type)
        builder.store(cgutils.true_bit, known)

        def own() -> None:
            builder.store(emit_own(context, builder, kind, first, width, vector), known)

        for_each_activation(builder, kind, loop, own)
        return builder.load(known)

    return types.boolean(kind, first, width), write


def for_each_activation(
    builder: Any, kind: Any, loop: Callable[[Expression], None], other: Callable[[], None]
) -> None:
    """Emit a loop for each built-in activation, and the choice of the one of code `kind`.

    `loop(tree)` emits it for a formula, `other()` emits what is done for any other code.
    """
    default, end = (builder.append_basic_block(f"activation.{i}") for i in ("other", "end"))
    switch = builder.switch(kind, default)
    for code, tree in TREES.items():
        block = builder.append_basic_block(f"activation.{code}")
        switch.add_case(I64(code), block)
        builder.position_at_end(block)
        loop(tree)
        builder.branch(end)
    builder.position_at_end(default)
    other()
    builder.branch(end)
    builder.position_at_end(end)


activate = compiled(plain_activate, _activate_intrinsic)
