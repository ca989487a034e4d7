"""Who descends from whom: the births of a population, and of those that it was bred from.

Breeding tells by arrays who stays as it is and whose child each of the others is, and the genes of
a population tell what each birth changed. Both are kept for some generations. The births of single
genomes are made of them when they are asked for, and for those alone that have living descendants
when the arrays are let go of: most genomes never have a `Birth`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from wann.evolution.birth import Birth, settle
from wann.evolution.own_mutations import Bred
from wann.network.genome import Genes, Genome, genome_at

# When more populations are held than this, or genes of more bytes, the older half is let go of: by
# then few of its genomes have descendants.
_POPULATIONS = 32
_BYTES = 2**25
# A birth holds the genes of parent and child if they have no more bytes than this. A generation
# makes eight births that have descendants, and most of these have none some generations later.
_GENES_HELD = 2**13


class Births(Sequence[Birth]):
    """Births in the order of their genomes; each is made when it is asked for."""

    def __init__(self, count: int, birth: Callable[[int], Birth]) -> None:
        """`birth` returns that of one of `count` genomes, by its place."""
        self._count, self._birth = count, birth

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Birth: ...
    @overload
    def __getitem__(self, index: slice) -> list[Birth]: ...
    def __getitem__(self, index: int | slice) -> Birth | list[Birth]:
        places = range(self._count)[index]  # IndexError beyond the last
        return self._birth(places) if isinstance(places, int) else [self[i] for i in places]


class _Descent(NamedTuple):
    """How a population came of the one before it: elites first, then children."""

    before: "Ancestry"
    elites: NDArray[np.int64]  # (elites,) place in the population before
    parents: NDArray[np.int64]  # (children,) place of the parent in the population before
    first_child: int  # the number of the first child's birth


class Ancestry:
    """The births of one population, and the populations before it while they are held.

    What a later population does not descend from is forgotten when that one lets go of the earliest
    ones: until then all births can be asked for.
    """

    def __init__(self, genes: Genes, generation: int, births: Sequence[Birth] = ()) -> None:
        """Begin with the population `genes` of `generation`, and with its births."""
        self._genes, self._generation = genes, generation
        self._made = dict(enumerate(births))
        self._descent: _Descent | None = None
        # (genomes,) What each earned and how large its network is, when that is known
        self._scores: tuple[NDArray[np.float64], NDArray[np.int64]] | None = None

    @property
    def births(self) -> Births:
        """The births of the population, in the order of its genomes."""
        return Births(self._count, self._settled)

    @property
    def _count(self) -> int:
        return len(self._genes.node_start) - 1

    def score(self, mean: NDArray[np.float64], connections: NDArray[np.int64]) -> None:
        """Note what each genome earned, and how many connections its network has.

        Of a genome that stayed as it is, what it earned first counts.
        """
        self._scores = mean, connections
        for place, birth in self._made.items():
            birth.score(float(mean[place]), int(connections[place]))

    def bred(self, bred: Bred, elites: NDArray[np.int64], generation: int) -> "Ancestry":
        """Return the ancestry of the next generation.

        Args:
            bred: The next generation.
            elites: (elites,) Indices of those that stay as they are.
            generation: The generation in which the children are scored.
        """
        following = Ancestry(bred.genes, generation)
        following._descent = _Descent(self, elites, bred.parents, bred.first_child)
        return following

    def replaced(self, genes: Genes, births: Mapping[int, Birth]) -> "Ancestry":
        """Return the ancestry of `genes`: this population with others at the places of `births`."""
        following = Ancestry(genes, self._generation)
        everyone, nobody = np.arange(self._count), np.empty(0, np.int64)
        following._descent = _Descent(self, everyone, nobody, 0)
        following._made = dict(births)
        return following

    def let_go(self) -> None:
        """Let go of the earliest populations, if those held are too many or too large.

        The last of those that stay keeps the births that this population descends from, and the
        genes that tell what its children changed.
        """
        held = self._held()
        total = np.cumsum([_bytes_of(population._genes) for population in held])
        if len(held) <= _POPULATIONS and total[-1] <= _BYTES:
            return
        in_room = int(np.searchsorted(total, _BYTES // 2, side="right"))
        # This population and the one before it stay at least.
        kept = min(len(held), max(2, min(_POPULATIONS // 2, in_room)))
        living = np.arange(self._count)
        for population in held[: kept - 1]:
            living = population._places_before(living)
        last = held[kept - 1]
        for place in living.tolist():
            last._birth(place)
        last._descent = None

    def _birth(self, place: int) -> Birth:
        if place not in self._made:
            self._made[place] = self._make(place)
        return self._made[place]

    def _settled(self, place: int) -> Birth:
        birth = self._birth(place)
        settle([birth])
        return birth

    def _make(self, place: int) -> Birth:
        if self._descent is None:
            raise LookupError(
                f"the birth of genome {place} of generation {self._generation} is forgotten, as "
                "nobody living descends from it: ask for births before the next call of ask()"
            )
        before, elites, parents, first_child = self._descent
        child = place - len(elites)
        if child < 0:
            return before._birth(int(elites[place]))
        parent = int(parents[child])
        genes = genome_at(before._genes, parent), genome_at(self._genes, place)
        birth = Birth(first_child + child, self._generation, before._birth(parent), genes)
        if sum(map(_bytes_of, genes)) > _GENES_HELD:
            settle([birth])
        else:
            birth.genes = genes[0].copy(), genes[1].copy()  # not as views of whole populations
        if self._scores is not None:
            birth.score(float(self._scores[0][place]), int(self._scores[1][place]))
        return birth

    def _held(self) -> list["Ancestry"]:
        """Return this population and those before it whose genes are held, the newest first."""
        held = [self]
        while held[-1]._descent is not None:
            held.append(held[-1]._descent.before)
        return held

    def _places_before(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the places of those in the population before that genomes at `places` come of.

        Births that are made know their parents already.
        """
        if self._descent is None:
            return np.empty(0, np.int64)
        before, elites, parents, _ = self._descent
        if self._made:
            places = np.setdiff1d(places, list(self._made))
        come_of = np.zeros(before._count, np.bool_)
        come_of[np.concatenate([elites, parents])[places]] = True
        return np.flatnonzero(come_of)


def _bytes_of(genes: Genes | Genome) -> int:
    return sum(array.nbytes for array in genes[2:])
