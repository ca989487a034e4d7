"""Breeding: the children of genomes.

A generation is bred in one compiled call.
"""

import numpy as np
from numpy.typing import NDArray

from wann.config import SearchConfig
from wann.evolution.crossover import cross
from wann.evolution.mutation import differs, mutate
from wann.kernels.jit import kernel
from wann.network.genome import Genes, Index, genome_at

# A child is mutated at most this often, which bounds the node ids that it can use.
MOST_MUTATIONS = 4

_genome_at = kernel(genome_at)


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
    bred = [_genome_at(genes, elite) for elite in elites]
    for i in range(len(parents)):
        parent = _genome_at(genes, parents[i])
        child = parent
        # A branch of its own, so that crossover is not compiled where there are no mates.
        if mates is not None:  # noqa: SIM102
            if mates[i] >= 0:
                child = cross(parent, _genome_at(genes, mates[i]), max_connections, rng)
        for k in range(times[i]):
            mutated = mutate(child, rates, activations, first_ids[i] + k, max_connections, rng)
            if differs(mutated, parent):
                child = mutated
        bred.append(child)
    node_start, edge_start = np.zeros(len(bred) + 1, np.int64), np.zeros(len(bred) + 1, np.int64)
    for i in range(len(bred)):
        node_start[i + 1] = node_start[i] + len(bred[i].node_id)
        edge_start[i + 1] = edge_start[i] + len(bred[i].source)
    nodes, edges = node_start[-1], edge_start[-1]
    node_id, activation = np.empty(nodes, np.int64), np.empty(nodes, np.int64)
    source, target, enabled = (
        np.empty(edges, np.int64),
        np.empty(edges, np.int64),
        np.empty(edges, np.bool_),
    )
    for i in range(len(bred)):
        for k in range(len(bred[i].node_id)):
            at = node_start[i] + k
            node_id[at], activation[at] = bred[i].node_id[k], bred[i].activation[k]
        for k in range(len(bred[i].source)):
            at = edge_start[i] + k
            source[at], target[at] = bred[i].source[k], bred[i].target[k]
            enabled[at] = bred[i].enabled[k]
    return Genes(
        genes.inputs,
        genes.outputs,
        node_start,
        edge_start,
        node_id,
        activation,
        source,
        target,
        enabled,
    )
