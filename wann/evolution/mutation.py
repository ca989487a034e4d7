"""Mutation: one random change of a genome's genes (Gaier & Ha 2019, section 3.2).

`mutate_into` draws one of the `OPERATORS`; `random_edits` draws where it acts. Where one changes
nothing another one is drawn, so that a child always differs from its parent.
"""

import numpy as np
from numpy.typing import NDArray

from wann.evolution.draft import (
    Draft,
    are_different,
    count_enabled,
    draft_of,
    genome_of,
    write_copy,
)
from wann.evolution.edits import MOST_ADDED
from wann.evolution.random_edits import OPERATORS, apply_operator
from wann.kernels.jit import inlined_kernel
from wann.network.genome import Genome, Index


def mutate(
    genome: Genome,
    rates: NDArray[np.float64],
    activations: NDArray[np.int64],
    node_id: int,
    max_connections: int,
    rng: np.random.Generator,
) -> Genome:
    """Return a child of a genome with one random change of its genes, as `mutate_into` makes it.

    Args:
        genome: the parent, which is not written to.
        rates: (operators,) the relative probabilities of `OPERATORS`.
        activations: (choices,) the ids that a new or changed node may get.
        node_id: the id of the new node, should there be one.
        max_connections: how many enabled connections a child may have.
        rng: where the random numbers come from.
    """
    parent = draft_of(genome)
    child = draft_of(genome, int(room_to_mutate(len(genome.source))))
    mutate_into(child, parent, rates, activations, node_id, max_connections, rng)
    return genome_of(child)


def apply_random(
    genome: Genome,
    operator: int,
    activations: NDArray[np.int64],
    node_id: int,
    rng: np.random.Generator,
) -> Genome:
    """Return what `OPERATORS[operator]` makes of a genome, where the generator says.

    Args:
        genome: the parent, which is not written to.
        operator: an index into `OPERATORS`.
        activations: (choices,) the ids that a new or changed node may get.
        node_id: the id of the new node, should there be one.
        rng: where the random numbers come from.
    """
    if not 0 <= operator < len(OPERATORS):
        raise ValueError(f"expected the index of an operator of mutation, got {operator}")
    draft = draft_of(genome, int(room_to_mutate(len(genome.source))))
    apply_operator(draft, operator, activations, node_id, rng)
    return genome_of(draft)


def differs(a: Genome, b: Genome) -> bool:
    """Whether two genomes have different genes."""
    return bool(are_different(draft_of(a), draft_of(b)))


@inlined_kernel
def room_to_mutate(connections: Index) -> Index:
    """Return how many more nodes and connections a draft of so many connections needs.

    Of a node that is removed, no more connections are joined than there were.
    """
    return max(connections, MOST_ADDED)


@inlined_kernel
def mutate_into(
    child: Draft,
    parent: Draft,
    rates: NDArray[np.float64],
    activations: NDArray[np.int64],
    node_id: Index,
    max_connections: Index,
    rng: np.random.Generator,
) -> None:
    """Let `child` be `parent` with one random change of its genes.

    An operator that finds nothing to act on, or whose child would have more enabled connections
    than both `max_connections` and its parent, is struck out, and another is drawn. Where none is
    left the child is as its parent.

    Args:
        child: what is written to; has room for all that `parent` has, and `room_to_mutate`.
        parent: the parent, which is not written to.
        rates: (operators,) the relative probabilities of `OPERATORS`.
        activations: (choices,) the ids that a new or changed node may get.
        node_id: the id of the new node, should there be one.
        max_connections: how many enabled connections a child may have.
        rng: where the random numbers come from.
    """
    rates = rates.copy()
    limit = max(max_connections, count_enabled(parent))
    while True:
        write_copy(child, parent)
        total = 0.0
        for i in range(len(rates)):
            total += rates[i]
        if not total > 0.0:
            return
        mark, below, operator = rng.random() * total, rates[0], 0
        while below <= mark and operator < len(rates) - 1:
            operator += 1
            below += rates[operator]
        apply_operator(child, operator, activations, node_id, rng)
        if count_enabled(child) <= limit and are_different(child, parent):
            return
        rates[operator] = 0.0
