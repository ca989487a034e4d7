"""Sums of single numbers along kept connections, looked up in registers instead of in memory.

Where a processor has an instruction that chooses any numbers out of one or two registers, each lane
its own (AVX2, AVX-512), a few inputs side by side are held there as a table. The lanes of a vector
are units. In a step each of them adds its next connection to the table: a code of one byte says
which input that is. So a connection needs no read of its own; that costs lanes which have no
connection left in a table, whose weight is zero. Each unit adds its connections one after another,
in the order of its inputs. All this is compiled into kernels.
"""

# numba's code generator is not typed.
# mypy: allow-untyped-calls

from collections.abc import Callable
from functools import reduce
from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.registry import cpu_target
from numpy.typing import NDArray

from wann.kernels.sparse_sums import data_of, fused
from wann.kernels.vector_types import I32, I64, Vector
from wann.kernels.vectors import Array, Typed, compiled, vector_of

# The code of a lane without a connection; those of inputs are below.
NO_CONNECTION = 0x80
_BYTE = ir.IntType(8)


class Form(NamedTuple):
    """How numbers are looked up by a processor."""

    lanes: int  # units side by side
    table: int  # inputs that are held in registers, in one of them or in two
    function: str  # of LLVM, which chooses

    @property
    def tables(self) -> int:
        """How many registers hold the inputs."""
        return self.table // self.lanes


def forms(features: str) -> dict[Any, Form]:
    """Return how float32 and float64 are looked up, as far as a processor does so.

    `features` are what LLVM calls its abilities, such as `+avx2,-avx512f`.
    """
    there = set(features.split(","))
    if "+avx512f" in there:
        return {
            np.dtype(np.float32): Form(16, 32, "llvm.x86.avx512.vpermi2var.ps.512"),
            np.dtype(np.float64): Form(8, 16, "llvm.x86.avx512.vpermi2var.pd.512"),
        }
    if {"+avx2", "+fma"} <= there:
        return {np.dtype(np.float32): Form(8, 8, "llvm.x86.avx2.permps")}
    return {}


# Of the processor that numba compiles for, which NUMBA_CPU_NAME and NUMBA_CPU_FEATURES may name.
FORMS = forms(cpu_target.target_context.codegen().magic_tuple()[2])


def _plain_add(
    values: Array,
    codes: NDArray[np.uint32],
    numbers: Array,
    counts: NDArray[np.int64],
    first: int,
    groups: int,
    step: int,
    code: int,
    weight: int,
    table: int,
    target: int,
    careful: bool,
) -> None:
    """Add the connections of all units to one table of inputs.

    Args:
        values: (numbers,) all that is computed.
        codes: four in a number, one for each lane of each step.
        numbers: weights, one for each lane of each step.
        counts: how many steps there are for each group of units, from `first` on.
        first: see `counts`.
        groups: how many groups of units there are, each a vector of them.
        step: the first one.
        code: where in `codes` those of step 0 stand.
        weight: where in `numbers` those of step 0 stand.
        table: where in `values` the table begins.
        target: where in `values` the first unit stands.
        careful: whether lanes without a connection add nothing. Else they add zero times an
            input, which is the same where all inputs are finite, and faster.
    """
    lanes, inputs, _ = FORMS[values.dtype]
    if not values[table : table + inputs].any():
        return
    in_bytes, side_by_side = codes[code:].view(np.uint8), np.arange(lanes)
    for group in range(groups):
        units = values[target + group * lanes :][:lanes]
        for _ in range(counts[first + group]):
            at = step * lanes + side_by_side
            chosen = values[table + in_bytes[at] % inputs]
            if careful:
                chosen = np.where(in_bytes[at] == NO_CONNECTION, 0.0, chosen)
            units += numbers[weight + at] * chosen
            step += 1


def _add_intrinsic(
    context: Any,
    values: Any,
    codes: Any,
    numbers: Any,
    counts: Any,
    first: Any,
    groups: Any,
    step: Any,
    code: Any,
    weight: Any,
    table: Any,
    target: Any,
    careful: Any,
) -> Typed:
    vector = vector_of(values, numbers)
    if vector is None or codes.dtype != types.uint32 or counts.dtype != types.int64:
        return None
    where = (first, groups, step, code, weight, table, target)
    form = FORMS.get(np.dtype(str(vector.element)))
    emit = _emitter(form, vector) if form else _nothing
    return types.void(values, codes, numbers, counts, *where, careful), emit


def _nothing(context: Any, builder: Any, signature: Any, given: Any) -> Any:
    """Emit nothing, for processors that do not look up: no program has such a step there."""
    return context.get_dummy_value()


