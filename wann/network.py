"""What grown and pruned networks both become: nodes in topological order, connections by target."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.genome import Genome
from wann.jit import kernel
from wann.kernels import Packed


class Network(NamedTuple):
    """One network, compiled.

    Rows: 0 is the bias (always 1), then the inputs, then the computed nodes in topological order, the outputs last.
    The connections into computed node i are `source[edge_start[i]:edge_start[i + 1]]`, each the row it comes from.
    A connection exists because it is here, never because a weight is nonzero; weights travel beside the network, one
    shared value or one per connection, in the order of `source`.
    """

    inputs: int
    outputs: int
    activation: NDArray[np.int64]  # (computed nodes,)
    edge_start: NDArray[np.int64]  # (computed nodes + 1,)
    source: NDArray[np.int64]  # (connections,)

    @property
    def connections(self) -> int:
        """Number of connections, those of the bias included."""
        return len(self.source)

    @property
    def hidden(self) -> int:
        """Number of hidden nodes."""
        return len(self.activation) - self.outputs

    @property
    def target(self) -> NDArray[np.int64]:
        """The row each connection goes to, in the order of `source`."""
        rows = np.arange(len(self.activation)) + 1 + self.inputs
        return np.repeat(rows, np.diff(self.edge_start))


def compile_genome(genome: Genome) -> Network:
    """Return the network that `genome` describes: enabled connections, without nodes that lead to no output."""
    network, _ = compile_with_genes(genome)
    return network


def compile_with_genes(genome: Genome) -> tuple[Network, NDArray[np.int64]]:
    """Return the network, and for each of its connections the index of the gene it comes from."""
    activation, edge_start, source, gene = _compile(genome)
    return Network(genome.inputs, genome.outputs, activation, edge_start, source), gene


def pack(networks: Sequence[Network]) -> Packed:
    """Lay networks end to end for the kernels."""
    nodes = np.cumsum([0] + [len(network.activation) for network in networks])
    edges = np.cumsum([0] + [len(network.source) for network in networks])
    starts = [network.edge_start[:-1] + offset for network, offset in zip(networks, edges[:-1], strict=True)]
    return Packed(
        nodes,
        np.concatenate([network.activation for network in networks]),
        np.concatenate([*starts, edges[-1:]]),
        np.concatenate([network.source for network in networks]),
    )


@kernel
def _compile(
    genome: Genome,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return activation, edge_start, source and gene of the live part of `genome`, in topological order."""
    nodes, genes = len(genome.node_id), len(genome.source)
    first_output, first_hidden = 1 + genome.inputs, 1 + genome.inputs + genome.outputs
    # Live: an enabled path leads to an output.
    live = np.zeros(nodes, np.bool_)
    live[first_output:first_hidden] = True
    changed = True
    while changed:
        changed = False
        for i in range(genes - 1, -1, -1):
            if genome.enabled[i] and live[genome.target[i]] and not live[genome.source[i]]:
                live[genome.source[i]] = True
                changed = True
    # Depth by relaxation: a hidden node stands one behind its deepest source, an output behind all of them.
    depth = np.zeros(nodes, np.int64)
    changed = True
    while changed:
        changed = False
        for i in range(genes):
            s, t = genome.source[i], genome.target[i]
            if genome.enabled[i] and live[t] and depth[t] <= depth[s]:
                depth[t] = depth[s] + 1
                changed = True
    depth[first_output:first_hidden] = nodes
    live[:first_output] = False
    computed = np.flatnonzero(live)
    computed = computed[np.argsort(depth[computed] * nodes + computed)]
    row = np.full(nodes, -1, np.int64)
    row[:first_output] = np.arange(first_output)
    row[computed] = np.arange(len(computed)) + first_output
    # Connections by target row; within a target in gene order.
    edge_start = np.zeros(len(computed) + 1, np.int64)
    for i in range(genes):
        if genome.enabled[i] and live[genome.target[i]]:
            edge_start[row[genome.target[i]] - first_output + 1] += 1
    edge_start = np.cumsum(edge_start)
    gene = np.empty(edge_start[-1], np.int64)
    filled = edge_start.copy()
    for i in range(genes):
        if genome.enabled[i] and live[genome.target[i]]:
            node = row[genome.target[i]] - first_output
            gene[filled[node]] = i
            filled[node] += 1
    return genome.activation[computed], edge_start, row[genome.source[gene]], gene
