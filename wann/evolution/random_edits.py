"""Edits at random places: what each operator of mutation does to the draft of a genome.

`edits` has the changes themselves (Gaier & Ha 2019, figure 3). An operator that finds nothing to
act on changes nothing.
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
    first_hidden,
    zeros,
)
from wann.evolution.edits import (
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
from wann.network.genome import Index

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


@kernel
def apply_operator(
    draft: Draft,
    operator: Index,
    activations: NDArray[np.int64],
    node_id: Index,
    rng: np.random.Generator,
) -> None:
    """Apply `OPERATORS[operator]` where the generator says, if there is anything to act on.

    Args:
        draft: what is written to; has room for twice its connections.
        operator: an index into `OPERATORS`.
        activations: (choices,) the ids that a new or changed node may get.
        node_id: the id of the new node, should there be one.
        rng: where the random numbers come from.
    """
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
