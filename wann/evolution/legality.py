"""Which new connections a genome may have: neither twice, nor in a circle, nor out of an output.

Recurrent ones may be in a circle and out of an output, as they read the step before.

All are compiled; each can be called from Python alone. Nodes are addressed by position, as in
`wann.network.genome`.
"""

import numpy as np

from wann.kernels.jit import kernel
from wann.network.genome import Genome, Index


@kernel
def is_legal(genome: Genome, source: Index, target: Index) -> bool:
    """Whether a connection from `source` to `target` may be added or enabled.

    It may if no enabled connection joins the two yet, if it enters neither the bias nor an input
    and leaves no output, and if it closes no cycle. A recurrent one, whose `source` is below 0, may
    leave any node but the bias, its target itself included.
    """
    first_output, first_hidden = 1 + genome.inputs, 1 + genome.inputs + genome.outputs
    if source < 0:
        same = find_connection(genome, source, target)
        joins = target >= first_output and source < -1
        return bool(joins and (same < 0 or not genome.enabled[same]))
    if source == target or target < first_output or first_output <= source < first_hidden:
        return False
    known = find_connection(genome, source, target)
    if known >= 0:
        return not genome.enabled[known]
    return not leads_to(genome, target, source)


@kernel
def find_connection(genome: Genome, source: Index, target: Index) -> int:
    """Return the index of the gene that joins `source` to `target`, or -1 where there is none."""
    for i in range(len(genome.source)):
        if genome.source[i] == source and genome.target[i] == target:
            return i
    return -1


@kernel
def node_at(source: Index) -> Index:
    """Return the position of the node that the source of a connection, recurrent or not, is."""
    return source if source >= 0 else -1 - source


@kernel
def leads_to(genome: Genome, start: Index, goal: Index) -> bool:
    """Whether a feed-forward path, over disabled connections too, leads from `start` to `goal`."""
    reached = np.zeros(len(genome.node_id), np.bool_)
    reached[start] = True
    changed = True
    while changed and not reached[goal]:
        changed = False
        for i in range(len(genome.source)):
            source = genome.source[i]
            if source >= 0 and reached[source] and not reached[genome.target[i]]:
                reached[genome.target[i]] = True
                changed = True
    return bool(reached[goal])
