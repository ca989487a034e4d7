"""Which new connections a genome may have: neither twice, nor in a circle, nor out of an output.

Recurrent ones may be in a circle and out of an output, as they read the step before.

All are compiled, for drafts of genomes; each can be called from Python alone. Nodes are addressed
by position, as in `wann.network.genome`.
"""

from wann.evolution.draft import (
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
from wann.kernels.jit import kernel
from wann.network.genome import Index


@kernel
def is_legal(draft: Draft, source: Index, target: Index) -> bool:
    """Whether a connection from `source` to `target` may be added or enabled.

    It may if no enabled connection joins the two yet, if it enters neither the bias nor an input
    and leaves no output, and if it closes no cycle. A recurrent one, whose `source` is below 0, may
    leave any node but the bias, its target itself included.
    """
    first_output = 1 + draft[HEAD, INPUTS]
    if source < 0:
        same = find_connection(draft, source, target)
        joins = target >= first_output and source < -1
        return bool(joins and (same < 0 or draft[ENABLED, same] == 0))
    if source == target or target < first_output or first_output <= source < first_hidden(draft):
        return False
    known = find_connection(draft, source, target)
    if known >= 0:
        return bool(draft[ENABLED, known] == 0)
    return not leads_to(draft, target, source)


@kernel
def find_connection(draft: Draft, source: Index, target: Index) -> int:
    """Return the index of the gene that joins `source` to `target`, or -1 where there is none."""
    for i in range(draft[HEAD, CONNECTIONS]):
        if draft[SOURCE, i] == source and draft[TARGET, i] == target:
            return i
    return -1


@kernel
def node_at(source: Index) -> Index:
    """Return the position of the node that the source of a connection, recurrent or not, is."""
    return source if source >= 0 else -1 - source


@kernel
def leads_to(draft: Draft, start: Index, goal: Index) -> bool:
    """Whether a feed-forward path, over disabled connections too, leads from `start` to `goal`."""
    reached = zeros(draft[HEAD, NODES])
    reached[start] = 1
    changed = True
    while changed and not reached[goal]:
        changed = False
        for i in range(draft[HEAD, CONNECTIONS]):
            source, target = draft[SOURCE, i], draft[TARGET, i]
            if source >= 0 and reached[source] and not reached[target]:
                reached[target] = 1
                changed = True
    return bool(reached[goal] != 0)
