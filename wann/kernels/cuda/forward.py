"""The pass through a network on a card: one thread computes all nodes in one lane.

The rows are those of `Packed`. Sums are added in the order in which `row_sums` adds them.
"""

from typing import Any

from wann.kernels.cuda.arithmetic import multiply, word


def forward_for(activate: Any, shared: bool) -> Any:
    """Return the function of threads that computes all nodes of one network.

    Its arguments are the networks (a `Packed`), which of them, the weights of the lane's weighting
    (one, where it is shared, or one for each connection), the values (rows, 1), and the row of the
    first node.
    """
    input_sum = _shared_sum if shared else _weighted_sum

    @word
    def forward(packed, network, weight, values, row):  # type: ignore[no-untyped-def]
        first = packed.node_start[network]
        base = packed.edge_start[first]
        for node in range(first, packed.node_start[network + 1]):
            start, stop = packed.edge_start[node], packed.edge_start[node + 1]
            x = input_sum(packed.source, start, stop, base, weight, values) if start < stop else 0.0
            values[row, 0] = activate(packed.activation[node], x)
            row += 1

    return forward


@word
def _shared_sum(source, start, stop, base, weight, values):  # type: ignore[no-untyped-def]
    total = values[source[start], 0]
    for edge in range(start + 1, stop):
        total += values[source[edge], 0]
    return multiply(total, weight[0])


@word
def _weighted_sum(source, start, stop, base, weight, values):  # type: ignore[no-untyped-def]
    total = 0.0
    for edge in range(start, stop):
        total += multiply(weight[edge - base], values[source[edge], 0])
    return total
