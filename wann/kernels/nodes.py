"""The nodes of one network, each in all lanes: sums of what comes in, and what is made of them.

All this is compiled into kernels.
"""

# numba's code generator is not typed.
# mypy: allow-untyped-calls

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils

from wann.activations.expression import Expression
from wann.kernels.activate import call_activation, for_each_activation, plain_activate
from wann.kernels.formulas import emit
from wann.kernels.row_sums import plain_input_sum, write_input_sum
from wann.kernels.vector_types import I64
from wann.kernels.vectors import Array, Rows, Typed, compiled, lanes_from, plain_lanes_of

# The fields of `Packed`, in their order.
_NODE_START, _ACTIVATION, _EDGE_START, _SOURCE = range(4)


def _plain_compute_nodes(
    packed: Any, network: int, weight: Array, values: Array, width: int
) -> bool:
    """Compute all nodes of one network, as `forward` has it, whose arguments these are.

    Returns whether all activations are known; if not, the values of some nodes are none.
    """
    first, last = packed.node_start[network], packed.node_start[network + 1]
    base, row = packed.edge_start[first], values.shape[0] - (last - first)
    known = True
    for node in range(first, last):
        start, stop = packed.edge_start[node], packed.edge_start[node + 1]
        for lane in range(0, width, plain_lanes_of(values)):
            values[row, lanes_from(values, lane)] = (
                plain_input_sum(values, packed.source, start, stop, weight, base, lane)
                if start < stop
                else 0.0
            )
        known &= plain_activate(int(packed.activation[node]), values, row, width)
        row += 1
    return known


def _compute_nodes_intrinsic(
    context: Any, packed: Any, network: Any, weight: Any, values: Any, width: Any
) -> Typed:
    integer = types.int64
    summed = write_input_sum(
        context, values, packed.types[_SOURCE], integer, integer, weight, integer, integer
    )
    if summed is None:
        return None
    signature_of_sum, write_sum = summed
    vector = signature_of_sum.return_type

    # One loop for each activation, so that a sum goes from register to register into what is made
    # of it. In a loop of Python's, numba would count references to the arrays at each call.
    def write(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        fields = [builder.extract_value(given[0], i) for i in range(len(packed.types))]

        def read(field: int, index: Any) -> Any:
            array = context.make_array(packed.types[field])(context, builder, fields[field])
            return builder.load(builder.gep(array.data, [index]))

        network, width = (
            context.cast(builder, given[i], signature.args[i], integer) for i in (1, 4)
        )
        first = read(_NODE_START, network)
        last = read(_NODE_START, builder.add(network, I64(1)))
        base = read(_EDGE_START, first)
        table = context.make_array(values)(context, builder, given[3])
        rows = cgutils.unpack_tuple(builder, table.shape)[0]
        across = I64(vector.lanes)
        known = cgutils.alloca_once(builder, cgutils.true_bit.type)
        builder.store(cgutils.true_bit, known)
        with cgutils.for_range_slice(builder, first, last, I64(1)) as (node, _):
            start = read(_EDGE_START, node)
            stop = read(_EDGE_START, builder.add(node, I64(1)))
            row = builder.sub(rows, builder.sub(last, node))
            kind = read(_ACTIVATION, node)
            nothing = builder.icmp_signed("==", start, stop)

            def sums(tree: Expression | None) -> None:
                with cgutils.for_range_slice(builder, I64(0), width, across) as (lane, _):
                    of_sum = (given[3], fields[_SOURCE], start, stop, given[2], base, lane)
                    x = write_sum(context, builder, signature_of_sum, of_sum)
                    made = x if tree is None else emit(context, builder, tree, x, vector)
                    Rows(context, builder, values, given[3], lane).store(row, made)

            def other() -> None:
                with builder.if_else(nothing) as (yes, no):
                    with (
                        yes,
                        cgutils.for_range_slice(builder, I64(0), width, across) as (lane, _),
                    ):
                        zero = ir.Constant(vector.ir, [0.0] * vector.lanes)
                        Rows(context, builder, values, given[3], lane).store(row, zero)
                    with no:
                        sums(None)
                address = Rows(context, builder, values, given[3], I64(0)).address_of(row)
                done = call_activation(context, builder, kind, address, width, vector)
                builder.store(builder.and_(builder.load(known), done), known)

            for_each_activation(builder, builder.select(nothing, I64(0), kind), sums, other)
        return builder.load(known)

    return types.boolean(packed, network, weight, values, width), write


compute_nodes = compiled(_plain_compute_nodes, _compute_nodes_intrinsic)
