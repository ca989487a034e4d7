"""Mutation operators: pure functions from a genome to a new genome (Gaier & Ha 2019, section 3.2 and figure 3).

Every operator copies; its argument is never written to. An operator that finds nothing to act on
returns its argument as it is, and `mutate` then draws another one, so that a child always differs
from its parent. The paper has the first four operators; the others can make a network smaller,
which bounds bloat.

All are compiled, because breeding is the serial part of a generation; each can be called from
Python alone.
"""

import numpy as np
from numpy.typing import NDArray

from wann.kernels.jit import kernel
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
)

# Their indices, for compiled code.
_ADD_CONNECTION, _ADD_NODE, _ENABLE, _CHANGE, _DISABLE, _REMOVE, _REMOVE_NODE, _MOVE = range(
    len(OPERATORS)
)

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
        genome.inputs,
        genome.outputs,
        genome.node_id,
        genome.activation,
        genome.source,
        genome.target,
        enabled,
    )


@kernel
def set_activation(genome: Genome, node: Index, activation: Index) -> Genome:
    """Give a node another activation."""
    changed = genome.activation.copy()
    changed[node] = activation
    return Genome(
        genome.inputs,
        genome.outputs,
        genome.node_id,
        changed,
        genome.source,
        genome.target,
        genome.enabled,
    )


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
    genome: Genome,
    operator: Index,
    activations: NDArray[np.int64],
    node_id: Index,
    rng: np.random.Generator,
) -> Genome:
    """Apply `OPERATORS[operator]` at a random place.

    Return `genome` itself where there is no such place.
    """
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
    return (
        set_enabled(genome, edge, False)
        if operator == _DISABLE
        else remove_connection(genome, edge)
    )


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

    `rates` are the relative probabilities of `OPERATORS`; an operator that finds no place, or whose
    child would have more enabled connections than both `max_connections` and its parent, is struck
    out and another is drawn. Where none is left the parent itself is returned. `node_id` is the id
    of the new node, should there be one.
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
