"""Crossover of two relatives: what both have stays, what one has is inherited by chance.

The paper has none. Nodes carry historical marks as in NEAT (Stanley & Miikkulainen 2002), so that
relatives can be laid side by side.
"""

import numpy as np
from numpy.typing import NDArray

from wann.evolution.edits import count_of, drop_dead_nodes
from wann.evolution.legality import node_at
from wann.kernels.jit import kernel
from wann.kernels.order import stable_order
from wann.network.genome import Genome, Index

# Where a node is in a child that has not got it.
_ABSENT = -1


@kernel
def cross(a: Genome, b: Genome, max_connections: Index, rng: np.random.Generator) -> Genome:
    """Return a child of two relatives: what both have, and what only one has with probability 1/2.

    Where both have a gene with different values, each value is as likely. Nodes are matched
    by id, connections by the nodes they join; a node that only one has comes with its connections.
    Returns `a` where the child would have a cycle, or more enabled connections
    than `max_connections`.
    """
    fixed, nodes_a, nodes_b = 1 + a.inputs + a.outputs, len(a.node_id), len(b.node_id)
    in_a = _positions(a.node_id, b.node_id)  # of each node of b, or -1
    in_b = _positions(b.node_id, a.node_id)
    # Positions in the child: the nodes of a that stay, then those that come from b.
    from_a, from_b = np.full(nodes_a, -1, np.int64), np.full(nodes_b, -1, np.int64)
    node_id = np.empty(nodes_a + nodes_b, np.int64)
    activation = np.empty_like(node_id)
    count = 0
    for i in range(nodes_a):
        if i < fixed or in_b[i] >= 0 or rng.random() < 0.5:
            from_a[i], node_id[count] = count, a.node_id[i]
            activation[count] = (
                a.activation[i] if in_b[i] < 0 or rng.random() < 0.5 else b.activation[in_b[i]]
            )
            count += 1
    for i in range(nodes_b):
        if in_a[i] >= 0:
            from_b[i] = from_a[in_a[i]]
        elif rng.random() < 0.5:
            from_b[i], node_id[count], activation[count] = count, b.node_id[i], b.activation[i]
            count += 1
    edges_a, edges_b = len(a.source), len(b.source)
    source, target = np.empty(edges_a + edges_b, np.int64), np.empty(edges_a + edges_b, np.int64)
    enabled = np.empty(edges_a + edges_b, np.bool_)
    used = 0
    known = _joined(b.source, b.target, from_b, count)
    for i in range(edges_a):
        s, t = _placed(from_a, a.source[i]), from_a[a.target[i]]
        if s == _ABSENT or t < 0:
            continue
        other = _find_joined(known, b.source, b.target, from_b, s, t, count)
        alone = in_b[node_at(a.source[i])] < 0 or in_b[a.target[i]] < 0
        if other >= 0 or alone or rng.random() < 0.5:
            source[used], target[used], enabled[used] = s, t, a.enabled[i]
            if other >= 0 and b.enabled[other] != a.enabled[i]:
                enabled[used] = rng.random() < 0.5
            used += 1
    known = _joined(a.source, a.target, from_a, count)
    for i in range(edges_b):
        s, t = _placed(from_b, b.source[i]), from_b[b.target[i]]
        if s == _ABSENT or t < 0:
            continue
        if _find_joined(known, a.source, a.target, from_a, s, t, count) >= 0:
            continue
        if in_a[node_at(b.source[i])] < 0 or in_a[b.target[i]] < 0 or rng.random() < 0.5:
            source[used], target[used], enabled[used] = s, t, b.enabled[i]
            used += 1
    child = Genome(
        a.inputs,
        a.outputs,
        node_id[:count].copy(),
        activation[:count].copy(),
        source[:used].copy(),
        target[:used].copy(),
        enabled[:used].copy(),
    )
    if count_of(child.enabled) > max_connections or not is_acyclic(child):
        return a
    return drop_dead_nodes(child)


@kernel
def is_acyclic(genome: Genome) -> bool:
    """Whether all feed-forward connections, the disabled ones too, have no cycle (Kahn 1962)."""
    nodes, edges = len(genome.node_id), len(genome.source)
    waiting, start = np.zeros(nodes, np.int64), np.zeros(nodes + 1, np.int64)
    for i in range(edges):
        if genome.source[i] >= 0:
            waiting[genome.target[i]] += 1
            start[genome.source[i] + 1] += 1
    start = np.cumsum(start)
    filled, follower = start[:-1].copy(), np.empty(edges, np.int64)
    for i in range(edges):
        if genome.source[i] >= 0:
            follower[filled[genome.source[i]]] = genome.target[i]
            filled[genome.source[i]] += 1
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
    return found == nodes


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
def _joined(
    source: NDArray[np.int64], target: NDArray[np.int64], position: NDArray[np.int64], nodes: Index
) -> NDArray[np.int64]:
    """Return a hash table (slots,) of connections, by the pair of positions in the child they join.

    `position` (nodes,) says where in the child a node is; connections of a node at -1 are left out.
    Free slots hold -1.
    """
    slots = 16
    while slots < 2 * len(source):
        slots *= 2
    table = np.full(slots, -1, np.int64)
    for i in range(len(source)):
        s, t = _placed(position, source[i]), position[target[i]]
        if s != _ABSENT and t >= 0:
            slot = ((s * nodes + t) * 40503 >> 4) & (slots - 1)
            while table[slot] >= 0:
                slot = (slot + 1) & (slots - 1)
            table[slot] = i
    return table


@kernel
def _find_joined(
    table: NDArray[np.int64],
    source: NDArray[np.int64],
    target: NDArray[np.int64],
    position: NDArray[np.int64],
    s: Index,
    t: Index,
    nodes: Index,
) -> Index:
    """Return the connection in a table of `_joined` that joins the positions s and t, or -1."""
    slot = ((s * nodes + t) * 40503 >> 4) & (len(table) - 1)
    while table[slot] >= 0 and (
        _placed(position, source[table[slot]]) != s or position[target[table[slot]]] != t
    ):
        slot = (slot + 1) & (len(table) - 1)
    return int(table[slot])
