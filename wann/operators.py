"""Mutation operators: pure functions from a genome to a new genome (Gaier & Ha 2019, section 3.2 and figure 3).

Every operator copies; its argument is never written to. An operator that finds nothing to act on returns its argument
as it is, and `mutate` then draws another one, so that a child always differs from its parent. The paper has the first
four operators; the others can make a network smaller, which bounds bloat.

All are compiled, because breeding is the serial part of a generation; each can be called from Python alone.
"""

import numpy as np
from numpy.typing import NDArray

from wann.genome import Genes, Genome, Index
from wann.jit import kernel

OPERATORS = (
    "add_connection",
    "add_node",
    "enable_connection",
    "change_activation",
    "disable_connection",
    "remove_connection",
    "remove_node",
    "move_connection",
)

# Their indices, for compiled code.
_ADD_CONNECTION, _ADD_NODE, _ENABLE, _CHANGE, _DISABLE, _REMOVE, _REMOVE_NODE, _MOVE = range(len(OPERATORS))

# How often a random pair is drawn before an operator that needs a legal new connection gives up.
_TRIES = 32


@kernel
def add_node(genome: Genome, edge: Index, activation: Index, node_id: Index) -> Genome:
    """Split the enabled connection `edge`: it is disabled, and a new node takes its place with two connections."""
    node = len(genome.node_id)
    enabled = np.append(genome.enabled, np.array([True, True]))
    enabled[edge] = False
    return Genome(
        genome.inputs,
        genome.outputs,
        np.append(genome.node_id, node_id),
        np.append(genome.activation, activation),
        np.append(genome.source, np.array([genome.source[edge], node])),
        np.append(genome.target, np.array([node, genome.target[edge]])),
        enabled,
    )


@kernel
def add_connection(genome: Genome, source: Index, target: Index) -> Genome:
    """Join two nodes; if the pair is joined by a disabled connection, enable that one."""
    known = find_connection(genome, source, target)
    if known >= 0:
        return set_enabled(genome, known, True)
    return Genome(
        genome.inputs,
        genome.outputs,
        genome.node_id,
        genome.activation,
        np.append(genome.source, source),
        np.append(genome.target, target),
        np.append(genome.enabled, True),
    )


@kernel
def set_enabled(genome: Genome, edge: Index, value: bool) -> Genome:
    """Enable or disable the connection `edge`."""
    enabled = genome.enabled.copy()
    enabled[edge] = value
    return Genome(
        genome.inputs, genome.outputs, genome.node_id, genome.activation, genome.source, genome.target, enabled
    )


@kernel
def set_activation(genome: Genome, node: Index, activation: Index) -> Genome:
    """Give a node another activation."""
    changed = genome.activation.copy()
    changed[node] = activation
    return Genome(genome.inputs, genome.outputs, genome.node_id, changed, genome.source, genome.target, genome.enabled)


@kernel
def remove_connection(genome: Genome, edge: Index) -> Genome:
    """Delete the connection `edge`, and with it every hidden node that no longer leads to an output."""
    kept = np.ones(len(genome.source), np.bool_)
    kept[edge] = False
    return drop_dead_nodes(_keep_connections(genome, kept))


@kernel
def remove_node(genome: Genome, node: Index) -> Genome:
    """Delete a hidden node, joining each of its enabled sources to each of its enabled targets."""
    child = genome
    for i in range(len(genome.source)):
        if genome.target[i] == node and genome.enabled[i]:
            for j in range(len(genome.source)):
                if genome.source[j] == node and genome.enabled[j]:
                    child = add_connection(child, genome.source[i], genome.target[j])
    kept = (child.source != node) & (child.target != node)
    return drop_dead_nodes(_keep_connections(child, kept))


@kernel
def move_connection(genome: Genome, edge: Index, source: Index, target: Index) -> Genome:
    """Replace the connection `edge` by one between two other nodes."""
    grown = add_connection(genome, source, target)
    kept = np.ones(len(grown.source), np.bool_)
    kept[edge] = False
    return drop_dead_nodes(_keep_connections(grown, kept))


