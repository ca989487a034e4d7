"""The search: ask for a generation of genomes, tell what they earned (Gaier & Ha 2019, section 3).

Selection and bookkeeping only. What the genomes are scored on, and by whom, is the caller's affair:

    search = Search(SearchConfig(population=64), inputs=2, outputs=1)
    while not search.finished:
        genomes = search.ask()
        search.tell([my_score(genome) for genome in genomes])
    print(search.best)
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wann.activations import BY_LABEL
from wann.config import SearchConfig
from wann.network.genome import Genes, Genome, Genomes, lay_end_to_end, random_minimal
from wann.network.network import Network, compile_all
from wann.search.breeding import breed
from wann.search.ranking import RANKINGS, Scores
from wann.streams import stream

# A child is mutated at most this often, which bounds the node ids that it can use.
_MOST_MUTATIONS = 4


class Generation(NamedTuple):
    """One evaluated generation."""

    number: int
    genomes: Sequence[Genome]
    networks: list[Network]
    mean: NDArray[np.float64]  # (genomes,) mean return; -inf where a return was NaN or infinite
    connections: NDArray[np.int64]  # (genomes,)

    @property
    def failed(self) -> int:
        """How many genomes earned a NaN or infinite return."""
        return int(np.count_nonzero(np.isneginf(self.mean)))

    @property
    def best(self) -> int:
        """Index of the genome with the best mean, the smaller one of two equals."""
        return int(np.lexsort((self.connections, -self.mean))[0])

    @property
    def survivors(self) -> NDArray[np.int64]:
        """Indices of the genomes that did not fail; of all of them, where all failed."""
        finite = np.flatnonzero(~np.isneginf(self.mean))
        return finite if len(finite) else np.arange(len(self.mean))

    def better(self, best: tuple[float, Genome] | None) -> tuple[float, Genome] | None:
        """Return `best` (mean return, genome), or this generation's best where that is better."""
        mean = float(self.mean[self.best])
        beaten = np.isfinite(mean) and (best is None or mean > best[0])
        return (mean, self.genomes[self.best].copy()) if beaten else best


def judge(
    number: int, genomes: Sequence[Genome], networks: list[Network], by_weight: NDArray[np.float64]
) -> Generation:
    """Return generation `number`, of which each genome earned a row of `by_weight` (genomes, weights)."""
    with np.errstate(invalid="ignore", over="ignore"):
        mean = by_weight.mean(axis=1)
    mean[~(np.isfinite(by_weight).all(axis=1) & np.isfinite(mean))] = -np.inf
    return Generation(
        number, genomes, networks, mean, np.array([len(network.source) for network in networks])
    )


def scores_of(generation: Generation, by_weight: NDArray[np.float64]) -> Scores:
    """Return what the ranking reads of the generation's survivors.

    Where all failed, all are equal.
    """
    finite = np.where(np.isneginf(generation.mean)[:, None], 0.0, by_weight)
    return Scores(finite[generation.survivors], generation.connections[generation.survivors])


def mean_by_weight(returns: ArrayLike, count: int) -> NDArray[np.float64]:
    """Return the mean over episodes, (genomes, weights), of what `count` genomes earned.

    ValueError on other shapes.
    """
    try:
        values = np.asarray(returns, dtype=np.float64)
    except ValueError:
        values = np.empty(0)  # ragged: no shape at all
    if not 1 <= values.ndim <= 3 or len(values) != count or values.size == 0:
        raise ValueError(
            f"tell() expects returns of shape ({count},), ({count}, weights) or "
            f"({count}, weights, episodes), in the order asked; got {values.shape}"
        )
    weights = values.shape[1] if values.ndim > 1 else 1
    with np.errstate(invalid="ignore", over="ignore"):  # inf - inf is NaN, which counts as failed
        by_weight: NDArray[np.float64] = values.reshape(len(values), weights, -1).mean(axis=2)
    return by_weight


def first_genomes(config: SearchConfig, inputs: int, outputs: int, numbers: Sequence[int]) -> Genes:
    """Return the minimal genomes with which a search begins, those with the given numbers in the whole search."""
    everything = config.initial_genes == "all"
    return lay_end_to_end(
        [
            random_minimal(
                inputs,
                outputs,
                config.initial_connections,
                stream(config.seed, "first genome", number),
                everything,
            )
            for number in numbers
        ]
    )


