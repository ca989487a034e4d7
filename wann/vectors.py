"""One vector instruction sequence that numba's loops do not give: the sum of a node's sources, held in a register.

Written as plain loops, every connection costs a pass over memory, a check for overlapping arrays and a remainder loop,
which together take longer than the additions. The intrinsic below emits the loop over connections with the running
sum in a vector of four float64, in the order of the connections: the same bits as the plain loops. All this is
compiled into kernels.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils, config
from numba.extending import intrinsic
from numpy.typing import NDArray

# Lanes come in multiples of this.
LANE_MULTIPLE = 4

_I64 = ir.IntType(64)
_VECTOR = ir.VectorType(ir.DoubleType(), LANE_MULTIPLE)
_DOUBLE_BYTES = 8


def _add_sources(
    values: NDArray[np.float64],
    source: NDArray[np.int64],
    start: int,
    stop: int,
    weight: NDArray[np.float64],
    row: int,
    width: int,
) -> None:
    """Set `values[row, :width]` to the sum of the rows `source[start:stop]`, in that order, times `weight[:width]`.

    `start < stop`; `width` is a multiple of LANE_MULTIPLE within the rows; `values`, `weight` are contiguous float64.
    """
    total = values[source[start], :width].copy()
    for edge in range(start + 1, stop):
        total += values[source[edge], :width]
    values[row, :width] = total * weight[:width]


def _add_sources_intrinsic(
    context: Any, values: Any, source: Any, start: Any, stop: Any, weight: Any, row: Any, width: Any
) -> tuple[Any, Callable[..., Any]]:
    signature = types.void(values, source, start, stop, weight, row, width)

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kinds = signature.args
        table, sources, factors = (context.make_array(kinds[i])(context, builder, arguments[i]) for i in (0, 1, 4))
        first, last, out_row, lanes = (context.cast(builder, arguments[i], kinds[i], types.int64) for i in (2, 3, 5, 6))
        stride = cgutils.unpack_tuple(builder, table.strides)[0]
        table_address, factor_address = (builder.ptrtoint(array.data, _I64) for array in (table, factors))

        def address(row: Any, offset: Any) -> Any:
            return builder.add(builder.add(table_address, builder.mul(row, stride)), offset)

        def load(place: Any) -> Any:
            return builder.load(builder.inttoptr(place, _VECTOR.as_pointer()), align=_DOUBLE_BYTES)

        def source_row(edge: Any) -> Any:
            return builder.load(builder.gep(sources.data, [edge]))

        step = _I64(LANE_MULTIPLE)
        with cgutils.for_range_slice(builder, _I64(0), lanes, step) as (lane, _):
            offset = builder.mul(lane, _I64(_DOUBLE_BYTES))
            total = cgutils.alloca_once_value(builder, load(address(source_row(first), offset)))
            with cgutils.for_range_slice(builder, builder.add(first, _I64(1)), last, _I64(1)) as (edge, _):
                term = load(address(source_row(edge), offset))
                builder.store(builder.fadd(builder.load(total), term), total)
            scaled = builder.fmul(builder.load(total), load(builder.add(factor_address, offset)))
            out = builder.inttoptr(address(out_row, offset), _VECTOR.as_pointer())
            builder.store(scaled, out, align=_DOUBLE_BYTES)
        return context.get_dummy_value()

    return signature, emit


# Without the compiler (NUMBA_DISABLE_JIT=1) the plain twin does the work.
_without_compiler: bool = vars(config)["DISABLE_JIT"]
add_sources: Callable[..., None] = _add_sources if _without_compiler else intrinsic(_add_sources_intrinsic)