@kernel
def drop_dead_nodes(genome: Genome) -> Genome:
    """Delete the hidden nodes from which no connection, enabled or not, leads on to an output."""
    nodes = len(genome.node_id)
    first_hidden = 1 + genome.inputs + genome.outputs
    live = np.zeros(nodes, np.bool_)
    live[:first_hidden] = True
    changed = True
    while changed:
        changed = False
        for i in range(len(genome.source) - 1, -1, -1):
            if live[genome.target[i]] and not live[genome.source[i]]:
                live[genome.source[i]] = True
                changed = True
    position = np.cumsum(live) - 1
    kept = live[genome.source] & live[genome.target]
    return Genome(
        genome.inputs,
        genome.outputs,
        genome.node_id[live],
        genome.activation[live],
        position[genome.source[kept]],
        position[genome.target[kept]],
        genome.enabled[kept],
    )


@kernel
def _keep_connections(genome: Genome, kept: NDArray[np.bool_]) -> Genome:
    return Genome(
        genome.inputs,
        genome.outputs,
        genome.node_id,
        genome.activation,
        genome.source[kept],
        genome.target[kept],
        genome.enabled[kept],
    )


@kernel
def find_connection(genome: Genome, source: Index, target: Index) -> int:
    """Return the index of the connection between two nodes, or -1."""
    for i in range(len(genome.source)):
        if genome.source[i] == source and genome.target[i] == target:
            return i
    return -1


@kernel
def leads_to(genome: Genome, start: Index, goal: Index) -> bool:
    """Whether a path over any connections, disabled ones too, leads from `start` to `goal`."""
    reached = np.zeros(len(genome.node_id), np.bool_)
    reached[start] = True
    changed = True
    while changed and not reached[goal]:
        changed = False
        for i in range(len(genome.source)):
            if reached[genome.source[i]] and not reached[genome.target[i]]:
                reached[genome.target[i]] = True
                changed = True
    return bool(reached[goal])


@kernel
def is_legal(genome: Genome, source: Index, target: Index) -> bool:
    """Whether `source` and `target` may be joined anew: not yet joined by an enabled connection, and no cycle."""
    first_output, first_hidden = 1 + genome.inputs, 1 + genome.inputs + genome.outputs
    if source == target or target < first_output or first_output <= source < first_hidden:
        return False
    known = find_connection(genome, source, target)
    if known >= 0:
        return not genome.enabled[known]
    return not leads_to(genome, target, source)


@kernel
def _draw(mask: NDArray[np.bool_], rng: np.random.Generator) -> Index:
    """Return a random index at which `mask` is true, or -1."""
    choices = np.flatnonzero(mask)
    return choices[rng.integers(0, len(choices))] if len(choices) else -1


@kernel
def _draw_other(values: NDArray[np.int64], present: Index, rng: np.random.Generator) -> Index:
    """Return a random element of `values` other than `present`, or `present` where there is none."""
    others = values[values != present]
    return others[rng.integers(0, len(others))] if len(others) else present


@kernel
def _random_node_removal(genome: Genome, rng: np.random.Generator) -> Genome:
    """Remove a random hidden node of in- or out-degree at most one: the bypass then adds no connection."""
    nodes = len(genome.node_id)
    entering, leaving = np.zeros(nodes, np.int64), np.zeros(nodes, np.int64)
    for i in range(len(genome.source)):
        if genome.enabled[i]:
            entering[genome.target[i]] += 1
            leaving[genome.source[i]] += 1
    simple = (entering <= 1) | (leaving <= 1)
    simple[: 1 + genome.inputs + genome.outputs] = False
    node = _draw(simple, rng)
    return remove_node(genome, node) if node >= 0 else genome


@kernel
def _random_connection(genome: Genome, rng: np.random.Generator) -> Genome:
    """Join a random legal pair."""
    nodes = len(genome.node_id)
    for _ in range(_TRIES):
        source, target = rng.integers(0, nodes), rng.integers(1 + genome.inputs, nodes)
        if is_legal(genome, source, target):
            return add_connection(genome, source, target)
    return genome


@kernel
def _random_move(genome: Genome, rng: np.random.Generator) -> Genome:
    """Move one end of a random enabled connection to another node."""
    edge = _draw(genome.enabled, rng)
    nodes = len(genome.node_id)
    for _ in range(_TRIES if edge >= 0 else 0):
        source, target = genome.source[edge], genome.target[edge]
        if rng.random() < 0.5:
            source = rng.integers(0, nodes)
        else:
            target = rng.integers(1 + genome.inputs, nodes)
        if is_legal(genome, source, target):
            return move_connection(genome, edge, source, target)
    return genome