def offspring(
    config: SearchConfig,
    genes: Genes,
    elites: NDArray[np.int64],
    parents: NDArray[np.int64],
    first_child: int,
    rng: np.random.Generator,
) -> Genes:
    """Return the `elites` of `genes` as they are, then one mutated child for each of `parents`.

    `first_child` is the number of the first child, in a count in which no other genome of the
    search has it or one of those after it: historical marks are made from it.
    """
    counts = np.minimum(rng.geometric(1.0 - config.extra_mutation, len(parents)), _MOST_MUTATIONS)
    mates: NDArray[np.int64] | None = None
    if config.crossover > 0:
        mates = np.full(len(counts), -1)
        mated = rng.random(len(counts)) < config.crossover
        mates[mated] = rng.permutation(parents)[mated]
    numbers = first_child + np.arange(len(counts))
    return breed(
        genes,
        elites,
        parents,
        mates,
        counts,
        np.array(config.rates),
        np.array([BY_LABEL[label] for label in config.activations], dtype=np.int64),
        1 + genes.inputs + genes.outputs + numbers * _MOST_MUTATIONS,
        config.max_connections,
        rng,
    )


class Search:
    """A population and the rule that replaces it.

    `ask` and `tell` alternate; anything else is refused.

    `island` and `islands` say where it stands in a larger search: its random streams and historical
    marks are its own.
    """

    def __init__(
        self, config: SearchConfig, inputs: int, outputs: int, island: int = 0, islands: int = 1
    ) -> None:
        self.config = config
        self.generation = 0  # of the population that `ask` returns
        # The best mean return told, and who earned it
        self.best: tuple[float, Genome] | None = None
        self._island, self._islands = island, islands
        first = island * config.population
        self._genes = first_genomes(
            config, inputs, outputs, range(first, first + config.population)
        )
        self._asked: list[Network] | None = None

    @property
    def finished(self) -> bool:
        """Whether as many generations as configured were told."""
        return self.generation >= self.config.generations

    @property
    def population(self) -> Genomes:
        """The present genomes: what `ask` returns."""
        return Genomes(self._genes)

    @property
    def memory(self) -> dict[str, Any]:
        """What `restore` needs beside generation, population and best, as JSON values: here nothing."""
        return {}

    @property
    def networks(self) -> list[Network]:
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
        self._asked = None
        self.best = told.better(self.best)
        self.generation += 1
        self._genes = self._breed(told.survivors, scores_of(told, by_weight))
        return told

    def replace(
        self, places: Sequence[int], genomes: Sequence[Genome], networks: Sequence[Network]
    ) -> None:
        """Put other genomes, and their networks, in the `places` of some that were asked for and are not yet told."""
        population, asked = list(self.population), self.networks
        for place, genome, network in zip(places, genomes, networks, strict=True):
            population[place], asked[place] = genome, network
        self._genes = lay_end_to_end(population)

    def restore(
        self,
        generation: int,
        population: Sequence[Genome],
        best: tuple[float, Genome] | None,
        memory: Mapping[str, Any] | None = None,
    ) -> None:
        """Continue from a saved state: `population` is what the next `ask` returns.

        ValueError if it is too small.
        """
        if len(population) != self.config.population:
            raise ValueError(
                f"{len(population)} genomes for a population of {self.config.population}"
            )
        self.generation, self.best, self._asked = generation, best, None
        self._genes = lay_end_to_end(population)

    def _breed(self, survivors: NDArray[np.int64], scores: Scores) -> Genes:
        """Return the next generation: elites as they are, then one mutated child for each parent chosen."""
        place = (self._island,) if self._island else ()  # a search of one island is a plain search
        rng = stream(self.config.seed, "breed", self.generation, *place)
        selected = RANKINGS[self.config.ranking](scores, self.config, rng)
        first_child = (self.generation * self._islands + self._island) * self.config.population
        elites, parents = survivors[selected.elites], survivors[selected.parents]
        return offspring(self.config, self._genes, elites, parents, first_child, rng)