def _emitter(form: Form, vector: Vector) -> Callable[..., Any]:
    kind = ir.VectorType(vector.ir.element, form.lanes)

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        kinds = signature.args
        values, codes, numbers = data_of(context, builder, kinds, given)
        counts = context.make_array(kinds[3])(context, builder, given[3]).data
        first, groups, step, code, weight, table, target = (
            context.cast(builder, given[i], kinds[i], types.int64) for i in range(4, 11)
        )
        held = [
            _load(builder, values, builder.add(table, I64(i * form.lanes)), kind)
            for i in range(form.tables)
        ]
        with builder.if_then(_any(builder, held)):
            lanes = _Lanes(
                kind,
                builder.gep(values, [target]),
                builder.bitcast(builder.gep(codes, [code]), _BYTE.as_pointer()),
                builder.gep(numbers, [weight]),
                builder.gep(counts, [first]),
            )
            chooser = _Chooser(builder, form, held)
            with builder.if_else(given[11]) as (careful, careless):
                with careful:
                    _add_groups(builder, lanes, groups, step, chooser.chosen_with_care)
                with careless:
                    _add_groups(builder, lanes, groups, step, chooser.chosen)
        return context.get_dummy_value()

    return emit


class _Lanes(NamedTuple):
    """The vectors of a sum, and pointers to what it reads and writes."""

    kind: Any
    units: Any
    codes: Any
    weights: Any
    counts: Any


def _load(builder: Any, base: Any, place: Any, kind: Any) -> Any:
    """Emit the vector of that kind that begins `place` elements behind `base`."""
    return builder.load(builder.bitcast(builder.gep(base, [place]), kind.as_pointer()), align=1)


def _any(builder: Any, held: list[Any]) -> Any:
    """Emit whether any of the numbers is not zero."""
    zero = ir.Constant(held[0].type, [0.0] * held[0].type.count)
    found = [builder.fcmp_unordered("!=", numbers, zero) for numbers in held]
    every = reduce(builder.or_, found)
    bits = ir.IntType(held[0].type.count)
    return builder.icmp_unsigned("!=", builder.bitcast(every, bits), bits(0))


def _add_groups(
    builder: Any, lanes: _Lanes, groups: Any, step: Any, chosen: Callable[[Any], Any]
) -> None:
    """Emit the steps of all groups of units; `chosen` emits what those of some codes hear."""
    width = I64(lanes.kind.count)
    of_bytes = ir.VectorType(_BYTE, width.constant)
    first = builder.mul(step, width)
    codes = cgutils.alloca_once_value(builder, builder.gep(lanes.codes, [first]))
    weights = cgutils.alloca_once_value(builder, builder.gep(lanes.weights, [first]))
    total = cgutils.alloca_once(builder, lanes.kind)
    with cgutils.for_range(builder, groups, intp=I64) as group:
        unit = builder.mul(group.index, width)
        builder.store(_load(builder, lanes.units, unit, lanes.kind), total)
        count = builder.load(builder.gep(lanes.counts, [group.index]))
        with cgutils.for_range(builder, count, intp=I64):
            code, weight = builder.load(codes), builder.load(weights)
            factors = _load(builder, weight, I64(0), lanes.kind)
            inputs = chosen(_load(builder, code, I64(0), of_bytes))
            given = [factors, inputs, builder.load(total)]
            builder.store(builder.call(fused(builder, lanes.kind), given), total)
            builder.store(builder.gep(code, [width]), codes)
            builder.store(builder.gep(weight, [width]), weights)
        there = builder.bitcast(builder.gep(lanes.units, [unit]), lanes.kind.as_pointer())
        builder.store(builder.load(total), there, align=1)


class _Chooser(NamedTuple):
    """What chooses among numbers that are held in registers."""

    builder: Any
    form: Form
    held: list[Any]

    def chosen(self, codes: Any) -> Any:
        """Emit the vector of those numbers that a vector of bytes names."""
        kind = self.held[0].type
        integer = I32 if isinstance(kind.element, ir.FloatType) else I64
        # The instructions read the lowest bits alone.
        places = self.builder.zext(codes, ir.VectorType(integer, kind.count))
        given = [self.held[0], places, *self.held[1:]]
        choose = ir.FunctionType(kind, [value.type for value in given])
        module = self.builder.module
        function = cgutils.get_or_insert_function(module, choose, self.form.function)
        # "convergent" keeps LLVM from unrolling the loop, which has a few steps only.
        return self.builder.call(function, given, attrs=("convergent",))

    def chosen_with_care(self, codes: Any) -> Any:
        """Emit the same with zero for lanes without a connection."""
        none = ir.Constant(codes.type, [NO_CONNECTION] * codes.type.count)
        absent = self.builder.icmp_unsigned("==", codes, none)
        zero = ir.Constant(self.held[0].type, [0.0] * codes.type.count)
        return self.builder.select(absent, zero, self.chosen(codes))


add_looked_up = compiled(_plain_add, _add_intrinsic)
