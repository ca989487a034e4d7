"""One's own activations in kernels: compiled when they are first used, found by their code.

Kernels stay as they are. They look up the address of an activation's compiled function in a table
outside compiled code, which they know by name, and call it for a row of lanes. So kernels that were
compiled before, and lie in the cache, know activations that were declared later. All this is
compiled into kernels.
"""

# numba's code generator is not typed.
# mypy: allow-untyped-calls

from collections.abc import Iterable
from threading import Lock
from typing import Any

import llvmlite.binding
import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils, config
from numba.extending import intrinsic

from wann.activations.declaration import FIRST_OWN_CODE
from wann.activations.expression import Expression
from wann.activations.table import by_code, from_text
from wann.errors import UserError
from wann.kernels.formulas import compute, emit
from wann.kernels.vector_types import DOUBLE, I64, SINGLE, Vector
from wann.kernels.vectors import Array, Typed, load, store

_SLOTS = 2048  # a power of two
_MOST = _SLOTS // 2  # so that a search for a code that is not there ends soon
_FIELDS = 3  # of a slot: code, address for float64, address for float32
_SYMBOL = "wann_own_activations"

# Zero where a slot is free. The slots of a code begin at its last bits, and go on from there.
_table = np.zeros((_SLOTS, _FIELDS), dtype=np.int64)
llvmlite.binding.add_symbol(_SYMBOL, _table.ctypes.data)
_kept: list[Any] = []  # the functions whose addresses stand in the table
_adding = Lock()


def make_ready(codes: Iterable[int]) -> None:
    """Compile those of the activations that are one's own and were not used before.

    Whoever hands networks to kernels calls this. UserError where a code was not declared.
    """
    for code in map(int, codes):
        if code < FIRST_OWN_CODE:
            continue
        declaration = by_code(code)
        with _adding:
            if code not in _table[:, 0] and not vars(config)["DISABLE_JIT"]:
                _add(code, declaration.tree)


def take_over(texts: Iterable[str]) -> None:
    """Make ready activations that another process declared, by the texts that it has of them."""
    make_ready(from_text(text).code for text in texts)


def _add(code: int, tree: Expression) -> None:
    if len(_kept) >= _MOST:
        raise UserError(f"expected at most {_MOST:,} activations of one's own in one process")
    functions = [_row_function(tree, vector) for vector in (DOUBLE, SINGLE)]
    slot = code % _SLOTS
    while _table[slot, 0]:
        slot = (slot + 1) % _SLOTS
    # The code last: threads in kernels look for it.
    _table[slot, 1:] = [function.address for function in functions]
    _table[slot, 0] = code
    _kept.append(functions)


def _row_function(tree: Expression, vector: Vector) -> Any:
    """Return the compiled function that applies a formula to so many numbers from an address on."""
    lanes = vector.lanes

    @intrinsic
    def formula(context: Any, x: Any) -> Typed:
        def write(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            return emit(context, builder, tree, given[0], vector)

        return vector(vector), write

    signature = types.void(types.CPointer(vector.element), types.int64)

    @numba.cfunc(signature, error_model="numpy")
    def row(first, width):  # type: ignore[no-untyped-def]
        values = numba.carray(first, (1, width))  # type: ignore[attr-defined]
        for lane in range(0, width, lanes):
            store(values, 0, lane, formula(load(values, 0, lane)))  # type: ignore[call-arg]

    return row


def apply_own(kind: int, values: Array) -> bool:
    """Apply an activation of one's own to an array, in place, without the compiler.

    Returns whether there is one of that code; if not, nothing is done.
    """
    if kind < FIRST_OWN_CODE:
        return False
    values[:] = compute(by_code(kind).tree, values)
    return True


def emit_own(context: Any, builder: Any, kind: Any, first: Any, width: Any, vector: Vector) -> Any:
    """Emit the call of one's own activation, and return whether there is one of that code.

    Args:
        context: numba's, which knows what a name outside the compiled code stands for.
        builder: of the function that is emitted.
        kind: the code, an integer of 64 bits.
        first: the address of the first of the numbers that it is applied to, in place.
        width: how many they are.
        vector: the type of vectors of them.
    """
    table = context.get_c_value(builder, ir.ArrayType(I64, _SLOTS * _FIELDS), _SYMBOL)
    slot = cgutils.alloca_once(builder, I64)
    done = cgutils.alloca_once_value(builder, cgutils.false_bit)

    def read(field: int) -> Any:
        index = builder.add(builder.mul(builder.load(slot), I64(_FIELDS)), I64(field))
        return builder.load(builder.gep(table, [I64(0), index]))

    look, there, other, end = (builder.append_basic_block(f"own.{i}") for i in range(4))
    builder.store(builder.and_(kind, I64(_SLOTS - 1)), slot)
    builder.branch(look)
    builder.position_at_end(look)
    found = read(0)
    builder.switch(found, other).add_case(I64(0), end)
    builder.position_at_end(other)
    moved = builder.and_(builder.add(builder.load(slot), I64(1)), I64(_SLOTS - 1))
    is_it = builder.icmp_signed("==", found, kind)
    builder.store(builder.select(is_it, builder.load(slot), moved), slot)
    builder.cbranch(is_it, there, look)
    builder.position_at_end(there)
    function = ir.FunctionType(ir.VoidType(), [first.type, I64]).as_pointer()
    builder.call(builder.inttoptr(read(1 + (vector is SINGLE)), function), [first, width])
    builder.store(cgutils.true_bit, done)
    builder.branch(end)
    builder.position_at_end(end)
    return builder.load(done)
