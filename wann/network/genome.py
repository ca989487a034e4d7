"""The genes of one topology: its nodes, what they compute, and the connections that join them.

A genome has no weights and no fitness. Nodes are addressed by *position*: 0 is the bias, then the
inputs, then the outputs, then the hidden nodes in order of birth. A node's `id` is its historical
mark: relatives in one run share it.

A connection whose source is below 0 is recurrent: `~position`, which is `-1 - position`, stands for
what the node at `position` was one step before. All others are feed-forward.

`genome_at` is compiled into kernels, too.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from wann.activations import Activation
from wann.activations.table import check_declared
from wann.errors import short_repr
from wann.network.arrays import hash_of_arrays, same_arrays

# A position in an array: Python's int or NumPy's.
Index = int | np.signedinteger[Any]


class Genome(NamedTuple):
    """One topology; a value, never written to after it is made.

    Invariants (held by every operator and checked by `validate`): ids are unique; no connection
    enters the bias or an input, no feed-forward one leaves an output, no recurrent one the bias; no
    pair of nodes is joined twice in the same way; all feed-forward connections together, the
    disabled ones too, form a directed acyclic graph, so that enabling one can never close a cycle.
    Recurrent connections may close any.
    """

    inputs: int  # observations, without the bias
    outputs: int
    node_id: NDArray[np.int64]  # (nodes,)
    activation: NDArray[np.int64]  # (nodes,) codes of activations
    source: NDArray[
        np.int64
    ]  # (connections,) position of the node a connection leaves, or ~position
    target: NDArray[np.int64]  # (connections,) position of the node it enters
    enabled: NDArray[np.bool_]  # (connections,)

    @property
    def hidden(self) -> int:
        """Number of hidden nodes, live or not."""
        return len(self.node_id) - 1 - self.inputs - self.outputs

    @property
    def recurrent(self) -> bool:
        """Whether any gene, enabled or not, is a recurrent connection."""
        return bool((self.source < 0).any())

    @property
    def connections(self) -> int:
        """Number of enabled connections."""
        return int(np.count_nonzero(self.enabled))

    def __eq__(self, other: object) -> bool:
        """Return whether `other` is a genome of the same nodes, connections and marks."""
        if not isinstance(other, Genome):
            return False  # a plain tuple would compare arrays
        return self[:2] == other[:2] and same_arrays(self[2:], other[2:])

    def __ne__(self, other: object) -> bool:
        """Return whether `other` is something else; without this, tuples would compare arrays."""
        return not self == other

    def __hash__(self) -> int:
        """Return the same number for equal genomes."""
        return hash((*self[:2], hash_of_arrays(self[2:])))

    def __repr__(self) -> str:
        """Return its sizes in short: the arrays would fill a page."""
        return (
            f"Genome(inputs={self.inputs}, outputs={self.outputs}, hidden={self.hidden}, "
            f"connections={self.connections} of {len(self.source)} genes)"
        )

    def copy(self) -> "Genome":
        """Return an equal genome with arrays of its own.

        One out of `Genomes` keeps all of them in memory.
        """
        return self._replace(**{name: getattr(self, name).copy() for name in self._fields[2:]})


class Genes(NamedTuple):
    """Genomes of one task laid end to end, for compiled code that breeds many, and for files.

    The nodes of genome i are those from `node_start[i]` to `node_start[i + 1]`, its connections
    those from `edge_start[i]` to `edge_start[i + 1]`; sources and targets are positions in it.
    """

    inputs: int
    outputs: int
    node_start: NDArray[np.int64]  # (genomes + 1,)
    edge_start: NDArray[np.int64]  # (genomes + 1,)
    node_id: NDArray[np.int64]  # (all nodes,)
    activation: NDArray[np.int64]  # (all nodes,)
    source: NDArray[np.int64]  # (all connections,)
    target: NDArray[np.int64]  # (all connections,)
    enabled: NDArray[np.bool_]  # (all connections,)

    def __repr__(self) -> str:
        return short_repr(self)


class Genomes(Sequence[Genome]):
    """The single genomes of `Genes`, made when they are asked for: most never are."""

    def __init__(self, genes: Genes) -> None:
        self.genes = genes

    def __len__(self) -> int:
        return len(self.genes.node_start) - 1

    @overload
    def __getitem__(self, index: int) -> Genome: ...
    @overload
    def __getitem__(self, index: slice) -> list[Genome]: ...
    def __getitem__(self, index: int | slice) -> Genome | list[Genome]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(f"genome {index} of {len(self)}")
        return genome_at(self.genes, index % len(self))


def genome_at(genes: Genes, index: Index) -> Genome:
    """Return the genome `index` of `genes`, counted from 0, as views."""
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


def lay_end_to_end(genomes: Sequence[Genome]) -> Genes:
    """Return `genomes`, at least one, as `Genes`."""
    return Genes(
        genomes[0].inputs,
        genomes[0].outputs,
        np.cumsum([0] + [len(genome.node_id) for genome in genomes]),
        np.cumsum([0] + [len(genome.source) for genome in genomes]),
        np.concatenate([genome.node_id for genome in genomes]),
        np.concatenate([genome.activation for genome in genomes]),
        np.concatenate([genome.source for genome in genomes]),
        np.concatenate([genome.target for genome in genomes]),
        np.concatenate([genome.enabled for genome in genomes]),
    )


def node_of(source: Any) -> Any:
    """Return the positions (or rows) that sources belong to, of whatever shape.

    For a feed-forward connection that is the source itself, for a recurrent one `~source`.
    """
    return np.where(source < 0, ~source, source)


def minimal(inputs: int, outputs: int, enabled: NDArray[np.bool_]) -> Genome:
    """Return a genome without hidden nodes: the bias and every input are joined to every output.

    `enabled` (1 + inputs, outputs) says which of these connections are enabled. Outputs
    are linear, as in every champion of the release.
    """
    nodes = 1 + inputs + outputs
    sources, targets = np.divmod(np.arange((1 + inputs) * outputs, dtype=np.int64), outputs)
    return Genome(
        inputs,
        outputs,
        np.arange(nodes, dtype=np.int64),
        np.full(nodes, Activation.LINEAR, dtype=np.int64),
        sources,
        targets + 1 + inputs,
        np.ascontiguousarray(enabled, dtype=np.bool_).ravel(),
    )


def random_minimal(
    inputs: int, outputs: int, fraction: float, rng: np.random.Generator, disabled: bool = True
) -> Genome:
    """Return a minimal genome with each connection enabled at random (paper, section 3.1).

    Args:
        inputs: how many inputs there are, without the bias.
        outputs: how many outputs there are.
        fraction: the probability with which a connection is enabled.
        rng: where the random numbers come from.
        disabled: whether the connections that are not enabled are genes, too. Where they are not,
            they can be added later like all others.
    """
    genome = minimal(inputs, outputs, rng.random((1 + inputs, outputs)) < fraction)
    if disabled:
        return genome
    kept = genome.enabled
    return genome._replace(
        source=genome.source[kept], target=genome.target[kept], enabled=genome.enabled[kept]
    )


def validate(genome: Genome) -> None:
    """Raise ValueError with the first broken invariant of `genome`.

    Return quietly if there is none.
    """
    nodes, first_output = len(genome.node_id), 1 + genome.inputs
    first_hidden = first_output + genome.outputs
    if genome.inputs < 1 or genome.outputs < 1 or nodes < first_hidden:
        raise ValueError(
            f"a genome needs a bias, an input and an output, got {genome.inputs} inputs, "
            f"{genome.outputs} outputs and {nodes} nodes in all"
        )
    if len(np.unique(genome.node_id)) != nodes or len(genome.activation) != nodes:
        raise ValueError("node ids must be unique, with one activation each")
    check_declared(genome.activation.tolist())
    if not len(genome.source) == len(genome.target) == len(genome.enabled):
        raise ValueError("source, target and enabled must be of one length")
    if (
        (genome.source < -nodes)
        | (genome.source >= nodes)
        | (genome.target < 0)
        | (genome.target >= nodes)
    ).any():
        raise ValueError(f"a connection joins nodes outside 0..{nodes - 1}")
    if ((genome.source >= first_output) & (genome.source < first_hidden)).any():
        raise ValueError("a connection leaves an output")
    if (genome.source == ~0).any():
        raise ValueError("a recurrent connection leaves the bias")
    if (genome.target < first_output).any():
        raise ValueError("a connection enters the bias or an input")
    if len(np.unique(genome.source * nodes + genome.target)) != len(genome.source):
        raise ValueError("two connections join the same pair of nodes")
    forward = genome.source >= 0
    if not _acyclic(nodes, genome.source[forward], genome.target[forward]):
        raise ValueError("the connections form a cycle")


def _acyclic(nodes: int, source: NDArray[np.int64], target: NDArray[np.int64]) -> bool:
    """Peel off nodes without incoming connections until none is left (Kahn 1962)."""
    order = np.argsort(source, kind="stable")
    starts = np.searchsorted(source[order], np.arange(nodes + 1))
    waiting = np.bincount(target, minlength=nodes)
    ready = list(np.flatnonzero(waiting == 0))
    peeled = 0
    while ready:
        node = ready.pop()
        peeled += 1
        for successor in target[order[starts[node] : starts[node + 1]]]:
            waiting[successor] -= 1
            if waiting[successor] == 0:
                ready.append(successor)
    return peeled == nodes
