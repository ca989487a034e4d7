"""The search: ask for a generation of genomes, tell what they earned (Gaier & Ha 2019, section 3).

Selection and bookkeeping only. What the genomes are scored on, and by whom, is the caller's affair:

    search = Search(SearchConfig(population=64), inputs=2, outputs=1)
    while not search.finished:
        genomes = search.ask()
        search.tell([my_score(genome) for genome in genomes])
    print(search.best)
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wann.activations import BY_LABEL
from wann.breeding import breed
from wann.config import SearchConfig
from wann.genome import Genes, Genome, Genomes, lay_end_to_end, random_minimal
from wann.network import Network, compile_all
from wann.ranking import RANKINGS, Scores
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


class Search:
    """A population and the rule that replaces it. `ask` and `tell` alternate; anything else is refused."""

    def __init__(self, config: SearchConfig, inputs: int, outputs: int) -> None:
        self.config = config
        self.generation = 0  # of the population that `ask` returns
        self._genes = lay_end_to_end(
            [
                random_minimal(
                    inputs,
                    outputs,
                    config.initial_connections,
                    stream(config.seed, "first genome", i),
                    config.initial_genes == "all",
                )
                for i in range(config.population)
            ]
        )
        self.best: tuple[float, Genome] | None = None  # the best mean return told, and who earned it
        self._asked: list[Network] | None = None
        self._rates = np.array(config.rates)
        self._activations = np.array([BY_LABEL[label] for label in config.activations], dtype=np.int64)

    @property
    def finished(self) -> bool:
        """Whether as many generations as configured were told."""
        return self.generation >= self.config.generations

    @property
    def population(self) -> Genomes:
        """The present genomes: what `ask` returns."""
        return Genomes(self._genes)

    @property
    def networks(self) -> list[Network]:
        """The compiled networks of the genomes last asked for, in their order."""
        if self._asked is None:
            raise RuntimeError("networks are there between ask() and tell(): call ask() first")
        return self._asked

    def ask(self) -> Genomes:
        """Return the genomes to score."""
        if self._asked is not None:
            raise RuntimeError("ask() was called twice: tell() the returns of the genomes you have first")
        self._asked = compile_all(self._genes)
        return self.population

    def tell(self, returns: ArrayLike) -> Generation:
        """Take what each genome earned, in the order asked, and breed the next generation.

        `returns` has shape (genomes,), (genomes, weights) or (genomes, weights, episodes); more is better. A genome
        with a NaN or infinite return ranks behind all others and has no children while there are others.
        """
        if self._asked is None:
            raise RuntimeError("tell() was called before ask()")
        by_weight = self._by_weight(returns)
        networks, self._asked = self._asked, None
        with np.errstate(invalid="ignore", over="ignore"):
            mean = by_weight.mean(axis=1)
        finite = np.asarray(np.isfinite(by_weight).all(axis=1) & np.isfinite(mean))
        mean[~finite] = -np.inf
        connections = np.array([len(network.source) for network in networks])
        told = Generation(self.generation, self.population, networks, mean, connections)
        best = told.best
        if finite[best] and (self.best is None or mean[best] > self.best[0]):
            self.best = float(mean[best]), told.genomes[best].copy()
        self.generation += 1
        survivors = np.flatnonzero(finite) if finite.any() else np.arange(len(finite))
        scores = Scores(np.where(finite[:, None], by_weight, 0.0)[survivors], connections[survivors])
        self._genes = self._breed(survivors, scores)
        return told

    def restore(self, generation: int, population: Sequence[Genome], best: tuple[float, Genome] | None) -> None:
        """Continue from a saved state: `population` is what the next `ask` returns."""
        self.generation, self.best, self._asked = generation, best, None
        self._genes = lay_end_to_end(population)

    def _by_weight(self, returns: ArrayLike) -> NDArray[np.float64]:
        """Return the mean over episodes, (genomes, weights)."""
        try:
            values = np.asarray(returns, dtype=np.float64)
        except ValueError:
            values = np.empty(0)  # ragged: no shape at all
        count = len(self._genes.node_start) - 1
        if not 1 <= values.ndim <= 3 or len(values) != count or values.size == 0:
            raise ValueError(
                f"tell() expects returns of shape ({count},), ({count}, weights) or "
                f"({count}, weights, episodes), in the order asked; got {values.shape}"
            )
        weights = values.shape[1] if values.ndim > 1 else 1
        with np.errstate(invalid="ignore", over="ignore"):  # inf - inf is NaN, which counts as failed
            by_weight: NDArray[np.float64] = values.reshape(len(values), weights, -1).mean(axis=2)
        return by_weight

    def _breed(self, survivors: NDArray[np.int64], scores: Scores) -> Genes:
        """Return the next generation: elites as they are, then one mutated child for each parent chosen."""
        config, rng = self.config, stream(self.config.seed, "breed", self.generation)
        selected = RANKINGS[config.ranking](scores, config, rng)
        counts = np.minimum(rng.geometric(1.0 - config.extra_mutation, len(selected.parents)), _MOST_MUTATIONS)
        mates: NDArray[np.int64] | None = None
        if config.crossover > 0:
            mates = np.full(len(counts), -1)
            mated = rng.random(len(counts)) < config.crossover
            mates[mated] = survivors[rng.permutation(selected.parents)[mated]]
        genes = self._genes
        first_id = 1 + genes.inputs + genes.outputs + self.generation * config.population * _MOST_MUTATIONS
        return breed(
            genes,
            survivors[selected.elites],
            survivors[selected.parents],
            mates,
            counts,
            self._rates,
            self._activations,
            first_id + np.arange(len(counts)) * _MOST_MUTATIONS,
            config.max_connections,
            rng,
        )
