"""What grown and pruned networks both become: nodes in topological order, connections by target."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.activations import Activation
from wann.kernels.forward import Packed
from wann.kernels.jit import kernel
from wann.network.genome import Genes, Genome, lay_end_to_end


class Network(NamedTuple):
    """One network, compiled.

    Rows: 0 is the bias (always 1), then the inputs, then the computed nodes in topological order,
    the outputs last. The connections into computed node i are `source[edge_start[i]:edge_start[i +
    1]]`, each the row it comes from. A connection exists because it is here, never because a weight
    is nonzero; weights travel beside the network, one shared value or one per connection, in the
    order of `source`.
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
    live = _compile(lay_end_to_end([genome]))
    return _cut(genome.inputs, genome.outputs, live)[0], live.gene


def compile_all(genes: Genes) -> list[Network]:
    """Return the network of each genome."""
    return _cut(genes.inputs, genes.outputs, _compile(genes))


def to_genome(network: Network) -> Genome:
    """Return the genome of `network`: its genes are the connections in their order, so that weights need no moving.

    Hidden nodes are born in the order of their rows. Compiling the genome of a compiled network
    gives it back.
    """
    first_output, first_hidden = 1 + network.inputs, 1 + network.inputs + network.outputs
    nodes = first_hidden + network.hidden
    position = np.concatenate(
        [np.arange(first_output), np.arange(first_hidden, nodes), np.arange(network.outputs)]
    )
    position[first_output + network.hidden :] += first_output
    activation = np.full(nodes, Activation.LINEAR, dtype=np.int64)
    activation[position[first_output:]] = network.activation
    return Genome(
        network.inputs,
        network.outputs,
        np.arange(nodes),
        activation,
        position[network.source],
        position[network.target],
        np.ones(network.connections, dtype=np.bool_),
    )


def pack(networks: Sequence[Network]) -> Packed:
    """Lay networks end to end for the kernels."""
    nodes = np.cumsum([0] + [len(network.activation) for network in networks])
    edges = np.cumsum([0] + [len(network.source) for network in networks])
    starts = np.concatenate([network.edge_start for network in networks])
    # Where each network's edge_start ends: the next begins there
    ends = nodes[1:] + np.arange(len(networks))
    starts = np.delete(starts, ends) + np.repeat(edges[:-1], np.diff(nodes))
    return Packed(
        nodes,
        np.concatenate([network.activation for network in networks]),
        np.append(starts, edges[-1]),
        np.concatenate([network.source for network in networks]),
    )


class _Live(NamedTuple):
    """The live parts of genomes, laid end to end."""

    node_start: NDArray[np.int64]  # (genomes + 1,)
    connection_start: NDArray[np.int64]  # (genomes + 1,)
    activation: NDArray[np.int64]
    edge_start: NDArray[np.int64]  # of each network from 0, one more than its nodes
    source: NDArray[np.int64]
    gene: NDArray[np.int64]


def _cut(inputs: int, outputs: int, live: _Live) -> list[Network]:
    nodes, edges = live.node_start.tolist(), live.connection_start.tolist()
    return [
        Network(
            inputs,
            outputs,
            live.activation[nodes[i] : nodes[i + 1]],
            live.edge_start[nodes[i] + i : nodes[i + 1] + i + 1],
            live.source[edges[i] : edges[i + 1]],
        )
        for i in range(len(nodes) - 1)
    ]


