"""Mutation: one random change of a genome's genes (Gaier & Ha 2019, section 3.2).

`mutate_into` draws one of the `OPERATORS` and where it acts; `edits` has the changes themselves. An
operator that finds nothing to act on changes nothing, and another one is then drawn, so that a
child always differs from its parent.
"""

import numpy as np
from numpy.typing import NDArray

from wann.evolution.draft import (
    ACTIVATION,
    CONNECTIONS,
    ENABLED,
    HEAD,
    INPUTS,
    NODES,
    SOURCE,
    TARGET,
    Draft,
    are_different,
    count_enabled,
    draft_of,
    first_hidden,
    genome_of,
    write_copy,
    zeros,
)
from wann.evolution.edits import (
    MOST_ADDED,
    add_connection,
    add_node,
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
    _apply(draft, operator, activations, node_id, rng)
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
        _apply(child, operator, activations, node_id, rng)
        if count_enabled(child) <= limit and are_different(child, parent):
            return
        rates[operator] = 0.0


@kernel
def _apply(
    draft: Draft,
    operator: Index,
    activations: NDArray[np.int64],
    node_id: Index,
    rng: np.random.Generator,
) -> None:
    """Apply `OPERATORS[operator]` where the generator says, if there is anything to act on."""
    if operator in (_ADD_CONNECTION, _ADD_RECURRENT):
        _add_random(draft, operator == _ADD_RECURRENT, rng)
    elif operator == _CHANGE:
        _change_random(draft, activations, rng)
    elif operator == _REMOVE_NODE:
        node = _draw_simple_node(draft, rng)
        if node >= 0:
            remove_node(draft, node)
    else:
        edge = _draw_index(draft[ENABLED], draft[HEAD, CONNECTIONS], operator != _ENABLE, rng)
        activation = 0
        if operator == _ADD_NODE:
            activation = activations[draw_below(rng, len(activations))]
        if edge < 0:
            return
        if operator == _ADD_NODE:
            add_node(draft, edge, activation, node_id)
        elif operator == _MOVE:
            _move_randomly(draft, edge, rng)
        elif operator == _REMOVE:
            remove_connection(draft, edge)
        else:
            set_enabled(draft, edge, operator == _ENABLE)


@inlined_kernel
def _add_random(draft: Draft, recurrent: bool, rng: np.random.Generator) -> None:
    """Join a random pair of nodes that may be joined.

    A recurrent connection lets a random node, perhaps an output, read what another or itself was
    one step before.
    """
    nodes, first_output = draft[HEAD, NODES], 1 + draft[HEAD, INPUTS]
    for _ in range(_TRIES):
        # A recurrent one is of any node but the bias
        source = -2 - draw_below(rng, nodes - 1) if recurrent else draw_below(rng, nodes)
        target = first_output + draw_below(rng, nodes - first_output)
        if is_legal(draft, source, target):
            add_connection(draft, source, target)
            return


@inlined_kernel
def _move_randomly(draft: Draft, edge: Index, rng: np.random.Generator) -> None:
    """Move one end of a connection to a random other node; a recurrent one stays recurrent."""
    nodes, first_output = draft[HEAD, NODES], 1 + draft[HEAD, INPUTS]
    for _ in range(_TRIES):
        source, target = draft[SOURCE, edge], draft[TARGET, edge]
        if rng.random() < 0.5:
            node = draw_below(rng, nodes)
            source = node if source >= 0 else -1 - node
        else:
            target = first_output + draw_below(rng, nodes - first_output)
        if is_legal(draft, source, target):
            move_connection(draft, edge, source, target)
            return


@inlined_kernel
def _draw_simple_node(draft: Draft, rng: np.random.Generator) -> Index:
    """Return a random hidden node with at most one enabled connection in, or at most one out.

    Joining its sources to its targets then adds no connection. A connection from the node to itself
    counts for neither. -1 where there is none.
    """
    nodes = draft[HEAD, NODES]
    entering, leaving = zeros(nodes), zeros(nodes)
    for i in range(draft[HEAD, CONNECTIONS]):
        node, target = node_at(draft[SOURCE, i]), draft[TARGET, i]
        if draft[ENABLED, i] and node != target:
            entering[target] += 1
            leaving[node] += 1
    for i in range(nodes):
        entering[i] = entering[i] <= 1 or leaving[i] <= 1
    for i in range(first_hidden(draft)):
        entering[i] = 0
    return _draw_index(entering, nodes, 1, rng)


@kernel
def _draw_index(
    values: NDArray[np.int64], length: Index, wanted: Index, rng: np.random.Generator
) -> Index:
    """Return a random index below `length` at which `values` are `wanted`, or -1 without any."""
    count = 0
    for i in range(length):
        count += values[i] == wanted
    if count == 0:
        return -1
    left = draw_below(rng, count)
    for i in range(length):
        if values[i] == wanted:
            if left == 0:
                return i
            left -= 1
    return -1


@inlined_kernel
def _change_random(draft: Draft, activations: NDArray[np.int64], rng: np.random.Generator) -> None:
    """Give a random hidden node another of `activations`, if there are both."""
    hidden, others = draft[HEAD, NODES] - first_hidden(draft), np.empty(len(activations), np.int64)
    if hidden == 0:
        return
    node = first_hidden(draft) + draw_below(rng, hidden)
    for i in range(len(activations)):
        others[i] = activations[i] != draft[ACTIVATION, node]
    place = _draw_index(others, len(activations), 1, rng)
    if place >= 0:
        set_activation(draft, node, activations[place])
