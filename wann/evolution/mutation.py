"""Mutation: one random change of a genome's genes (Gaier & Ha 2019, section 3.2).

`mutate` draws one of the `OPERATORS` and where it acts; `edits` has the changes themselves. An
operator that finds nothing to act on returns its argument as it is, and `mutate` then draws another
one, so that a child always differs from its parent.
"""

import numpy as np
from numpy.typing import NDArray

from wann.evolution.edits import (
    add_connection,
    add_node,
    count_of,
    move_connection,
    remove_connection,
    remove_node,
    set_activation,
    set_enabled,
)
from wann.evolution.legality import is_legal, node_at
from wann.kernels.draws import draw_below
from wann.kernels.jit import inlined_kernel, kernel
from wann.network.genome import Genome, Index

OPERATORS = (
    "add_connection",
    "add_node",
    "enable_connection",
    "change_activation",
    "disable_connection",
    "remove_connection",
    "remove_node",
    "move_connection",
    "add_recurrent",
)

# Their indices, for compiled code.
(
    _ADD_CONNECTION,
    _ADD_NODE,
    _ENABLE,
    _CHANGE,
    _DISABLE,
    _REMOVE,
    _REMOVE_NODE,
    _MOVE,
    _ADD_RECURRENT,
) = range(len(OPERATORS))

# How often a random pair is drawn before an operator that needs a legal new connection gives up.
_TRIES = 32


@inlined_kernel
def mutate(
    genome: Genome,
    rates: NDArray[np.float64],
    activations: NDArray[np.int64],
    node_id: Index,
    max_connections: Index,
    rng: np.random.Generator,
) -> Genome:
    """Return a child with one random change of its genes.

    An operator that finds nothing to act on, or whose child would have more enabled connections
    than both `max_connections` and its parent, is struck out, and another is drawn. Where none is
    left the parent itself is returned.

    Args:
        genome: the parent, which is not written to.
        rates: (operators,) the relative probabilities of `OPERATORS`.
        activations: (choices,) the ids that a new or changed node may get.
        node_id: the id of the new node, should there be one.
        max_connections: how many enabled connections a child may have.
        rng: where the random numbers come from.
    """
    rates = rates.copy()
    limit = max(max_connections, count_of(genome.enabled))
    while True:
        total = 0.0
        for rate in rates:
            total += rate
        if not total > 0.0:
            return genome
        mark, below, operator = rng.random() * total, rates[0], 0
        while below <= mark and operator < len(rates) - 1:
            operator += 1
            below += rates[operator]
        child = apply_random(genome, operator, activations, node_id, rng)
        if count_of(child.enabled) <= limit and differs(child, genome):
            return child
        rates[operator] = 0.0


@inlined_kernel
def apply_random(
    genome: Genome,
    operator: Index,
    activations: NDArray[np.int64],
    node_id: Index,
    rng: np.random.Generator,
) -> Genome:
    """Apply `OPERATORS[operator]` where the generator says.

    Returns `genome` itself where there is nothing that the operator could act on.

    Args:
        genome: the parent, which is not written to.
        operator: an index into `OPERATORS`.
        activations: (choices,) the ids that a new or changed node may get.
        node_id: the id of the new node, should there be one.
        rng: where the random numbers come from.
    """
    first_hidden = 1 + genome.inputs + genome.outputs
    if operator == _ADD_CONNECTION:
        return _random_connection(genome, rng)
    if operator == _ADD_RECURRENT:
        return _random_recurrent(genome, rng)
    if operator == _ADD_NODE:
        edge = _draw(genome.enabled, True, rng)
        activation = activations[draw_below(rng, len(activations))]
        return add_node(genome, edge, activation, node_id) if edge >= 0 else genome
    if operator == _ENABLE:
        edge = _draw(genome.enabled, False, rng)
        return set_enabled(genome, edge, True) if edge >= 0 else genome
    if operator == _CHANGE:
        if len(genome.node_id) == first_hidden:
            return genome
        node = first_hidden + draw_below(rng, len(genome.node_id) - first_hidden)
        return set_activation(genome, node, _draw_other(activations, genome.activation[node], rng))
    if operator == _REMOVE_NODE:
        return _random_node_removal(genome, rng)
    if operator == _MOVE:
        return _random_move(genome, rng)
    edge = _draw(genome.enabled, True, rng)
    if edge < 0:
        return genome
    if operator == _DISABLE:
        return set_enabled(genome, edge, False)
    if operator == _REMOVE:
        return remove_connection(genome, edge)
    raise ValueError("expected the index of an operator of mutation")


