"""The edits that mutations are made of: each changes the draft of a genome in place.

Source: Gaier & Ha 2019, figure 3. Each acts where it is told to, by positions of nodes and
indices of connections; `mutation` draws where. The paper has those that add a node, add or enable a
connection, and change an activation; the others can make a network smaller, which bounds bloat.

All are compiled, because breeding is the serial part of a generation, and look at neither an index
nor the room that a draft has. `edited` applies one to a genome, from Python.
"""

from collections.abc import Callable

import numpy as np

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
    draft_of,
    first_hidden,
    genome_of,
    zeros,
)
from wann.evolution.legality import find_connection, node_at
from wann.kernels.jit import inlined_kernel, kernel
from wann.network.genome import Genome, Index

# Edits add at most as many nodes and connections, `remove_node` aside.
MOST_ADDED = 2

# The target of a connection that is to go: none has the bias.
_GONE = 0


def edited(genome: Genome, edit: Callable[..., None], *where: int) -> Genome:
    """Return what `edit`, one of this module, makes of a genome, which stays as it is."""
    room = _joined_without(genome, *where) if edit is remove_node else MOST_ADDED
    draft = draft_of(genome, room)
    edit(draft, *where)
    return genome_of(draft)


def _joined_without(genome: Genome, node: int) -> int:
    """Return how many connections `remove_node` adds at most, before others go."""
    reads = np.where(genome.source < 0, -1 - genome.source, genome.source)
    return int((genome.target == node).sum() * (reads == node).sum())


@inlined_kernel
def add_node(draft: Draft, edge: Index, activation: Index, node_id: Index) -> None:
    """Split the enabled connection `edge` by a new node with the given activation and id.

    The connection is disabled, and two new ones lead from its source to the new node and from there
    to its target.
    """
    node = draft[HEAD, NODES]
    draft[NODE_ID, node], draft[ACTIVATION, node] = node_id, activation
    draft[HEAD, NODES] += 1
    draft[ENABLED, edge] = 0
    _append(draft, draft[SOURCE, edge], node)
    _append(draft, node, draft[TARGET, edge])


@kernel
def add_connection(draft: Draft, source: Index, target: Index) -> None:
    """Join two nodes; if a disabled connection joins them already, enable that one.

    The source may be `~node`: then the connection is recurrent.
    """
    known = find_connection(draft, source, target)
    if known >= 0:
        draft[ENABLED, known] = 1
    else:
        _append(draft, source, target)


@inlined_kernel
def set_enabled(draft: Draft, edge: Index, value: bool) -> None:
    """Enable or disable the connection `edge`."""
    draft[ENABLED, edge] = value


@inlined_kernel
def set_activation(draft: Draft, node: Index, activation: Index) -> None:
    """Give the node at position `node` another activation."""
    draft[ACTIVATION, node] = activation


@kernel
def remove_connection(draft: Draft, edge: Index) -> None:
    """Delete the connection `edge`, and every hidden node that no longer leads to an output."""
    draft[TARGET, edge] = _GONE
    _close_gaps(draft)
    drop_dead_nodes(draft)


@inlined_kernel
def remove_node(draft: Draft, node: Index) -> None:
    """Delete a hidden node, joining each of its enabled sources to each of its enabled targets.

    Where either of two connections that become one is recurrent, that one is; the bias, which is
    always 1, is joined as it is.
    """
    connections = draft[HEAD, CONNECTIONS]
    for i in range(connections):
        into = draft[SOURCE, i]
        if draft[TARGET, i] == node and node_at(into) != node and draft[ENABLED, i]:
            for j in range(connections):
                out, target = draft[SOURCE, j], draft[TARGET, j]
                if node_at(out) == node and target != node and draft[ENABLED, j]:
                    add_connection(draft, -1 - into if out < 0 and into > 0 else into, target)
    for i in range(draft[HEAD, CONNECTIONS]):
        if draft[TARGET, i] == node or node_at(draft[SOURCE, i]) == node:
            draft[TARGET, i] = _GONE
    _close_gaps(draft)
    drop_dead_nodes(draft)


@inlined_kernel
def move_connection(draft: Draft, edge: Index, source: Index, target: Index) -> None:
    """Replace the connection `edge` by one from `source` to `target`.

    Hidden nodes that no longer lead to an output go with it.
    """
    add_connection(draft, source, target)
    remove_connection(draft, edge)


@kernel
def drop_dead_nodes(draft: Draft) -> None:
    """Delete the hidden nodes from which no connection, enabled or not, leads on to an output.

    Their connections go with them. What stays keeps its order.
    """
    nodes, connections = draft[HEAD, NODES], draft[HEAD, CONNECTIONS]
    live = zeros(nodes)
    for i in range(first_hidden(draft)):
        live[i] = 1
    changed = True
    while changed:
        changed = False
        for i in range(connections - 1, -1, -1):
            node = node_at(draft[SOURCE, i])
            if live[draft[TARGET, i]] and not live[node]:
                live[node] = 1
                changed = True
    position, count = np.empty(nodes, np.int64), 0
    for i in range(nodes):
        position[i] = count
        if live[i]:
            draft[NODE_ID, count], draft[ACTIVATION, count] = (
                draft[NODE_ID, i],
                draft[ACTIVATION, i],
            )
            count += 1
    draft[HEAD, NODES] = count
    for i in range(connections):
        source, target = draft[SOURCE, i], draft[TARGET, i]
        if live[node_at(source)] and live[target]:
            draft[SOURCE, i] = position[source] if source >= 0 else -1 - position[-1 - source]
            draft[TARGET, i] = position[target]
        else:
            draft[TARGET, i] = _GONE
    _close_gaps(draft)


@kernel
def _append(draft: Draft, source: Index, target: Index) -> None:
    """Put an enabled connection behind all others."""
    at = draft[HEAD, CONNECTIONS]
    draft[SOURCE, at], draft[TARGET, at], draft[ENABLED, at] = source, target, 1
    draft[HEAD, CONNECTIONS] += 1


@kernel
def _close_gaps(draft: Draft) -> None:
    """Delete the connections whose target is `_GONE`; the others keep their order."""
    count = 0
    for i in range(draft[HEAD, CONNECTIONS]):
        if draft[TARGET, i] != _GONE:
            draft[SOURCE, count], draft[TARGET, count] = draft[SOURCE, i], draft[TARGET, i]
            draft[ENABLED, count] = draft[ENABLED, i]
            count += 1
    draft[HEAD, CONNECTIONS] = count
