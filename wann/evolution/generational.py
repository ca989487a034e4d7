"""The search: ask for a generation of genomes, tell what they earned (Gaier & Ha 2019, section 3).

Selection and bookkeeping only. What the genomes are scored on, and by whom, is the caller's affair:

    search = Search(SearchConfig(population=64), inputs=2, outputs=1)
    while not search.finished:
        genomes = search.ask()
        search.tell([my_score(genome) for genome in genomes])
    print(search.best)
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wann.config import SearchConfig
from wann.evolution.ancestry import Ancestry, Births
from wann.evolution.birth import Birth, founders
from wann.evolution.first_genomes import first_genomes
from wann.evolution.generation import Generation, judge, mean_by_weight, scores_of
from wann.evolution.own_mutations import Breeder
from wann.evolution.ranking import RANKINGS, select
from wann.evolution.ranking.selection import Scores
from wann.evolution.search_state import SearchState
from wann.network.compile import compile_all
from wann.network.genome import Genes, Genome, Genomes, lay_end_to_end
from wann.network.network import Network
from wann.streams import stream


class Search:
    """A population and the rule that replaces it: generation after generation.

    `ask` and `tell` alternate; anything else is refused.

    Args:
        config: the settings.
        inputs: how many inputs the genomes have, without the bias.
        outputs: how many outputs they have.
        island: which of the islands of a larger search this is: its random streams and historical
            marks are its own.
        islands: how many islands that search has.
    """

    def __init__(
        self, config: SearchConfig, inputs: int, outputs: int, island: int = 0, islands: int = 1
    ) -> None:
        self.config = config
        self.generation = 0  # of the population that `ask` returns
        # The best mean return told, and the genome that earned it.
        self.best: tuple[float, Genome] | None = None
        self._island, self._islands = island, islands
        self._ranking = RANKINGS.find(config.ranking, "the setting ranking")
        self._breeder = Breeder(config)
        first = island * config.population
        self._genes = first_genomes(
            config, inputs, outputs, range(first, first + config.population)
        )
        # Of the population that `ask` returns.
        self.ancestry = Ancestry(self._genes, 0, founders(config.population, 0, first))
        self._asked: Sequence[Network] | None = None

    @property
    def finished(self) -> bool:
        """Whether as many generations as configured were told."""
        return self.generation >= self.config.generations

    @property
    def population(self) -> Genomes:
        """The present genomes: what `ask` returns."""
        return Genomes(self._genes)

    @property
    def births(self) -> Births:
        """The births of the present genomes, in their order; `restore` takes them."""
        return self.ancestry.births

    @property
    def memory(self) -> dict[str, Any]:
        """What `restore` needs beside generation, population and best: here nothing."""
        return {}

    @property
    def networks(self) -> Sequence[Network]:
        """The compiled networks of the genomes last asked for, in their order."""
        if self._asked is None:
            raise RuntimeError("networks are there between ask() and tell(): call ask() first")
        return self._asked

    def ask(self) -> Genomes:
        """Return the genomes to score."""
        if self._asked is not None:
            raise RuntimeError(
                "ask() was called twice: tell() the returns of the genomes you have first"
            )
        self._asked = compile_all(self._genes)
        self.ancestry.let_go()
        return self.population

    def tell(self, returns: ArrayLike) -> Generation:
        """Take what each genome earned, in the order asked, and breed the next generation.

        `returns` has shape (genomes,), (genomes, weights) or (genomes, weights, episodes); more is
        better. A genome with a NaN or infinite return ranks behind all others and has no children
        while there are others.
        """
        if self._asked is None:
            raise RuntimeError("tell() was called before ask()")
        by_weight = mean_by_weight(returns, len(self.population))
        told = judge(self.generation, self.population, self._asked, by_weight)
        told = told._replace(births=self.births)
        self.ancestry.score(told.mean, told.connections)
        self._asked = None
        self.best = told.better(self.best)
        self.generation += 1
        self._genes = self._breed(told.survivors, scores_of(told, by_weight))
        return told

    def replace(
        self,
        indices: Sequence[int],
        genomes: Sequence[Genome],
        networks: Sequence[Network],
        births: Sequence[Birth],
    ) -> None:
        """Put other genomes, their networks and births among those asked for, at `indices`.

        Only between `ask` and `tell`: what is told then is of these.
        """
        population, asked = list(self.population), list(self.networks)
        for index, genome, network in zip(indices, genomes, networks, strict=True):
            population[index], asked[index] = genome, network
        self._asked = asked
        self._genes = lay_end_to_end(population)
        self.ancestry = self.ancestry.replaced(self._genes, dict(zip(indices, births, strict=True)))

    def restore(self, state: SearchState) -> None:
        """Continue from a saved state: its population is what the next `ask` returns.

        ValueError if the population has another size than the settings say.
        """
        generation, population, best, _, births = state
        if len(population) != self.config.population:
            raise ValueError(
                f"{len(population)} genomes for a population of {self.config.population}"
            )
        self.generation, self.best, self._asked = generation, best, None
        self._genes = lay_end_to_end(population)
        first = self._island * self.config.population
        known = births or founders(len(population), generation, first)
        self.ancestry = Ancestry(self._genes, generation, known)

    def _breed(self, survivors: NDArray[np.int64], scores: Scores) -> Genes:
        """Return the next generation: elites as they are, then a mutated child of each parent."""
        # The first island draws as a search without islands does.
        island = (self._island,) if self._island else ()
        rng = stream(self.config.seed, "breed", self.generation, *island)
        selected = select(self._ranking, scores, self.config, rng)
        first_child = (self.generation * self._islands + self._island) * self.config.population
        elites, parents = survivors[selected.elites], survivors[selected.parents]
        bred = self._breeder.offspring(self.config, self._genes, elites, parents, first_child, rng)
        self.ancestry = self.ancestry.bred(bred, elites, self.generation)
        return bred.genes