@kernel
def apply_random(
    genome: Genome, operator: Index, activations: NDArray[np.int64], node_id: Index, rng: np.random.Generator
) -> Genome:
    """Apply `OPERATORS[operator]` at a random place; return `genome` itself where there is no such place."""
    first_hidden = 1 + genome.inputs + genome.outputs
    if operator == _ADD_CONNECTION:
        return _random_connection(genome, rng)
    if operator == _ADD_NODE:
        edge = _draw(genome.enabled, rng)
        activation = activations[rng.integers(0, len(activations))]
        return add_node(genome, edge, activation, node_id) if edge >= 0 else genome
    if operator == _ENABLE:
        edge = _draw(~genome.enabled, rng)
        return set_enabled(genome, edge, True) if edge >= 0 else genome
    if operator == _CHANGE:
        if len(genome.node_id) == first_hidden:
            return genome
        node = rng.integers(first_hidden, len(genome.node_id))
        return set_activation(genome, node, _draw_other(activations, genome.activation[node], rng))
    if operator == _REMOVE_NODE:
        return _random_node_removal(genome, rng)
    if operator == _MOVE:
        return _random_move(genome, rng)
    edge = _draw(genome.enabled, rng)
    if edge < 0:
        return genome
    return set_enabled(genome, edge, False) if operator == _DISABLE else remove_connection(genome, edge)


@kernel
def differs(a: Genome, b: Genome) -> bool:
    """Whether two genomes have different genes."""
    return bool(
        len(a.node_id) != len(b.node_id)
        or len(a.source) != len(b.source)
        or np.any(a.activation != b.activation)
        or np.any(a.source != b.source)
        or np.any(a.target != b.target)
        or np.any(a.enabled != b.enabled)
    )


@kernel
def mutate(
    genome: Genome,
    rates: NDArray[np.float64],
    activations: NDArray[np.int64],
    node_id: Index,
    max_connections: Index,
    rng: np.random.Generator,
) -> Genome:
    """Return a child with one random change of its genes.

    `rates` are the relative probabilities of `OPERATORS`; an operator that finds no place, or whose child would have
    more enabled connections than both `max_connections` and its parent, is struck out and another is drawn. Where none
    is left the parent itself is returned. `node_id` is the id of the new node, should there be one.
    """
    rates = rates.copy()
    limit = max(max_connections, genome.enabled.sum())
    while rates.sum() > 0.0:
        mark = rng.random() * rates.sum()
        operator = min(np.searchsorted(np.cumsum(rates), mark, side="right"), len(rates) - 1)
        child = apply_random(genome, operator, activations, node_id, rng)
        if child.enabled.sum() <= limit and differs(child, genome):
            return child
        rates[operator] = 0.0
    return genome


@kernel
def cross(a: Genome, b: Genome, max_connections: Index, rng: np.random.Generator) -> Genome:
    """Return a child of two relatives: what both have, and what only one has with probability 1/2.

    Nodes are matched by id, connections by the nodes they join; a node that only one has comes with its connections.
    Returns `a` where the child would have a cycle, or more enabled connections than `max_connections`.
    """
    fixed, nodes_a, nodes_b = 1 + a.inputs + a.outputs, len(a.node_id), len(b.node_id)
    in_a = _positions(a.node_id, b.node_id)  # of each node of b, or -1
    in_b = _positions(b.node_id, a.node_id)
    # Positions in the child: the nodes of a that stay, then those that come from b.
    from_a, from_b = np.full(nodes_a, -1, np.int64), np.full(nodes_b, -1, np.int64)
    node_id, activation = np.empty(nodes_a + nodes_b, np.int64), np.empty(nodes_a + nodes_b, np.int64)
    count = 0
    for i in range(nodes_a):
        if i < fixed or in_b[i] >= 0 or rng.random() < 0.5:
            from_a[i], node_id[count] = count, a.node_id[i]
            activation[count] = a.activation[i] if in_b[i] < 0 or rng.random() < 0.5 else b.activation[in_b[i]]
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
        s, t = from_a[a.source[i]], from_a[a.target[i]]
        if s < 0 or t < 0:
            continue
        other = _find_joined(known, b.source, b.target, from_b, s, t, count)
        alone = in_b[a.source[i]] < 0 or in_b[a.target[i]] < 0
        if other >= 0 or alone or rng.random() < 0.5:
            source[used], target[used], enabled[used] = s, t, a.enabled[i]
            if other >= 0 and b.enabled[other] != a.enabled[i]:
                enabled[used] = rng.random() < 0.5
            used += 1
    known = _joined(a.source, a.target, from_a, count)
    for i in range(edges_b):
        s, t = from_b[b.source[i]], from_b[b.target[i]]
        if s < 0 or t < 0 or _find_joined(known, a.source, a.target, from_a, s, t, count) >= 0:
            continue
        if in_a[b.source[i]] < 0 or in_a[b.target[i]] < 0 or rng.random() < 0.5:
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
    if np.sum(child.enabled) > max_connections or not is_acyclic(child):
        return a
    return drop_dead_nodes(child)


