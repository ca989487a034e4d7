"""The nodes of networks, each in all lanes: sums of what comes in, and what is made of them.

All this is compiled into kernels.
"""

# numba's code generator is not typed.
# mypy: allow-untyped-calls

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numpy.typing import NDArray

from wann.activations.expression import Expression
from wann.kernels.activate import call_activation, for_each_activation, plain_activate
from wann.kernels.formulas import emit
from wann.kernels.row_sums import plain_input_sum, write_input_sum
from wann.kernels.vector_types import I64, VECTOR_OF
from wann.kernels.vectors import Array, Rows, Typed, compiled, lanes_from, plain_lanes_of

# The fields of `Packed`, in their order.
_NODE_START, _ACTIVATION, _EDGE_START, _SOURCE = range(4)

# So many networks are computed in turn: more would not keep a core busier.
SEATS = 3
# What the row of a seat says of its network: the first node, how many there are, and the row of
# values of the first.
FIRST_NODE, NODES, FIRST_ROW = range(3)


def _plain_compute_node(
    packed: Any, node: int, row: int, base: int, weight: Array, values: Array
) -> bool:
    """Compute a node in all lanes, and return whether its activation is known.

    Args:
        packed: networks laid end to end.
        node: which node.
        row: the row of `values` that is written.
        base: the first connection of the network, which `weight[0]` belongs to.
        weight: (lanes,) or (connections, lanes).
        values: (rows, lanes).
    """
    start, stop = packed.edge_start[node], packed.edge_start[node + 1]
    for lane in range(0, values.shape[1], plain_lanes_of(values)):
        values[row, lanes_from(values, lane)] = (
            plain_input_sum(values, packed.source, start, stop, weight, base, lane)
            if start < stop
            else 0.0
        )
    return plain_activate(int(packed.activation[node]), values, row, values.shape[1])


def _plain_compute_nodes(
    packed: Any, network: int, weight: Array, values: Array, width: int
) -> bool:
    """Compute all nodes of one network, as `forward` has it, whose arguments these are.

    Returns whether all activations are known; if not, the values of some nodes are none.
    """
    first, last = packed.node_start[network], packed.node_start[network + 1]
    base, row = packed.edge_start[first], values.shape[0] - last
    lanes = (..., slice(0, width))
    known = True
    for node in range(first, last):
        known &= _plain_compute_node(packed, node, row + node, base, weight[lanes], values[lanes])
    return known


def _plain_compute_seats(
    packed: Any, seat: NDArray[np.int64], weight: Array, values: Array
) -> bool:
    """Compute all nodes of SEATS networks, each in a vector of lanes: a node of each in turn.

    A node waits for what comes into it; meanwhile a core computes those of the other networks.

    Args:
        packed: networks laid end to end.
        seat: (SEATS, fields) which networks, and in which rows: see `FIRST_NODE`.
        weight: (lanes,) which all connections share.
        values: (rows, lanes) bias and inputs on entry; on return every node as well. The first
            network has the first vector, and so on.

    Returns:
        Whether all activations are known; if not, the values of some nodes are none.
    """
    known = True
    for i in range(seat[:, NODES].max()):
        for k in np.flatnonzero(seat[:, NODES] > i):
            lanes = (..., lanes_from(values, int(k) * plain_lanes_of(values)))
            node, row = seat[k, FIRST_NODE] + i, seat[k, FIRST_ROW] + i
            known &= _plain_compute_node(packed, node, row, 0, weight[lanes], values[lanes])
    return known


