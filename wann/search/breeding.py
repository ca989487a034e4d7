"""A generation bred in one compiled call: elites, crossed and mutated children."""

import numpy as np
from numpy.typing import NDArray

from wann.kernels.jit import kernel
from wann.network.genome import Genes, Index, genome_at
from wann.search.crossover import cross
from wann.search.operators import differs, mutate

_genome_at = kernel(genome_at)


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
    """Return `elites` as they are, then one child for each of `parents`, mutated up to `times` times.

    Where there is a mate (`mates` is neither None nor -1 there), the child is first crossed with
    it. A mutation that would undo all before it is left out. New nodes of child i get the ids from
    `first_ids[i]` on. One call instead of a thousand: handing a generator and a genome to compiled
    code costs more than a mutation.
    """
    bred = [_genome_at(genes, elite) for elite in elites]
    for i in range(len(parents)):
        parent = _genome_at(genes, parents[i])
        child = parent
        if mates is not None:  # noqa: SIM102 (a branch of its own, so that without mates crossover is not compiled)
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
        node_id[node_start[i] : node_start[i + 1]] = bred[i].node_id
        activation[node_start[i] : node_start[i + 1]] = bred[i].activation
        source[edge_start[i] : edge_start[i + 1]] = bred[i].source
        target[edge_start[i] : edge_start[i + 1]] = bred[i].target
        enabled[edge_start[i] : edge_start[i + 1]] = bred[i].enabled
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
