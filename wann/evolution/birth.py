"""A birth: a genome's number, its parent's birth, and what it changed.

A birth knows that of its parent, so that a line can be walked back to a founder; what nobody living
descends from is forgotten by itself, because nothing else holds it. A birth may hold the genes of
parent and child until it is settled: by then few births have descendants, and only for those the
changes are worth their time.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.files import finite
from wann.network.genome import Genome, node_of


class Changes(NamedTuple):
    """What a child has that its parent has not, and the other way round.

    Nodes are named by their ids, the historical marks of a search. Only enabled connections count:
    a disabled one computes nothing.
    """

    nodes_added: list[tuple[int, int]]  # id and code of the activation
    nodes_removed: list[int]  # ids
    activations: list[tuple[int, int, int]]  # id, code in the parent, code in the child
    connections_added: list[tuple[int, int]]  # ids of source, or ~id, and target
    connections_removed: list[tuple[int, int]]


class Birth:
    """The birth of one genome; `changes` is there once it is settled, and None for a founder."""

    __slots__ = ("changes", "connections", "generation", "genes", "mean", "number", "parent")

    def __init__(
        self,
        number: int,
        generation: int,
        parent: "Birth | None" = None,
        genes: tuple[Genome, Genome] | None = None,
    ) -> None:
        """Note a birth.

        Args:
            number: How many genomes were born before it in the search; negative for those with
                which a search goes on whose earlier births are not known.
            generation: The generation that it was first scored in, or is to be.
            parent: The birth of its parent, None for a founder.
            genes: Those of its parent and its own, until the birth is settled.
        """
        self.number, self.generation, self.parent, self.genes = number, generation, parent, genes
        self.mean: float | None = None  # mean return when it was first scored
        self.connections: int | None = None
        self.changes: Changes | None = None

    def __repr__(self) -> str:
        return f"Birth(number={self.number}, generation={self.generation}, mean={self.mean})"

    def score(self, mean: float, connections: int) -> None:
        """Note what the genome earned and how large its network is, when that is known first."""
        if self.connections is None:
            self.mean, self.connections = mean, connections


def founders(count: int, generation: int, first: int = 0) -> list[Birth]:
    """Return the births of `count` founders, which are numbered from `first` on.

    Where `generation` is not 0 they have ancestors that are not known: their numbers are negative.
    """
    numbers = range(first, first + count) if generation == 0 else range(-first - count, -first)
    return [Birth(number, generation) for number in numbers]


def line_of(birth: Birth) -> list[Birth]:
    """Return the founder that `birth` descends from, all births from that one on, and itself."""
    line: list[Birth] = []
    walked: Birth | None = birth
    while walked is not None:
        line.append(walked)
        walked = walked.parent
    return line[::-1]


def settle(births: Iterable[Birth]) -> None:
    """Write down what `births` and all their ancestors changed, and let go of their genes."""
    for birth in births:
        walked: Birth | None = birth
        while walked is not None and walked.genes is not None:
            walked.changes = changes(*walked.genes)
            walked.genes = None
            walked = walked.parent


def ancestors(births: Iterable[Birth], generation: int) -> Iterator[Birth]:
    """Yield, for each of `births`, the last of its line that was born in `generation` or before."""
    for birth in births:
        walked: Birth | None = birth
        while walked is not None and walked.generation > generation:
            walked = walked.parent
        if walked is not None:
            yield walked


def changes(parent: Genome, child: Genome) -> Changes:
    """Return what differs between a genome and its child."""
    had, has = _unlike(_nodes(parent), _nodes(child))
    old, new = dict(_as_pairs(had)), dict(_as_pairs(has))
    before, after = (set(_as_pairs(part)) for part in _unlike(_joined(parent), _joined(child)))
    return Changes(
        [(node, code) for node, code in new.items() if node not in old],
        [node for node in old if node not in new],
        [(node, old[node], new[node]) for node in new if old.get(node, new[node]) != new[node]],
        sorted(after - before),
        sorted(before - after),
    )


def to_rows(births: Iterable[Birth]) -> list[list[Any]]:
    """Return `births` and all their ancestors as JSON values, parents before their children.

    All of them are settled by it. Each row has the number, the generation, the number of the parent
    (or None), the mean return, the number of connections and the changes.
    """
    found: dict[int, Birth] = {}
    for birth in births:
        settle([birth])
        walked: Birth | None = birth
        while walked is not None and walked.number not in found:
            found[walked.number] = walked
            walked = walked.parent
    return [
        [
            birth.number,
            birth.generation,
            birth.parent.number if birth.parent else None,
            finite(birth.mean) if birth.mean is not None else None,
            birth.connections,
            list(birth.changes) if birth.changes else None,
        ]
        for birth in sorted(found.values(), key=lambda birth: (birth.generation, birth.number))
    ]


def from_rows(rows: Sequence[Sequence[Any]]) -> dict[int, Birth]:
    """Return the births in rows that `to_rows` returned, by number.

    KeyError, TypeError or ValueError where they are none.
    """
    births: dict[int, Birth] = {}
    for number, generation, parent, mean, connections, changed in rows:
        birth = Birth(number, generation, None if parent is None else births[parent])
        birth.mean, birth.connections = mean, connections
        if changed is not None:
            added, removed, activations, joined, parted = changed
            birth.changes = Changes(
                [(node, code) for node, code in added],
                list(removed),
                [(node, old, new) for node, old, new in activations],
                [(source, target) for source, target in joined],
                [(source, target) for source, target in parted],
            )
        births[number] = birth
    return births


def _nodes(genome: Genome) -> NDArray[np.int64]:
    """Return the id of each node and the code of its activation, (nodes, 2)."""
    return np.column_stack([genome.node_id, genome.activation])


def _joined(genome: Genome) -> NDArray[np.int64]:
    """Return the ids of the nodes that each enabled connection joins, (connections, 2).

    A recurrent connection has the source `~id`.
    """
    source, target = genome.source[genome.enabled], genome.target[genome.enabled]
    ids = genome.node_id[node_of(source)]
    return np.column_stack([np.where(source < 0, ~ids, ids), genome.node_id[target]])


def _as_pairs(rows: NDArray[np.int64]) -> list[tuple[int, int]]:
    return [(first, second) for first, second in rows.tolist()]


def _unlike(
    one: NDArray[np.int64], two: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return two arrays (rows, 2) without the rows with which both begin and with which both end.

    Little remains of a genome and its child: mutations change few genes, and add at the end.
    """
    first = _alike(one, two)
    one, two = one[first:], two[first:]
    last = _alike(one[::-1], two[::-1])
    return one[: len(one) - last], two[: len(two) - last]


def _alike(one: NDArray[np.int64], two: NDArray[np.int64]) -> int:
    """Return with how many equal rows two arrays (rows, 2) begin."""
    shorter = min(len(one), len(two))
    differ = (one[:shorter] != two[:shorter]).any(axis=1)
    return int(differ.argmax()) if differ.any() else shorter
