"""Crossover of two relatives: what both have stays, what one has is inherited by chance.

The paper has none. Nodes carry historical marks as in NEAT (Stanley & Miikkulainen 2002), so that
relatives can be laid side by side.
"""

import numpy as np
from numpy.typing import NDArray

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
    count_enabled,
    draft_of,
    first_hidden,
    genome_of,
    write_copy,
)
from wann.evolution.edits import drop_dead_nodes
from wann.evolution.legality import node_at
from wann.kernels.jit import kernel
from wann.kernels.order import stable_order
from wann.network.genome import Genome, Index

# Where a node is in a child that has not got it.
_ABSENT = -1


def cross(a: Genome, b: Genome, max_connections: int, rng: np.random.Generator) -> Genome:
    """Return a child of two relatives, as `cross_into` makes it."""
    child = draft_of(a, max(len(b.node_id), len(b.source)))
    cross_into(child, draft_of(a), draft_of(b), max_connections, rng)
    return genome_of(child)


@kernel
def cross_into(
    child: Draft, a: Draft, b: Draft, max_connections: Index, rng: np.random.Generator
) -> None:
    """Let `child` have what two relatives both have, and what one alone has with probability 1/2.

    Where both have a gene with different values, each value is as likely. Nodes are matched
    by id, connections by the nodes they join; a node that only one has comes with its connections.
    The child is as `a` where it would have a cycle, or more enabled connections
    than `max_connections`.

    Args:
        child: what is written to; has room for both relatives.
        a: the one relative.
        b: the other one, of the same task.
        max_connections: how many enabled connections the child may have.
        rng: where the random numbers come from.
    """
    fixed, nodes_a, nodes_b = first_hidden(a), a[HEAD, NODES], b[HEAD, NODES]
    in_a = _positions(a[NODE_ID, :nodes_a], b[NODE_ID, :nodes_b])  # of each node of b, or -1
    in_b = _positions(b[NODE_ID, :nodes_b], a[NODE_ID, :nodes_a])
    # Positions in the child: the nodes of a that stay, then those that come from b.
    from_a, from_b = np.full(nodes_a, -1, np.int64), np.full(nodes_b, -1, np.int64)
    write_copy(child, a)
    count = 0
    for i in range(nodes_a):
        if i < fixed or in_b[i] >= 0 or rng.random() < 0.5:
            from_a[i], child[NODE_ID, count] = count, a[NODE_ID, i]
            child[ACTIVATION, count] = (
                a[ACTIVATION, i] if in_b[i] < 0 or rng.random() < 0.5 else b[ACTIVATION, in_b[i]]
            )
            count += 1
    for i in range(nodes_b):
        if in_a[i] >= 0:
            from_b[i] = from_a[in_a[i]]
        elif rng.random() < 0.5:
            from_b[i], child[NODE_ID, count] = count, b[NODE_ID, i]
            child[ACTIVATION, count] = b[ACTIVATION, i]
            count += 1
    edges_a, edges_b = a[HEAD, CONNECTIONS], b[HEAD, CONNECTIONS]
    used = 0
    known = _joined(b, from_b, count)
    for i in range(edges_a):
        s, t = _placed(from_a, a[SOURCE, i]), from_a[a[TARGET, i]]
        if s == _ABSENT or t < 0:
            continue
        other = _find_joined(known, b, from_b, s, t, count)
        alone = in_b[node_at(a[SOURCE, i])] < 0 or in_b[a[TARGET, i]] < 0
        if other >= 0 or alone or rng.random() < 0.5:
            child[SOURCE, used], child[TARGET, used] = s, t
            child[ENABLED, used] = a[ENABLED, i]
            if other >= 0 and b[ENABLED, other] != a[ENABLED, i]:
                child[ENABLED, used] = rng.random() < 0.5
            used += 1
    known = _joined(a, from_a, count)
    for i in range(edges_b):
        s, t = _placed(from_b, b[SOURCE, i]), from_b[b[TARGET, i]]
        if s == _ABSENT or t < 0:
            continue
        if _find_joined(known, a, from_a, s, t, count) >= 0:
            continue
        if in_a[node_at(b[SOURCE, i])] < 0 or in_a[b[TARGET, i]] < 0 or rng.random() < 0.5:
            child[SOURCE, used], child[TARGET, used] = s, t
            child[ENABLED, used] = b[ENABLED, i]
            used += 1
    child[HEAD, NODES], child[HEAD, CONNECTIONS] = count, used
    if count_enabled(child) > max_connections or not is_acyclic(child):
        write_copy(child, a)
    else:
        drop_dead_nodes(child)


