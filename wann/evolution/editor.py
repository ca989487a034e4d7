"""What a mutation of one's own is given to change a genome with.

The edits themselves are compiled, and look at no index; here each index is looked at.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.errors import in_short, short_repr
from wann.evolution import edits, legality
from wann.evolution.draft import draft_of
from wann.evolution.edits import edited
from wann.network.genome import Genome


class Editor(NamedTuple):
    """What a mutation may do to a genome, and the edits to do it with.

    Each edit returns another genome. Nodes are addressed by position (bias, inputs, outputs, hidden
    nodes), connections by index. The source `~node` is what a node was one step before: a
    connection from it is recurrent.
    """

    activations: NDArray[np.int64]  # (choices,) the ids that a node may get
    node_id: int  # the id of a new node: there may be one
    max_connections: int  # how many enabled connections a child may have
    recurrent: bool = False  # whether it may have recurrent connections

    def __repr__(self) -> str:
        return short_repr(self)

    def is_legal(self, genome: Genome, source: int, target: int) -> bool:
        """Whether a connection from `source` to `target` may be added or enabled.

        A recurrent one may where the search has the setting `recurrent`.
        """
        nodes = len(genome.node_id)
        check_index(~source if _is_whole(source) and source < 0 else source, nodes, "node")
        check_index(target, nodes, "node")
        if source < 0 and not self.recurrent:
            return False
        return bool(legality.is_legal(draft_of(genome), source, target))

    def add_connection(self, genome: Genome, source: int, target: int) -> Genome:
        """Join two nodes, where that is legal; otherwise return `genome` as it is."""
        if not self.is_legal(genome, source, target):
            return genome
        return edited(genome, edits.add_connection, source, target)

    def add_node(self, genome: Genome, edge: int, activation: int) -> Genome:
        """Split the enabled connection `edge` by the new node."""
        self._check_edge(genome, edge)
        if not genome.enabled[edge]:
            raise ValueError(f"connection {edge} is disabled: expected an enabled one to split")
        return edited(genome, edits.add_node, edge, activation, self.node_id)

    def set_activation(self, genome: Genome, node: int, activation: int) -> Genome:
        """Let a hidden node compute something else."""
        self._check_hidden(genome, node)
        return edited(genome, edits.set_activation, node, activation)

    def set_enabled(self, genome: Genome, edge: int, value: bool) -> Genome:
        """Enable or disable the connection `edge`."""
        self._check_edge(genome, edge)
        return edited(genome, edits.set_enabled, edge, value)

    def remove_connection(self, genome: Genome, edge: int) -> Genome:
        """Delete the connection `edge`."""
        self._check_edge(genome, edge)
        return edited(genome, edits.remove_connection, edge)

    def remove_node(self, genome: Genome, node: int) -> Genome:
        """Delete a hidden node and join its sources to its targets."""
        self._check_hidden(genome, node)
        return edited(genome, edits.remove_node, node)

    @staticmethod
    def _check_edge(genome: Genome, edge: int) -> None:
        check_index(edge, len(genome.source), "connection")

    @staticmethod
    def _check_hidden(genome: Genome, node: int) -> None:
        check_index(node, len(genome.node_id), "node")
        if node < 1 + genome.inputs + genome.outputs:
            raise IndexError(f"node {node} is none of the hidden nodes, which stand behind outputs")


def check_index(index: object, count: int, noun: str) -> None:
    """Raise IndexError unless `index` is one of `count`: compiled code does not look."""
    if not _is_whole(index) or not 0 <= index < count:  # type: ignore[operator]
        there = f"a whole number from 0 to {count - 1}" if count else "no index, as there is none"
        raise IndexError(f"{noun} {in_short(index)}: expected {there}")


def _is_whole(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)
