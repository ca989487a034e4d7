"""Who descends from whom: the births of a search, and what each changed.

Every genome of a population has a birth, which knows that of its parent; a genome that stays as it
is keeps its own. What nobody living descends from is forgotten by itself, because nothing else
holds it. A birth holds the genes of parent and child until it is settled, which comes some
generations later: by then few births have descendants, and only for those the changes are worth
their time.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.evolution.own_mutations import Bred
from wann.files import finite
from wann.network.genome import Genes, Genome, Genomes

# Births are settled when genes of so many generations may be held, or so many bytes of them.
_GENERATIONS = 8
_BYTES = 2**25
# Those that are settled were born so many generations ago.
_SETTLED_AFTER = 4
# Node ids stay far below this, so that a pair of them makes one number.
_MOST_ID = 2**31


class Changes(NamedTuple):
    """What a child has that its parent has not, and the other way round.

    Nodes are named by their ids, the historical marks of a search. Only enabled connections count:
    a disabled one computes nothing.
    """

    nodes_added: list[tuple[int, int]]  # id and code of the activation
    nodes_removed: list[int]  # ids
    activations: list[tuple[int, int, int]]  # id, code in the parent, code in the child
    connections_added: list[tuple[int, int]]  # ids of source and target
    connections_removed: list[tuple[int, int]]


# A genome, as one of several and its index among them: most are never looked at.
Place = tuple[Sequence[Genome], int]


class Birth:
    """The birth of one genome; `changes` is there once it is settled, and None for a founder."""

    __slots__ = ("changes", "connections", "generation", "genes", "mean", "number", "parent")

    def __init__(
        self,
        number: int,
        generation: int,
        parent: "Birth | None" = None,
        genes: tuple[Place, Place] | None = None,
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


class Ancestry:
    """The births of a population that breeds by generations, in the order of its genomes."""

    def __init__(self, births: Sequence[Birth]) -> None:
        self.births = list(births)
        self._generations_held = self._bytes_held = 0

    def score(self, mean: NDArray[np.float64], connections: NDArray[np.int64]) -> None:
        """Note what each genome earned, and how many connections its network has."""
        for birth, earned, size in zip(
            self.births, mean.tolist(), connections.tolist(), strict=True
        ):
            birth.score(earned, size)

    def breed(self, bred: Bred, elites: NDArray[np.int64], old: Genes, generation: int) -> None:
        """Go on to the next generation.

        Args:
            bred: The next generation.
            elites: (elites,) Indices of those that stay as they are.
            old: The genes of the present generation.
            generation: The generation in which the children are scored.
        """
        self.births = born(bred, elites, self.births, Genomes(old), generation)
        self._generations_held += 1
        self._bytes_held += sum(array.nbytes for array in old[2:])
        if self._generations_held >= _GENERATIONS or self._bytes_held >= _BYTES:
            settle(_ancestors(self.births, generation - _SETTLED_AFTER))
            self._generations_held = self._bytes_held = 0


def born(
    bred: Bred,
    elites: NDArray[np.int64],
    before: Sequence[Birth],
    old: Sequence[Genome],
    generation: int,
) -> list[Birth]:
    """Return the births of elites, which keep theirs, and of their children.

    Args:
        bred: Elites and children.
        elites: (elites,) Indices of those that stay as they are.
        before: The births of those that it was bred from.
        old: Their genomes.
        generation: The generation in which the children are scored.
    """
    genomes, first = Genomes(bred.genes), len(elites)
    return [before[i] for i in elites.tolist()] + [
        Birth(bred.first_child + i, generation, before[p], ((old, p), (genomes, first + i)))
        for i, p in enumerate(bred.parents.tolist())
    ]


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
            (old, parent), (new, child) = walked.genes
            walked.changes = changes(old[parent], new[child])
            walked.genes = None
            walked = walked.parent


def _ancestors(births: Iterable[Birth], generation: int) -> Iterator[Birth]:
    """Yield the last of each line that was born in `generation` or before."""
    for birth in births:
        walked: Birth | None = birth
        while walked is not None and walked.generation > generation:
            walked = walked.parent
        if walked is not None:
            yield walked


def changes(parent: Genome, child: Genome) -> Changes:
    """Return what differs between a genome and its child."""
    old = dict(zip(parent.node_id.tolist(), parent.activation.tolist(), strict=True))
    new = dict(zip(child.node_id.tolist(), child.activation.tolist(), strict=True))
    before, after = _pairs(parent), _pairs(child)
    return Changes(
        [(node, code) for node, code in new.items() if node not in old],
        [node for node in old if node not in new],
        [(node, old[node], new[node]) for node in new if old.get(node, new[node]) != new[node]],
        _as_ids(after - before),
        _as_ids(before - after),
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


def _pairs(genome: Genome) -> set[int]:
    """Return a number for each enabled connection, made of the ids of the nodes that it joins."""
    pairs = genome.node_id[genome.source] * _MOST_ID + genome.node_id[genome.target]
    return set(pairs[genome.enabled].tolist())


def _as_ids(pairs: set[int]) -> list[tuple[int, int]]:
    return [divmod(pair, _MOST_ID) for pair in sorted(pairs)]