@kernel
def is_acyclic(genome: Genome) -> bool:
    """Whether all connections together, the disabled ones too, are free of cycles (Kahn 1962)."""
    nodes, edges = len(genome.node_id), len(genome.source)
    waiting, start = np.zeros(nodes, np.int64), np.zeros(nodes + 1, np.int64)
    for i in range(edges):
        waiting[genome.target[i]] += 1
        start[genome.source[i] + 1] += 1
    start = np.cumsum(start)
    filled, follower = start[:-1].copy(), np.empty(edges, np.int64)
    for i in range(edges):
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
def _positions(ids: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where in `ids` each of `wanted` stands, or -1."""
    order = np.argsort(ids, kind="mergesort")
    places = np.searchsorted(ids[order], wanted)
    found = np.full(len(wanted), -1, np.int64)
    for i in range(len(wanted)):
        if places[i] < len(ids) and ids[order[places[i]]] == wanted[i]:
            found[i] = order[places[i]]
    return found


@kernel
def _joined(
    source: NDArray[np.int64], target: NDArray[np.int64], place: NDArray[np.int64], nodes: Index
) -> NDArray[np.int64]:
    """Return a hash table of connections by the pair of places they join; those with a node at -1 are left out."""
    slots = 16
    while slots < 2 * len(source):
        slots *= 2
    table = np.full(slots, -1, np.int64)
    for i in range(len(source)):
        s, t = place[source[i]], place[target[i]]
        if s >= 0 and t >= 0:
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
    place: NDArray[np.int64],
    s: Index,
    t: Index,
    nodes: Index,
) -> Index:
    """Return the connection in a table of `_joined` that joins the places s and t, or -1."""
    slot = ((s * nodes + t) * 40503 >> 4) & (len(table) - 1)
    while table[slot] >= 0 and (place[source[table[slot]]] != s or place[target[table[slot]]] != t):
        slot = (slot + 1) & (len(table) - 1)
    return int(table[slot])


@kernel
def breed(
    genes: Genes,
    elites: NDArray[np.int64],
    parents: NDArray[np.int64],
    mates: NDArray[np.int64],
    times: NDArray[np.int64],
    rates: NDArray[np.float64],
    activations: NDArray[np.int64],
    first_ids: NDArray[np.int64],
    max_connections: Index,
    rng: np.random.Generator,
) -> Genes:
    """Return `elites` as they are, then one child for each of `parents`, mutated up to `times` times.

    Where there is a mate (`mates` is not -1), the child is first crossed with it.
    A mutation that would undo all before it is left out. New nodes of child i get the ids from `first_ids[i]` on.
    One call instead of a thousand: handing a generator and a genome to compiled code costs more than a mutation.
    """
    bred = [_genome_at(genes, elite) for elite in elites]
    for i in range(len(parents)):
        parent = _genome_at(genes, parents[i])
        child = parent
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
    source, target, enabled = np.empty(edges, np.int64), np.empty(edges, np.int64), np.empty(edges, np.bool_)
    for i in range(len(bred)):
        node_id[node_start[i] : node_start[i + 1]] = bred[i].node_id
        activation[node_start[i] : node_start[i + 1]] = bred[i].activation
        source[edge_start[i] : edge_start[i + 1]] = bred[i].source
        target[edge_start[i] : edge_start[i + 1]] = bred[i].target
        enabled[edge_start[i] : edge_start[i + 1]] = bred[i].enabled
    return Genes(genes.inputs, genes.outputs, node_start, edge_start, node_id, activation, source, target, enabled)


@kernel
def _genome_at(genes: Genes, index: Index) -> Genome:
    n0, n1 = genes.node_start[index], genes.node_start[index + 1]
    e0, e1 = genes.edge_start[index], genes.edge_start[index + 1]
    return Genome(
        genes.inputs,
        genes.outputs,
        genes.node_id[n0:n1],
        genes.activation[n0:n1],
        genes.source[e0:e1],
        genes.target[e0:e1],
        genes.enabled[e0:e1],
    )
