"""The edits that mutations are made of: pure functions from a genome to a new one.

Source: Gaier & Ha 2019, figure 3. Each acts where it is told to, by positions of nodes and
indices of connections; `mutation` draws where. Each copies what it changes: its argument is never
written to. The paper has those that add a node, add or enable a connection, and change an
activation; the others can make a network smaller, which bounds bloat.

All are compiled, because breeding is the serial part of a generation; each can be called from
Python alone.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.evolution.legality import find_connection, node_at
from wann.kernels.jit import inlined_kernel, kernel
from wann.network.genome import Genome, Index


@inlined_kernel
def add_node(genome: Genome, edge: Index, activation: Index, node_id: Index) -> Genome:
    """Split the enabled connection `edge` by a new node with the given activation and id.

    The connection is disabled, and two new ones lead from its source to the new node and from there
    to its target.
    """
    node = len(genome.node_id)
    enabled = _behind(_behind(genome.enabled, True), True)
    enabled[edge] = False
    return Genome(
        genome.inputs,
        genome.outputs,
        _behind(genome.node_id, node_id),
        _behind(genome.activation, activation),
        _behind(_behind(genome.source, genome.source[edge]), node),
        _behind(_behind(genome.target, node), genome.target[edge]),
        enabled,
    )


@kernel
def add_connection(genome: Genome, source: Index, target: Index) -> Genome:
    """Join two nodes; if a disabled connection joins them already, enable that one.

    The source may be `~node`: then the connection is recurrent.
    """
    known = find_connection(genome, source, target)
    if known >= 0:
        return set_enabled(genome, known, True)
    return Genome(
        genome.inputs,
        genome.outputs,
        genome.node_id,
        genome.activation,
        _behind(genome.source, source),
        _behind(genome.target, target),
        _behind(genome.enabled, True),
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


@inlined_kernel
def set_activation(genome: Genome, node: Index, activation: Index) -> Genome:
    """Give the node at position `node` another activation."""
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
    """Delete the connection `edge`, and every hidden node that no longer leads to an output."""
    kept = np.ones(len(genome.source), np.bool_)
    kept[edge] = False
    return drop_dead_nodes(_keep_connections(genome, kept))


@kernel
def remove_node(genome: Genome, node: Index) -> Genome:
    """Delete a hidden node, joining each of its enabled sources to each of its enabled targets.

    Where either of two connections that become one is recurrent, that one is; the bias, which is
    always 1, is joined as it is.
    """
    child = genome
    for i in range(len(genome.source)):
        into = genome.source[i]
        if genome.target[i] == node and node_at(into) != node and genome.enabled[i]:
            for j in range(len(genome.source)):
                out, target = genome.source[j], genome.target[j]
                if node_at(out) == node and target != node and genome.enabled[j]:
                    source = -1 - into if out < 0 and into > 0 else into
                    child = add_connection(child, source, target)
    kept = np.empty(len(child.source), np.bool_)
    for i in range(len(child.source)):
        kept[i] = child.target[i] != node and node_at(child.source[i]) != node
    return drop_dead_nodes(_keep_connections(child, kept))


@inlined_kernel
def move_connection(genome: Genome, edge: Index, source: Index, target: Index) -> Genome:
    """Replace the connection `edge` by one from `source` to `target`.

    Hidden nodes that no longer lead to an output go with it.
    """
    grown = add_connection(genome, source, target)
    kept = np.ones(len(grown.source), np.bool_)
    kept[edge] = False
    return drop_dead_nodes(_keep_connections(grown, kept))


@kernel
def drop_dead_nodes(genome: Genome) -> Genome:
    """Delete the hidden nodes from which no connection, enabled or not, leads on to an output.

    Their connections go with them. What stays keeps its order.
    """
    nodes = len(genome.node_id)
    first_hidden = 1 + genome.inputs + genome.outputs
    live = np.zeros(nodes, np.bool_)
    for i in range(first_hidden):
        live[i] = True
    changed = True
    while changed:
        changed = False
        for i in range(len(genome.source) - 1, -1, -1):
            node = node_at(genome.source[i])
            if live[genome.target[i]] and not live[node]:
                live[node] = True
                changed = True
    position, count = np.empty(nodes, np.int64), 0
    for i in range(nodes):
        position[i] = count
        count += live[i]
    kept = np.empty(len(genome.source), np.bool_)
    source, target = np.empty(len(kept), np.int64), np.empty(len(kept), np.int64)
    for i in range(len(kept)):
        node = node_at(genome.source[i])
        kept[i] = live[genome.target[i]] and live[node]
        source[i] = position[node] if genome.source[i] >= 0 else -1 - position[node]
        target[i] = position[genome.target[i]]
    return Genome(
        genome.inputs,
        genome.outputs,
        _where(live, genome.node_id),
        _where(live, genome.activation),
        _where(kept, source),
        _where(kept, target),
        _where(kept, genome.enabled),
    )


@kernel
def count_of(mask: NDArray[np.bool_]) -> int:
    """Return how many of `mask` are true."""
    count = 0
    for i in range(len(mask)):
        count += mask[i]
    return count


@kernel
def _keep_connections(genome: Genome, kept: NDArray[np.bool_]) -> Genome:
    """Return the genome with those connections alone for which `kept` is true."""
    return Genome(
        genome.inputs,
        genome.outputs,
        genome.node_id,
        genome.activation,
        _where(kept, genome.source),
        _where(kept, genome.target),
        _where(kept, genome.enabled),
    )


# What NumPy has for these takes a second to compile, and no less time to run.


@kernel
def _behind(values: NDArray[Any], value: Any) -> NDArray[Any]:
    """Return `values` (n,) and behind them one more."""
    found = np.empty(len(values) + 1, values.dtype)
    for i in range(len(values)):
        found[i] = values[i]
    found[-1] = value
    return found


@kernel
def _where(mask: NDArray[np.bool_], values: NDArray[Any]) -> NDArray[Any]:
    """Return those of `values` (n,) at which `mask` (n,) is true."""
    found, count = np.empty(count_of(mask), values.dtype), 0
    for i in range(len(mask)):
        if mask[i]:
            found[count] = values[i]
            count += 1
    return found