@kernel
def _compile(genes: Genes) -> _Live:
    """Return the nodes from which enabled connections lead to an output, in topological order, and those connections.

    One call for a generation: handing genomes to compiled code one by one costs more than compiling
    them.
    """
    count = len(genes.node_start) - 1
    first_output, first_hidden = 1 + genes.inputs, 1 + genes.inputs + genes.outputs
    nodes_in_all, edges_in_all = len(genes.node_id), len(genes.source)
    node_start, connection_start = np.zeros(count + 1, np.int64), np.zeros(count + 1, np.int64)
    activation, edge_start = (
        np.empty(nodes_in_all, np.int64),
        np.empty(nodes_in_all + count, np.int64),
    )
    source, gene = np.empty(edges_in_all, np.int64), np.empty(edges_in_all, np.int64)
    largest = np.max(genes.node_start[1:] - genes.node_start[:-1])
    live, depth = np.empty(largest, np.bool_), np.empty(largest, np.int64)
    row, filled = np.empty(largest, np.int64), np.empty(largest + 2, np.int64)
    path, sources = (
        np.empty(largest, np.int64),
        np.empty(np.max(genes.edge_start[1:] - genes.edge_start[:-1]), np.int64),
    )
    for g in range(count):
        n0, e0, e1 = genes.node_start[g], genes.edge_start[g], genes.edge_start[g + 1]
        nodes, a0, c0, s0 = (
            genes.node_start[g + 1] - n0,
            node_start[g],
            connection_start[g],
            node_start[g] + g,
        )
        _find_depths(genes, g, depth, filled, row, sources, path)
        for i in range(nodes):
            live[i], row[i] = i >= first_output and depth[i] >= 0, i
        for i in range(first_output, first_hidden):
            depth[i] = nodes  # behind all hidden nodes
        # Rows by depth, within a depth by position: a counting sort.
        for i in range(nodes + 2):
            filled[i] = 0
        for i in range(nodes):
            if live[i]:
                filled[depth[i] + 1] += 1
        for i in range(nodes + 1):
            filled[i + 1] += filled[i]
        computed = filled[nodes + 1]
        for i in range(nodes):
            if live[i]:
                place = filled[depth[i]]
                filled[depth[i]] += 1
                row[i] = first_output + place
                activation[a0 + place] = genes.activation[n0 + i]
        # Connections by target row; within a target in gene order.
        for i in range(computed + 1):
            edge_start[s0 + i] = 0
        for e in range(e0, e1):
            if genes.enabled[e] and live[genes.target[e]]:
                edge_start[s0 + row[genes.target[e]] - first_output + 1] += 1
        for i in range(computed):
            edge_start[s0 + i + 1] += edge_start[s0 + i]
            filled[i] = edge_start[s0 + i]
        for e in range(e0, e1):
            if genes.enabled[e] and live[genes.target[e]]:
                node = row[genes.target[e]] - first_output
                source[c0 + filled[node]] = row[genes.source[e]]
                gene[c0 + filled[node]] = e - e0
                filled[node] += 1
        node_start[g + 1] = a0 + computed
        connection_start[g + 1] = c0 + edge_start[s0 + computed]
    used = connection_start[count]
    return _Live(node_start, connection_start, activation, edge_start, source[:used], gene[:used])


@kernel
def _find_depths(
    genes: Genes,
    number: int,
    depth: NDArray[np.int64],
    start: NDArray[np.int64],
    visited: NDArray[np.int64],
    source: NDArray[np.int64],
    path: NDArray[np.int64],
) -> None:
    """Fill `depth` for the nodes of a genome: one more than that of the deepest source, -1 where no output is reached.

    Only enabled connections count. Depth first from the outputs, so that each connection is looked
    at once; the other arrays are for it to write to.
    """
    nodes = genes.node_start[number + 1] - genes.node_start[number]
    first, stop = genes.edge_start[number], genes.edge_start[number + 1]
    first_output, first_hidden = 1 + genes.inputs, 1 + genes.inputs + genes.outputs
    for i in range(nodes):
        start[i], depth[i] = 0, 0 if i < first_output else -1
    start[nodes] = 0
    for e in range(first, stop):
        start[genes.target[e]] += genes.enabled[e]
    for i in range(nodes):
        start[i + 1] += start[i]
    for e in range(first, stop):
        if genes.enabled[e]:
            start[genes.target[e]] -= 1
            source[start[genes.target[e]]] = genes.source[e]
    for i in range(nodes):
        visited[i] = start[i]
    for output in range(first_output, first_hidden):
        path[0], length = output, 1
        while length:
            node = path[length - 1]
            while visited[node] < start[node + 1] and depth[source[visited[node]]] >= 0:
                visited[node] += 1
            if visited[node] < start[node + 1]:
                path[length] = source[visited[node]]
                length += 1
                continue
            depth[node] = 0
            for i in range(start[node], start[node + 1]):
                depth[node] = max(depth[node], depth[source[i]] + 1)
            length -= 1
