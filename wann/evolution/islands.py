"""Islands: several populations that breed apart, and now and then send their best to the next one.

Migration follows a ring, so that what one island found takes as many migrations as there are
islands to be everywhere: until then they climb apart. Emigrants keep what they earned, and replace
the worst of the next island before it breeds; that is fair, because all islands of a generation are
scored with the same weights and episodes.
"""

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wann.config import SearchConfig
from wann.evolution.ancestry import Births
from wann.evolution.generation import Generation, judge, mean_by_weight, scores_of
from wann.evolution.generational import Search
from wann.evolution.ranking import RANKINGS, select
from wann.evolution.search_state import SearchState
from wann.network.genome import Genome
from wann.network.network import Network
from wann.streams import stream

# The best by mean return, and the first two others by the ranking: in a dominance ranking, ends of
# its front. So few suffice, as their children spread in a few generations; many would make one
# population of the islands.
_EMIGRANTS = 3


class Islands:
    """A search of several populations, with the interface of one `Search`.

    `population` is the genomes of all islands, one island after the other.
    """

    def __init__(self, config: SearchConfig, inputs: int, outputs: int) -> None:
        self.config = config
        # The best mean return told, and the genome that earned it.
        self.best: tuple[float, Genome] | None = None
        self._ranking = RANKINGS.find(config.ranking, "the setting ranking")
        self._size = config.population // config.islands
        own = dataclasses.replace(config, population=self._size, islands=1)
        self._islands = [
            Search(own, inputs, outputs, island, config.islands) for island in range(config.islands)
        ]

    @property
    def generation(self) -> int:
        """The generation of the population that `ask` returns."""
        return self._islands[0].generation

    @property
    def finished(self) -> bool:
        """Whether as many generations as configured were told."""
        return self._islands[0].finished

    @property
    def population(self) -> list[Genome]:
        """The present genomes of all islands, one island after the other: what `ask` returns."""
        return [genome for island in self._islands for genome in island.population]

    @property
    def births(self) -> Births:
        """The births of the present genomes, in their order; `restore` takes them."""
        own, size = [island.births for island in self._islands], self._size
        return Births(self.config.population, lambda place: own[place // size][place % size])

    @property
    def memory(self) -> dict[str, Any]:
        """What `restore` needs beside generation, population and best: here nothing."""
        return {}

    @property
    def networks(self) -> list[Network]:
        """The compiled networks of the genomes last asked for, in their order."""
        return [network for island in self._islands for network in island.networks]

    def ask(self) -> list[Genome]:
        """Return the genomes to score, those of all islands."""
        return [genome for island in self._islands for genome in island.ask()]

    def tell(self, returns: ArrayLike) -> Generation:
        """Take what each genome earned, in the order asked; let some migrate if it is time; breed.

        See `Search.tell` for `returns`.
        """
        by_weight = mean_by_weight(returns, self.config.population)
        told = judge(self.generation, self.population, self.networks, by_weight)
        told = told._replace(births=self.births)
        self.best = told.better(self.best)
        self._note_scores(told)
        earned = list(by_weight.reshape(self.config.islands, self._size, -1).copy())
        if (self.generation + 1) % self.config.migrate_every == 0:
            self._migrate(earned)
        for island, own in zip(self._islands, earned, strict=True):
            island.tell(own)
        return told

    def restore(self, state: SearchState) -> None:
        """Continue from a saved state, as `Search.restore` does."""
        self.best = state.best
        for first, island in zip(
            range(0, self.config.population, self._size), self._islands, strict=True
        ):
            last = first + self._size if island is not self._islands[-1] else len(state.population)
            births = state.births[first:last] if state.births else None
            own = SearchState(state.generation, state.population[first:last], None, births=births)
            island.restore(own)

    def _note_scores(self, told: Generation) -> None:
        """Note what each genome earned, before immigrants take the places of some."""
        shape = (self.config.islands, self._size)
        means, sizes = told.mean.reshape(shape), told.connections.reshape(shape)
        for island, mean, connections in zip(self._islands, means, sizes, strict=True):
            island.ancestry.score(mean, connections)

    def _migrate(self, earned: list[NDArray[np.float64]]) -> None:
        """Let the best of each island replace the worst of the next one, with what they earned.

        All leave before any arrives. `earned` holds an array (genomes, weights) for each island,
        and is changed likewise.
        """
        orders = [self._order(number, own) for number, own in enumerate(earned)]
        count = min(_EMIGRANTS, self._size // 2)
        leaving = []
        for island, own, order in zip(self._islands, earned, orders, strict=True):
            genomes, networks, births = island.population, island.networks, island.births
            leaving.append(
                [(genomes[i], networks[i], births[i], own[i].copy()) for i in order[:count]]
            )
        for number, emigrants in enumerate(leaving):
            to = (number + 1) % len(orders)
            worst = orders[to][-count:]
            new_genomes, new_networks, new_births, returns = zip(*emigrants, strict=True)
            self._islands[to].replace(worst, new_genomes, new_networks, new_births)
            earned[to][worst] = returns

    def _order(self, number: int, earned: NDArray[np.float64]) -> list[int]:
        """Return the indices of an island's genomes: the best by mean return, then by the ranking.

        Those that failed come last.
        """
        island = self._islands[number]
        told = judge(self.generation, island.population, island.networks, earned)
        rng = stream(self.config.seed, "migrate", self.generation, number)
        selected = select(self._ranking, scores_of(told, earned), island.config, rng)
        ranked: list[int] = told.survivors[selected.order].tolist()
        failed = sorted(set(range(self._size)) - set(ranked))
        return [told.best, *(i for i in ranked if i != told.best), *failed]