@kernel
def differs(a: Genome, b: Genome) -> bool:
    """Whether two genomes have different genes."""
    nodes, genes = len(a.node_id), len(a.source)
    if nodes != len(b.node_id) or genes != len(b.source):
        return True
    for i in range(nodes):
        if a.activation[i] != b.activation[i]:
            return True
    for i in range(genes):
        if a.source[i] != b.source[i] or a.target[i] != b.target[i]:
            return True
        if a.enabled[i] != b.enabled[i]:
            return True
    return False


@inlined_kernel
def _random_connection(genome: Genome, rng: np.random.Generator) -> Genome:
    """Join a random pair of nodes that may be joined."""
    nodes, first_output = len(genome.node_id), 1 + genome.inputs
    for _ in range(_TRIES):
        source = draw_below(rng, nodes)
        target = first_output + draw_below(rng, nodes - first_output)
        if is_legal(genome, source, target):
            return add_connection(genome, source, target)
    return genome


@inlined_kernel
def _random_recurrent(genome: Genome, rng: np.random.Generator) -> Genome:
    """Let a random node, perhaps an output, read what another or itself was one step before."""
    nodes, first_output = len(genome.node_id), 1 + genome.inputs
    for _ in range(_TRIES):
        source = -2 - draw_below(rng, nodes - 1)  # of any node but the bias
        target = first_output + draw_below(rng, nodes - first_output)
        if is_legal(genome, source, target):
            return add_connection(genome, source, target)
    return genome


@inlined_kernel
def _random_move(genome: Genome, rng: np.random.Generator) -> Genome:
    """Move one end of a random enabled connection to another node.

    A recurrent one stays recurrent.
    """
    edge = _draw(genome.enabled, True, rng)
    nodes, first_output = len(genome.node_id), 1 + genome.inputs
    for _ in range(_TRIES if edge >= 0 else 0):
        source, target = genome.source[edge], genome.target[edge]
        if rng.random() < 0.5:
            node = draw_below(rng, nodes)
            source = node if source >= 0 else -1 - node
        else:
            target = first_output + draw_below(rng, nodes - first_output)
        if is_legal(genome, source, target):
            return move_connection(genome, edge, source, target)
    return genome


@inlined_kernel
def _random_node_removal(genome: Genome, rng: np.random.Generator) -> Genome:
    """Remove a random hidden node with at most one enabled connection in, or at most one out.

    Joining its sources to its targets then adds no connection. A connection from the node to itself
    counts for neither.
    """
    nodes = len(genome.node_id)
    entering, leaving = np.zeros(nodes, np.int64), np.zeros(nodes, np.int64)
    for i in range(len(genome.source)):
        node = node_at(genome.source[i])
        if genome.enabled[i] and node != genome.target[i]:
            entering[genome.target[i]] += 1
            leaving[node] += 1
    simple = np.zeros(nodes, np.bool_)
    for i in range(1 + genome.inputs + genome.outputs, nodes):
        simple[i] = entering[i] <= 1 or leaving[i] <= 1
    node = _draw(simple, True, rng)
    return remove_node(genome, node) if node >= 0 else genome


@kernel
def _draw(mask: NDArray[np.bool_], value: bool, rng: np.random.Generator) -> Index:
    """Return a random index at which `mask` is `value`, or -1 where there is none."""
    count = 0
    for i in range(len(mask)):
        count += mask[i] == value
    if count == 0:
        return -1
    left = draw_below(rng, count)
    for i in range(len(mask)):
        if mask[i] == value:
            if left == 0:
                return i
            left -= 1
    return -1


@inlined_kernel
def _draw_other(values: NDArray[np.int64], present: Index, rng: np.random.Generator) -> Index:
    """Return a random one of `values` other than `present`, or `present` where there is none."""
    place = _draw(values == present, False, rng)
    return values[place] if place >= 0 else present