class _Nodes:
    """Emits what computes a node, for the loops that choose which."""

    def __init__(self, context: Any, packed: Any, weight: Any, values: Any) -> None:
        """Take numba's context, and the types of what `compute_nodes` is given."""
        integer = types.int64
        self.packed, self.values = packed, values
        self.summed = write_input_sum(
            context, values, packed.types[_SOURCE], integer, integer, weight, integer, integer
        )

    def begin(self, context: Any, builder: Any, packed: Any, weight: Any, values: Any) -> None:
        """Take the values of what is given, and where to write instructions.

        Args:
            context: numba's, which knows how its types lie in memory.
            builder: of the function that is emitted.
            packed: the value of this argument, as of those that follow.
            weight: as above.
            values: as above.
        """
        self.context, self.builder, self.weight, self.table = context, builder, weight, values
        self.fields = [builder.extract_value(packed, i) for i in range(len(self.packed.types))]
        self.known = cgutils.alloca_once(builder, cgutils.true_bit.type)
        builder.store(cgutils.true_bit, self.known)

    def read(self, field: int, index: Any) -> Any:
        """Emit the reading of an entry of a field of `Packed`."""
        array = self.context.make_array(self.packed.types[field])
        data = array(self.context, self.builder, self.fields[field]).data
        return self.builder.load(self.builder.gep(data, [index]))

    def compute(
        self, node: Any, row: Any, base: Any, first: Any, width: Any, lanes: Callable[..., None]
    ) -> None:
        """Emit what computes a node in some lanes.

        One loop for each activation, so that a sum goes from register to register into what is made
        of it. In a loop of Python's, numba would count references to the arrays at each call.

        Args:
            node: which one.
            row: of the values that it writes.
            base: the network's first connection.
            first: the first of its lanes.
            width: how many they are.
            lanes: emits the loop over them, given what emits its body for the first lane of a
                vector.
        """
        assert self.summed
        builder, (signature, write_sum) = self.builder, self.summed
        vector = signature.return_type
        start = self.read(_EDGE_START, node)
        stop = self.read(_EDGE_START, builder.add(node, I64(1)))
        kind, nothing = self.read(_ACTIVATION, node), builder.icmp_signed("==", start, stop)

        def rows(lane: Any) -> Rows:
            return Rows(self.context, builder, self.values, self.table, lane)

        def sums(tree: Expression | None) -> None:
            def one(lane: Any) -> None:
                of_sum = (self.table, self.fields[_SOURCE], start, stop, self.weight, base, lane)
                x = write_sum(self.context, builder, signature, of_sum)
                made = x if tree is None else emit(self.context, builder, tree, x, vector)
                rows(lane).store(row, made)

            lanes(one)

        def other() -> None:
            zero = ir.Constant(vector.ir, [0.0] * vector.lanes)
            with builder.if_else(nothing) as (yes, no):
                with yes:
                    lanes(lambda lane: rows(lane).store(row, zero))
                with no:
                    sums(None)
            address = rows(first).address_of(row)
            done = call_activation(self.context, builder, kind, address, width, vector)
            builder.store(builder.and_(builder.load(self.known), done), self.known)

        for_each_activation(builder, builder.select(nothing, I64(0), kind), sums, other)


def _at(lane: Any, one: Callable[[Any], None]) -> None:
    """Emit a single vector in place of a loop."""
    one(lane)


def _compute_nodes_intrinsic(
    context: Any, packed: Any, network: Any, weight: Any, values: Any, width: Any
) -> Typed:
    nodes = _Nodes(context, packed, weight, values)
    if nodes.summed is None:
        return None

    def write(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        nodes.begin(context, builder, given[0], given[2], given[3])
        network, width = (
            context.cast(builder, given[i], signature.args[i], types.int64) for i in (1, 4)
        )
        first = nodes.read(_NODE_START, network)
        last = nodes.read(_NODE_START, builder.add(network, I64(1)))
        base = nodes.read(_EDGE_START, first)
        table = context.make_array(values)(context, builder, given[3])
        rows = cgutils.unpack_tuple(builder, table.shape)[0]

        def lanes(one: Callable[[Any], None]) -> None:
            across = I64(VECTOR_OF[values.dtype].lanes)
            with cgutils.for_range_slice(builder, I64(0), width, across) as (lane, _):
                one(lane)

        with cgutils.for_range_slice(builder, first, last, I64(1)) as (node, _):
            row = builder.sub(rows, builder.sub(last, node))
            nodes.compute(node, row, base, I64(0), width, lanes)
        return builder.load(nodes.known)

    return types.boolean(packed, network, weight, values, width), write


def _compute_seats_intrinsic(
    context: Any, packed: Any, seat: Any, weight: Any, values: Any
) -> Typed:
    nodes = _Nodes(context, packed, weight, values)
    if nodes.summed is None or weight.ndim != 1:
        return None
    across = VECTOR_OF[values.dtype].lanes

    def write(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        nodes.begin(context, builder, given[0], given[2], given[3])
        table = context.make_array(seat)(context, builder, given[1])
        fields = cgutils.unpack_tuple(builder, table.shape)[1]

        # Read before the loop: in it, they would wait for what is being written to `values`, as a
        # core cannot tell soon enough that these are other addresses.
        def read(k: int, field: int) -> Any:
            place = builder.add(builder.mul(I64(k), fields), I64(field))
            return builder.load(builder.gep(table.data, [place]))

        taken = [[read(k, field) for field in (FIRST_NODE, NODES, FIRST_ROW)] for k in range(SEATS)]
        most = I64(0)
        for _, count, _ in taken:
            most = builder.select(builder.icmp_signed(">", count, most), count, most)
        with cgutils.for_range(builder, most) as turn:
            for k, (node, count, row) in enumerate(taken):
                lane = I64(k * across)
                with builder.if_then(builder.icmp_signed("<", turn.index, count)):
                    at = (builder.add(node, turn.index), builder.add(row, turn.index), I64(0))
                    nodes.compute(*at, lane, I64(across), partial(_at, lane))
        return builder.load(nodes.known)

    return types.boolean(packed, seat, weight, values), write


compute_nodes = compiled(_plain_compute_nodes, _compute_nodes_intrinsic)
compute_seats = compiled(_plain_compute_seats, _compute_seats_intrinsic)
