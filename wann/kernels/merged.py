"""The networks of a generation as one: what relatives have in common is computed once.

Two nodes are the same if they do the same to the same sources in the same order, so that merging
changes no bit of any result. The inputs come first among the sources of a node: under a shared
weight their sum is the same at every weight. All is float32, which is twice as fast as float64 and
enough to rank networks by; `logits` has the exact outputs.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.kernels.activate import UNKNOWN_CODE, activate
from wann.kernels.forward import Packed
from wann.kernels.jit import kernel
from wann.kernels.maths32 import exponential, logarithm
from wann.kernels.row_sums import sum_rows_twice
from wann.kernels.vectors import LANES32, load, select, store

Array = NDArray[np.float32]

# Kernels here compute this many lanes at once: two vectors.
PAIR = 2 * LANES32

# The values of all nodes at one time should fit the second-level cache: two tables of so many
# float32.
_TABLE_NUMBERS = 1 << 17
# More lanes than these spare nothing: the list of connections is walked for every pair of vectors.
_MOST_LANES = 128


class Merged(NamedTuple):
    """Networks merged into one, whose nodes are in topological order."""

    inputs: int
    outputs: int
    activation: NDArray[np.int64]  # (nodes,)
    edge_start: NDArray[np.int64]  # (nodes + 1,)
    # (nodes,) where, among the sources of a node, inputs end and nodes begin
    edge_split: NDArray[np.int64]
    # (connections,) 0 is the bias, then the inputs; behind the split the number of a node
    source: NDArray[np.int64]
    output: NDArray[np.int64]  # (networks, outputs) the node that is each network's output


@kernel
def merge(packed: Packed, inputs: int, outputs: int) -> Merged:
    """Merge the networks of `packed`, which all have `inputs` inputs and `outputs` outputs."""
    networks, nodes, edges = len(packed.node_start) - 1, len(packed.activation), len(packed.source)
    activation, edge_split = np.empty(nodes, np.int64), np.empty(nodes, np.int64)
    edge_start, source = np.zeros(nodes + 1, np.int64), np.empty(edges, np.int64)
    output = np.empty((networks, outputs), np.int64)
    slots = 16
    while slots < 2 * nodes:
        slots *= 2
    slot = np.full(slots, -1)
    largest = 0
    for g in range(networks):
        largest = max(largest, packed.node_start[g + 1] - packed.node_start[g])
    merged_node = np.empty(largest, np.int64)
    count = 0
    for g in range(networks):
        first, last = packed.node_start[g], packed.node_start[g + 1]
        for node in range(first, last):
            # Write the node behind the others, inputs first; it stays there if none is like it.
            start = edge_start[count]
            stop = start
            for edge in range(packed.edge_start[node], packed.edge_start[node + 1]):
                if packed.source[edge] <= inputs:
                    source[stop] = packed.source[edge]
                    stop += 1
            edge_split[count] = stop
            for edge in range(packed.edge_start[node], packed.edge_start[node + 1]):
                if packed.source[edge] > inputs:
                    source[stop] = merged_node[packed.source[edge] - inputs - 1]
                    stop += 1
            activation[count], edge_start[count + 1] = packed.activation[node], stop
            at = _hash(activation[count], source, start, stop) & (slots - 1)
            while slot[at] >= 0 and not _same(
                activation, edge_start, edge_split, source, slot[at], count
            ):
                at = (at + 1) & (slots - 1)
            if slot[at] < 0:
                slot[at] = count
                count += 1
            merged_node[node - first] = slot[at]
        for i in range(outputs):
            output[g, i] = merged_node[last - first - outputs + i]
    used = edge_start[count]
    return Merged(
        inputs,
        outputs,
        activation[:count].copy(),
        edge_start[: count + 1].copy(),
        edge_split[:count].copy(),
        source[:used].copy(),
        output,
    )


@kernel
def _hash(activation: int, source: NDArray[np.int64], start: int, stop: int) -> int:
    """Return a number that is the same for nodes that are the same, and else hardly ever."""
    mixed = np.uint64(activation + 1)
    for edge in range(start, stop):
        mixed = (mixed ^ np.uint64(source[edge])) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return int(mixed >> np.uint64(2))


@kernel
def _same(
    activation: NDArray[np.int64],
    edge_start: NDArray[np.int64],
    edge_split: NDArray[np.int64],
    source: NDArray[np.int64],
    a: int,
    b: int,
) -> bool:
    """Whether two nodes do the same to the same sources."""
    start_a, start_b = edge_start[a], edge_start[b]
    size = edge_start[a + 1] - start_a
    if activation[a] != activation[b] or edge_start[b + 1] - start_b != size:
        return False
    if edge_split[a] - start_a != edge_split[b] - start_b:
        return False
    for i in range(size):  # noqa: SIM110 (compiled code)
        if source[start_a + i] != source[start_b + i]:
            return False
    return True


@kernel
def lanes_at_a_time(nodes: int, lanes: int) -> int:
    """Return how many of `lanes` examples to compute at a time.

    Both are multiples of PAIR.
    """
    fitting = min(_TABLE_NUMBERS // max(nodes, 1) // PAIR * PAIR, _MOST_LANES)
    return min(max(fitting, PAIR), lanes)


@kernel
def sum_inputs(merged: Merged, given: Array, first: int, width: int, sums: Array) -> None:
    """Fill `sums` with what the inputs add to each node: it is the same at every shared weight.

    Args:
        merged: the networks.
        given: (1 + inputs, examples) bias and inputs.
        first: the first example to sum.
        width: how many examples to sum from there on, a multiple of PAIR.
        sums: (nodes, width), filled.
    """
    for node in range(len(merged.activation)):
        start, split = merged.edge_start[node], merged.edge_split[node]
        for lane in range(0, width, PAIR):
            a, b = sum_rows_twice(given, merged.source, start, split, first + lane, 0.0, 0.0)
            store(sums, node, lane, a)
            store(sums, node, lane + LANES32, b)


@kernel
def forward_merged(merged: Merged, weight: float, sums: Array, width: int, values: Array) -> None:
    """Compute every node under one shared weight.

    Args:
        merged: the networks.
        weight: the weight of all connections.
        sums: (nodes, width) what `sum_inputs` found.
        width: how many examples to compute, a multiple of PAIR.
        values: (nodes, width), filled.
    """
    for node in range(len(merged.activation)):
        split, stop = merged.edge_split[node], merged.edge_start[node + 1]
        for lane in range(0, width, PAIR):
            a, b = load(sums, node, lane), load(sums, node, lane + LANES32)
            a, b = sum_rows_twice(values, merged.source, split, stop, lane, a, b)
            store(values, node, lane, a * weight)
            store(values, node, lane + LANES32, b * weight)
        if not activate(merged.activation[node], values, node, width):
            raise ValueError(UNKNOWN_CODE)


@kernel
def log_likelihood(
    merged: Merged,
    weights: NDArray[np.float64],
    given: Array,
    labels: NDArray[np.int64],
    floor: float,
    result: NDArray[np.float64],
) -> None:
    """Fill `result` with the mean log-likelihood of the true classes.

    Of each example it is the log of the softmax of the output of its class.

    Args:
        merged: the networks, with an output for each class.
        weights: (weights,) each shared by all connections.
        given: (1 + inputs, lanes) bias and inputs, an example in each lane.
        labels: (examples,) the true class of each; lanes beyond the examples are ignored.
        floor: the least that one example counts, also where outputs are not finite.
        result: (networks, weights), filled.
    """
    lanes, nodes = given.shape[1], len(merged.activation)
    most = lanes_at_a_time(nodes, lanes)
    sums, values = np.empty((nodes, most), np.float32), np.empty((nodes, most), np.float32)
    softmax = np.empty((2, most), np.float32)
    result[:] = 0.0
    for first in range(0, lanes, most):
        width = min(most, lanes - first)
        sum_inputs(merged, given, first, width, sums)
        for k in range(len(weights)):
            forward_merged(merged, weights[k], sums, width, values)
            for network in range(len(merged.output)):
                _normalise(merged.output, network, values, width, softmax)
                # Summed example by example, so that the parts make no difference.
                total = result[network, k]
                for lane in range(min(width, len(labels) - first)):
                    right = values[merged.output[network, labels[first + lane]], lane]
                    likelihood = right - softmax[0, lane] - softmax[1, lane]
                    total += likelihood if likelihood > floor else floor
                result[network, k] = total
    result /= len(labels)


@kernel
def _normalise(
    output: NDArray[np.int64], network: int, values: Array, width: int, softmax: Array
) -> None:
    """Fill `softmax` (2, width) with what the log of a softmax takes.

    In row 0 is the largest output, in row 1 the log of the sum of exp(output - largest).
    """
    for lane in range(0, width, LANES32):
        top = load(values, output[network, 0], lane)
        for i in range(1, output.shape[1]):
            other = load(values, output[network, i], lane)
            top = select(other > top, other, top)
        mass = exponential(load(values, output[network, 0], lane) - top)
        for i in range(1, output.shape[1]):
            mass = mass + exponential(load(values, output[network, i], lane) - top)
        store(softmax, 0, lane, top)
        store(softmax, 1, lane, logarithm(mass))
