"""Breeding: the children of genomes.

A generation is bred in one compiled call.
"""

import numpy as np
from numpy.typing import NDArray

from wann.config import SearchConfig
from wann.evolution.crossover import cross_into
from wann.evolution.draft import (
    ACTIVATION,
    CONNECTIONS,
    ENABLED,
    HEAD,
    NODE_ID,
    NODES,
    SOURCE,
    TARGET,
    Draft,
    are_different,
    new_draft,
    write_copy,
    write_genome,
    zeros,
)
from wann.evolution.edits import MOST_ADDED
from wann.evolution.mutation import mutate_into, room_to_mutate
from wann.kernels.jit import inlined_kernel, kernel
from wann.network.genome import Genes, Index

# A child is mutated at most this often, which bounds the node ids that it can use.
MOST_MUTATIONS = 4


def offspring(
    config: SearchConfig,
    genes: Genes,
    elites: NDArray[np.int64],
    parents: NDArray[np.int64],
    first_child: int,
    rng: np.random.Generator,
) -> Genes:
    """Return the `elites` of `genes` as they are, then one mutated child for each of `parents`.

    Args:
        config: the settings of the search: rates, activations, crossover and limits.
        genes: the genomes to breed from.
        elites: (elites,) indices of those that survive as they are.
        parents: (children,) the index of the parent of each child.
        first_child: the number of the first child, in a count in which no other genome of the
            search has it or one of those after it: historical marks are made from it.
        rng: where the random numbers come from.
    """
    counts = np.minimum(rng.geometric(1.0 - config.extra_mutation, len(parents)), MOST_MUTATIONS)
    mates: NDArray[np.int64] | None = None
    if config.crossover > 0:
        mates = np.full(len(counts), -1)
        mated = rng.random(len(counts)) < config.crossover
        mates[mated] = rng.permutation(parents)[mated]
    numbers = first_child + np.arange(len(counts))
    return breed(
        genes,
        elites,
        parents,
        mates,
        counts,
        np.array(config.rates),
        np.array(config.activation_codes, dtype=np.int64),
        1 + genes.inputs + genes.outputs + numbers * MOST_MUTATIONS,
        config.max_connections,
        rng,
    )


@kernel
def breed(
    genes: Genes,
    elites: NDArray[np.int64],
    parents: NDArray[np.int64],
    mates: NDArray[np.int64] | None,
    times: NDArray[np.int64],
    rates: NDArray[np.float64],
    activations: NDArray[np.int64],
    first_ids: NDArray[np.int64],
    max_connections: Index,
    rng: np.random.Generator,
) -> Genes:
    """Return `elites` as they are, then one child for each of `parents`: crossed, then mutated.

    A mutation that would undo all before it is left out. One call instead of a thousand: handing a
    generator and a genome to compiled code costs more than a mutation.

    Args:
        genes: the genomes to breed from.
        elites: (elites,) indices of those that survive as they are.
        parents: (children,) the index of the parent of each child.
        mates: (children,) the index of the genome that a child is first crossed with, or -1; None
            where no child is crossed.
        times: (children,) how often each child is mutated at most.
        rates: (operators,) the relative probabilities of the mutation operators.
        activations: (choices,) the ids that a new or changed node may get.
        first_ids: (children,) new nodes of a child get the ids from here on.
        max_connections: how many enabled connections a child may have.
        rng: where the random numbers come from.
    """
    children, room = len(elites) + len(parents), _room_to_breed(genes)
    parent, child, trial = new_draft(room), new_draft(room), new_draft(room)
    node_start, edge_start = zeros(children + 1), zeros(children + 1)
    nodes = np.empty((2, len(genes.node_id)), np.int64)
    edges = np.empty((3, len(genes.source)), np.int64)
    for i in range(children):
        if i < len(elites):
            write_genome(child, genes, elites[i])
        else:
            k = i - len(elites)
            write_genome(parent, genes, parents[k])
            write_copy(child, parent)
            # A branch of its own, so that crossover is not compiled where there are no mates.
            if mates is not None:  # noqa: SIM102
                if mates[k] >= 0:
                    write_genome(trial, genes, mates[k])
                    cross_into(child, parent, trial, max_connections, rng)
            for m in range(times[k]):
                mutate_into(
                    trial, child, rates, activations, first_ids[k] + m, max_connections, rng
                )
                if are_different(trial, parent):
                    child, trial = trial, child
        node_start[i + 1] = node_start[i] + child[HEAD, NODES]
        edge_start[i + 1] = edge_start[i] + child[HEAD, CONNECTIONS]
        nodes, edges = _with_room(nodes, node_start[i + 1]), _with_room(edges, edge_start[i + 1])
        _lay_behind(nodes, edges, node_start[i], edge_start[i], child)
    count, connections = node_start[-1], edge_start[-1]
    return Genes(
        genes.inputs,
        genes.outputs,
        node_start,
        edge_start,
        nodes[0, :count].copy(),
        nodes[1, :count].copy(),
        edges[0, :connections].copy(),
        edges[1, :connections].copy(),
        _as_mask(edges[2], connections),
    )


@inlined_kernel
def _room_to_breed(genes: Genes) -> int:
    """Return how many nodes and connections, each, a child has at most while it is bred."""
    most = 0
    for i in range(len(genes.node_start) - 1):
        most = max(most, genes.node_start[i + 1] - genes.node_start[i])
        most = max(most, genes.edge_start[i + 1] - genes.edge_start[i])
    most = 2 * most + MOST_MUTATIONS * MOST_ADDED  # crossed, and mutated
    return int(most + room_to_mutate(most))


@kernel
def _with_room(values: NDArray[np.int64], length: Index) -> NDArray[np.int64]:
    """Return `values` (rows, n), with n made larger if it is below `length`."""
    rows, present = values.shape
    if present >= length:
        return values
    larger = np.empty((rows, 2 * length), np.int64)
    for row in range(rows):
        for i in range(present):
            larger[row, i] = values[row, i]
    return larger


@kernel
def _lay_behind(
    nodes: NDArray[np.int64],
    edges: NDArray[np.int64],
    first_node: Index,
    first_edge: Index,
    draft: Draft,
) -> None:
    """Copy a draft into arrays of many genomes, from a node and a connection on."""
    for i in range(draft[HEAD, NODES]):
        nodes[0, first_node + i] = draft[NODE_ID, i]
        nodes[1, first_node + i] = draft[ACTIVATION, i]
    for i in range(draft[HEAD, CONNECTIONS]):
        edges[0, first_edge + i] = draft[SOURCE, i]
        edges[1, first_edge + i] = draft[TARGET, i]
        edges[2, first_edge + i] = draft[ENABLED, i]


@inlined_kernel
def _as_mask(values: NDArray[np.int64], length: Index) -> NDArray[np.bool_]:
    """Return whether each of the first `length` of `values` is not 0."""
    mask = np.empty(length, np.bool_)
    for i in range(length):
        mask[i] = values[i] != 0
    return mask
