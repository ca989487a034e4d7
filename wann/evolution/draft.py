"""A genome as breeding changes it: one array, which edits write to.

A genome handed on as five arrays takes compiled code longer to compile than all that is done to
it, as each of them has its references counted wherever it goes.
"""

import numpy as np
from numpy.typing import NDArray

from wann.kernels.jit import inlined_kernel, kernel
from wann.network.genome import Genes, Genome, Index

Draft = NDArray[np.int64]  # (6, room)

# The rows of a draft. Of the first those below are used, of the others as much as there is.
HEAD, NODE_ID, ACTIVATION, SOURCE, TARGET, ENABLED = range(6)
# What stands in HEAD
INPUTS, OUTPUTS, NODES, CONNECTIONS = range(4)


def draft_of(genome: Genome, room: int = 0) -> Draft:
    """Return a draft of `genome` that has room for `room` more nodes and connections."""
    nodes, connections = len(genome.node_id), len(genome.source)
    draft = new_draft(max(nodes, connections) + room)
    draft[HEAD, :4] = genome.inputs, genome.outputs, nodes, connections
    draft[NODE_ID, :nodes], draft[ACTIVATION, :nodes] = genome.node_id, genome.activation
    draft[SOURCE, :connections], draft[TARGET, :connections] = genome.source, genome.target
    draft[ENABLED, :connections] = genome.enabled
    return draft


def genome_of(draft: Draft) -> Genome:
    """Return the genome that a draft has become."""
    inputs, outputs, nodes, connections = (int(number) for number in draft[HEAD, :4])
    return Genome(
        inputs,
        outputs,
        draft[NODE_ID, :nodes].copy(),
        draft[ACTIVATION, :nodes].copy(),
        draft[SOURCE, :connections].copy(),
        draft[TARGET, :connections].copy(),
        draft[ENABLED, :connections].astype(np.bool_),
    )


@inlined_kernel
def new_draft(room: Index) -> Draft:
    """Return a draft without a genome, with room for so many nodes, and as many connections."""
    return np.empty((6, max(room, 4)), np.int64)


@kernel
def write_genome(draft: Draft, genes: Genes, index: Index) -> None:
    """Let a draft be the genome `index` of `genes`."""
    first_node, first_edge = genes.node_start[index], genes.edge_start[index]
    draft[HEAD, INPUTS], draft[HEAD, OUTPUTS] = genes.inputs, genes.outputs
    draft[HEAD, NODES] = genes.node_start[index + 1] - first_node
    draft[HEAD, CONNECTIONS] = genes.edge_start[index + 1] - first_edge
    for i in range(draft[HEAD, NODES]):
        draft[NODE_ID, i] = genes.node_id[first_node + i]
        draft[ACTIVATION, i] = genes.activation[first_node + i]
    for i in range(draft[HEAD, CONNECTIONS]):
        draft[SOURCE, i] = genes.source[first_edge + i]
        draft[TARGET, i] = genes.target[first_edge + i]
        draft[ENABLED, i] = genes.enabled[first_edge + i]


@kernel
def write_copy(draft: Draft, other: Draft) -> None:
    """Let a draft be what another one is."""
    for i in range(4):
        draft[HEAD, i] = other[HEAD, i]
    for i in range(other[HEAD, NODES]):
        draft[NODE_ID, i], draft[ACTIVATION, i] = other[NODE_ID, i], other[ACTIVATION, i]
    for i in range(other[HEAD, CONNECTIONS]):
        draft[SOURCE, i], draft[TARGET, i] = other[SOURCE, i], other[TARGET, i]
        draft[ENABLED, i] = other[ENABLED, i]


@kernel
def are_different(a: Draft, b: Draft) -> bool:
    """Whether two drafts have different genes."""
    nodes, connections = a[HEAD, NODES], a[HEAD, CONNECTIONS]
    if nodes != b[HEAD, NODES] or connections != b[HEAD, CONNECTIONS]:
        return True
    for i in range(nodes):
        if a[ACTIVATION, i] != b[ACTIVATION, i]:
            return True
    for i in range(connections):
        if a[SOURCE, i] != b[SOURCE, i] or a[TARGET, i] != b[TARGET, i]:
            return True
        if a[ENABLED, i] != b[ENABLED, i]:
            return True
    return False


@kernel
def count_enabled(draft: Draft) -> int:
    """Return how many connections of a draft are enabled."""
    count = 0
    for i in range(draft[HEAD, CONNECTIONS]):
        count += draft[ENABLED, i]
    return count


@inlined_kernel
def first_hidden(draft: Draft) -> Index:
    """Return the position of the first hidden node, behind bias, inputs and outputs."""
    return int(1 + draft[HEAD, INPUTS] + draft[HEAD, OUTPUTS])


@kernel
def zeros(length: Index) -> NDArray[np.int64]:
    """Return so many zeros; NumPy's own function takes longer to compile."""
    found = np.empty(length, np.int64)
    for i in range(length):
        found[i] = 0
    return found
