"""The pass through a network on a card: one thread computes all nodes in one lane.

The rows are those of `Packed`. Sums are added in the order in which `row_sums` adds them.
"""

from typing import Any

import numpy as np

from wann.kernels.cuda.arithmetic import multiply, multiply32, word


def forward_for(activate: Any, shared: bool, single: bool = False) -> Any:
    """Return the function of threads that computes all nodes of one network.

    `shared` says whether all connections share a weight, `single` whether numbers are float32.

    Its arguments are the networks (a `Packed`), which of them, the weights of the lane's weighting
    (one, where it is shared, or one for each connection), the values (rows, 1), and the row of the
    first node.
    """
    input_sum, none = _input_sum(shared, single), np.float32(0.0) if single else 0.0

    @word
    def forward(packed, network, weight, values, row):  # type: ignore[no-untyped-def]
        first = packed.node_start[network]
        base = packed.edge_start[first]
        for node in range(first, packed.node_start[network + 1]):
            start, stop = packed.edge_start[node], packed.edge_start[node + 1]
            x = (
                input_sum(packed.source, start, stop, base, weight, values)
                if start < stop
                else none
            )
            values[row, 0] = activate(packed.activation[node], x)
            row += 1

    return forward


def _input_sum(shared: bool, single: bool) -> Any:
    """Return the function of threads that sums what comes into a node."""
    product, none = (multiply32, np.float32(0.0)) if single else (multiply, 0.0)

    @word
    def shared_sum(source, start, stop, base, weight, values):  # type: ignore[no-untyped-def]
        total = values[source[start], 0]
        for edge in range(start + 1, stop):
            total += values[source[edge], 0]
        return product(total, weight[0])

    @word
    def weighted_sum(source, start, stop, base, weight, values):  # type: ignore[no-untyped-def]
        total = none
        for edge in range(start, stop):
            total += product(weight[edge - base], values[source[edge], 0])
        return total

    return shared_sum if shared else weighted_sum
