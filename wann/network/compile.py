"""From genomes to the networks they describe, and from a network back to a genome.

A generation is compiled in one call: handing genomes to compiled code one by one costs more than
compiling them.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.activations import Activation
from wann.kernels.jit import inlined_kernel, kernel
from wann.network.genome import Genes, Genome, lay_end_to_end, node_of
from wann.network.network import Laid, Network
from wann.network.networks import Networks


def compile_genome(genome: Genome) -> Network:
    """Return the network that `genome` describes.

    It has the enabled connections, without the nodes that lead to no output.
    """
    network, _ = compile_with_genes(genome)
    return network


def compile_with_genes(genome: Genome) -> tuple[Network, NDArray[np.int64]]:
    """Return the network, and for each of its connections (connections,) the index of its gene.

    With that, weights of genes become weights of the network: `weights[gene]`.
    """
    live = _compile(lay_end_to_end([genome]))
    return Networks(genome.inputs, genome.outputs, live.laid)[0], live.gene


def compile_all(genes: Genes) -> Networks:
    """Return the network of each genome, in their order."""
    return Networks(genes.inputs, genes.outputs, _compile(genes).laid)


def to_genome(network: Network) -> Genome:
    """Return the genome of `network`: its genes are the connections, in their order.

    So weights of the network are weights of the genes as they are. Hidden nodes are born in the
    order of their rows. Compiling the genome of a compiled network gives that network back.
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
        np.where(network.source < 0, ~position[node_of(network.source)], position[network.source]),
        position[network.target],
        np.ones(network.connections, dtype=np.bool_),
    )


def network_of_all_genes(genome: Genome) -> tuple[Network, NDArray[np.int64]]:
    """Return the network with a connection for each gene, and (connections,) their indices.

    Nothing is cut: nodes that lead to no output stay, and a gene counts whether it is enabled or
    not. Hidden nodes stand in the order of their birth, so each must hear only nodes that were born
    before it, unless by recurrent connections. The connections into a node stand in the order of
    their genes.
    """
    first_output, first_hidden = 1 + genome.inputs, 1 + genome.inputs + genome.outputs
    row = np.arange(len(genome.node_id))
    row[first_output:first_hidden] += len(row) - first_hidden  # outputs follow the hidden nodes
    row[first_hidden:] -= genome.outputs
    activation = np.roll(genome.activation[first_output:], -genome.outputs)
    return network_of_pairs(
        genome.inputs,
        genome.outputs,
        activation,
        np.where(genome.source < 0, ~row[node_of(genome.source)], row[genome.source]),
        row[genome.target],
    )


def network_of_pairs(
    inputs: int,
    outputs: int,
    activation: NDArray[np.int64],
    source: NDArray[np.int64],
    target: NDArray[np.int64],
) -> tuple[Network, NDArray[np.int64]]:
    """Return the network of some pairs of nodes, and for each connection the index of its pair.

    The connections into a node stand in the order of their pairs.

    Args:
        inputs: how many there are, without the bias.
        outputs: how many there are.
        activation: (computed nodes,) of the hidden nodes and behind them the outputs.
        source: (connections,) the row that each pair leads from.
        target: (connections,) the row that each pair leads to.
    """
    computed = target - 1 - inputs
    order = np.argsort(computed, kind="stable")
    counts = np.bincount(computed, minlength=len(activation))
    edge_start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Network(inputs, outputs, activation, edge_start, source[order]), order


class _Live(NamedTuple):
    """The parts of genomes that lead to an output."""

    laid: Laid
    gene: NDArray[np.int64]  # (all connections,) indices into the genes of each genome