@kernel
def is_acyclic(draft: Draft) -> bool:
    """Whether all feed-forward connections, the disabled ones too, have no cycle (Kahn 1962)."""
    nodes, edges = draft[HEAD, NODES], draft[HEAD, CONNECTIONS]
    waiting, start = np.zeros(nodes, np.int64), np.zeros(nodes + 1, np.int64)
    for i in range(edges):
        if draft[SOURCE, i] >= 0:
            waiting[draft[TARGET, i]] += 1
            start[draft[SOURCE, i] + 1] += 1
    start = np.cumsum(start)
    filled, follower = start[:-1].copy(), np.empty(edges, np.int64)
    for i in range(edges):
        if draft[SOURCE, i] >= 0:
            follower[filled[draft[SOURCE, i]]] = draft[TARGET, i]
            filled[draft[SOURCE, i]] += 1
    ready = np.empty(nodes, np.int64)
    found = 0
    for node in range(nodes):
        if waiting[node] == 0:
            ready[found] = node
            found += 1
    done = 0
    while done < found:
        node = ready[done]
        done += 1
        for i in range(start[node], start[node + 1]):
            waiting[follower[i]] -= 1
            if waiting[follower[i]] == 0:
                ready[found] = follower[i]
                found += 1
    return bool(found == nodes)


@kernel
def _placed(position: NDArray[np.int64], source: Index) -> Index:
    """Return the source in the child that a source becomes, `_ABSENT` where its node is not there.

    `position` (nodes,) says where in the child each node is, or -1.
    """
    if source >= 0:
        return int(position[source])
    # The bias is at 0 and is never read one step later, so that this is never -1
    return int(-1 - position[-1 - source]) if position[-1 - source] >= 0 else _ABSENT


@kernel
def _positions(ids: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where in `ids` each of `wanted` is, or -1."""
    order = stable_order(ids)
    slots = np.searchsorted(ids[order], wanted)
    found = np.full(len(wanted), -1, np.int64)
    for i in range(len(wanted)):
        if slots[i] < len(ids) and ids[order[slots[i]]] == wanted[i]:
            found[i] = order[slots[i]]
    return found


@kernel
def _joined(draft: Draft, position: NDArray[np.int64], nodes: Index) -> NDArray[np.int64]:
    """Return a hash table (slots,) of connections, by the pair of positions in the child they join.

    `position` (nodes,) says where in the child a node is; connections of a node at -1 are left out.
    Free slots hold -1.
    """
    slots, connections = 16, draft[HEAD, CONNECTIONS]
    while slots < 2 * connections:
        slots *= 2
    table = np.full(slots, -1, np.int64)
    for i in range(connections):
        s, t = _placed(position, draft[SOURCE, i]), position[draft[TARGET, i]]
        if s != _ABSENT and t >= 0:
            slot = ((s * nodes + t) * 40503 >> 4) & (slots - 1)
            while table[slot] >= 0:
                slot = (slot + 1) & (slots - 1)
            table[slot] = i
    return table


@kernel
def _find_joined(
    table: NDArray[np.int64],
    draft: Draft,
    position: NDArray[np.int64],
    s: Index,
    t: Index,
    nodes: Index,
) -> Index:
    """Return the connection in a table of `_joined` that joins the positions s and t, or -1."""
    slot = ((s * nodes + t) * 40503 >> 4) & (len(table) - 1)
    while table[slot] >= 0 and (
        _placed(position, draft[SOURCE, table[slot]]) != s
        or position[draft[TARGET, table[slot]]] != t
    ):
        slot = (slot + 1) & (len(table) - 1)
    return int(table[slot])