@kernel
def _compile(genes: Genes) -> _Live:
    """Return the nodes from which enabled connections lead to an output, and those connections.

    Recurrent connections lead there as well, but count for no node's depth.
    The nodes of each genome come in topological order: by depth, and within a depth by position.
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
    largest, longest = 0, 0
    for g in range(count):
        largest = max(largest, genes.node_start[g + 1] - genes.node_start[g])
        longest = max(longest, genes.edge_start[g + 1] - genes.edge_start[g])
    live, depth = np.empty(largest, np.bool_), np.empty(largest, np.int64)
    row, filled = np.empty(largest, np.int64), np.empty(largest + 2, np.int64)
    path, sources = np.empty(largest, np.int64), np.empty(longest, np.int64)
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
        computed = _count_depths(depth, live, nodes, filled)
        for i in range(nodes):
            if live[i]:
                slot = filled[depth[i]]
                filled[depth[i]] += 1
                row[i] = first_output + slot
                activation[a0 + slot] = genes.activation[n0 + i]
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
                s = genes.source[e]
                source[c0 + filled[node]] = row[s] if s >= 0 else ~row[~s]
                gene[c0 + filled[node]] = e - e0
                filled[node] += 1
        node_start[g + 1] = a0 + computed
        connection_start[g + 1] = c0 + edge_start[s0 + computed]
    nodes, used = node_start[count], connection_start[count]
    laid = Laid(
        node_start,
        connection_start,
        activation[:nodes],
        edge_start[: nodes + count],
        source[:used],
    )
    return _Live(laid, gene[:used])


@inlined_kernel
def _count_depths(
    depth: NDArray[np.int64], live: NDArray[np.bool_], nodes: int, filled: NDArray[np.int64]
) -> int:
    """Fill `filled` (nodes + 2) with how many live nodes are less deep than each depth.

    Those are the first rows of a counting sort: rows by depth, within a depth by position. Returns
    how many live nodes there are.
    """
    for i in range(nodes + 2):
        filled[i] = 0
    for i in range(nodes):
        if live[i]:
            filled[depth[i] + 1] += 1
    for i in range(nodes + 1):
        filled[i + 1] += filled[i]
    return int(filled[nodes + 1])


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
    """Fill `depth` for the nodes of genome `number`.

    A node's depth is one more than that of its deepest source, and -1 where no output is reached.
    Only enabled connections count, and recurrent ones only for what reaches an output. The search
    goes depth first from the outputs, then from what the nodes found so far remember, so that each
    feed-forward connection is looked at once.

    Args:
        genes: the genomes.
        number: the index of the genome.
        depth: (nodes or more,) is filled.
        start: (nodes + 2 or more,) is overwritten: where the connections into each node begin.
        visited: (nodes or more,) is overwritten: how far the connections into a node were followed.
        source: (connections or more,) is overwritten: sources by the node they lead into.
        path: (nodes or more,) is overwritten: the nodes between an output and where the search is.
    """
    nodes = genes.node_start[number + 1] - genes.node_start[number]
    first, stop = genes.edge_start[number], genes.edge_start[number + 1]
    first_output, first_hidden = 1 + genes.inputs, 1 + genes.inputs + genes.outputs
    for i in range(nodes):
        start[i], depth[i] = 0, 0 if i < first_output else -1
    start[nodes] = 0
    for e in range(first, stop):
        start[genes.target[e]] += genes.enabled[e] and genes.source[e] >= 0
    for i in range(nodes):
        start[i + 1] += start[i]
    for e in range(first, stop):
        if genes.enabled[e] and genes.source[e] >= 0:
            start[genes.target[e]] -= 1
            source[start[genes.target[e]]] = genes.source[e]
    for i in range(nodes):
        visited[i] = start[i]
    for output in range(first_output, first_hidden):
        _search_from(output, start, source, depth, visited, path)
    found = True
    while found:
        found = False
        for e in range(first, stop):
            remembered = -1 - genes.source[e]
            if remembered >= 0 and genes.enabled[e] and depth[genes.target[e]] >= 0:
                found |= depth[remembered] < 0
                _search_from(remembered, start, source, depth, visited, path)


@kernel
def _search_from(
    root: int,
    start: NDArray[np.int64],
    source: NDArray[np.int64],
    depth: NDArray[np.int64],
    visited: NDArray[np.int64],
    path: NDArray[np.int64],
) -> None:
    """Fill `depth` for the node `root`, unless it is known, and for all that it is computed from.

    Args:
        root: where the search begins.
        start: (nodes + 1 or more,) where the connections into each node begin.
        source: (connections or more,) sources by the node they lead into.
        depth: (nodes or more,) is filled; -1 where it is not known yet.
        visited: (nodes or more,) is written to: how far the connections into a node were followed.
        path: (nodes or more,) is overwritten: the nodes between `root` and where the search is.
    """
    path[0], length = root, 1 if depth[root] < 0 else 0
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
