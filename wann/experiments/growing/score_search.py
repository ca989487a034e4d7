"""Pruning by an evolution strategy as a search: generations of candidates, drawn and scored.

Candidates are scores of the places of one parent. As in `generational.Search`, `ask` and `tell`
alternate, and what is drawn depends on the seed and the number of the generation alone.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wann.config import SearchConfig, mask_sizes
from wann.errors import UserError
from wann.evolution.birth import Birth
from wann.evolution.generation import Generation, judge, mean_by_weight
from wann.evolution.search_state import SearchState
from wann.evolution.strategy import snes
from wann.evolution.strategy.decode import decode
from wann.evolution.strategy.parent import Parent, make_parent
from wann.evolution.strategy.sizes import Phase, phases_of
from wann.network.compile import compile_all
from wann.network.genome import Genome, Genomes
from wann.network.network import Network
from wann.streams import stream
from wann.tasks.task import Task

_MOST_NUMBERS = 10**8  # of a generation's candidates: 800 MB, and as much for each copy of them


class ScoreSearch:
    """A distribution of candidates that comes to `max_connections`, and then to halves of that."""

    def __init__(
        self,
        config: SearchConfig,
        inputs: int,
        outputs: int,
        sizes: Sequence[int] | None = None,
    ) -> None:
        """Begin.

        Args:
            config: the settings.
            inputs: how many inputs networks have, without the bias.
            outputs: how many outputs they have.
            sizes: in connections, the largest first, to come to in place of those of `mask_sizes`.

        UserError as `parent_and_phases`.
        """
        self.config = config
        self.parent, self.phases = parent_and_phases(config, inputs, outputs, sizes)
        self.generation = 0
        self.best: tuple[float, Genome] | None = None
        self.births: list[Birth] = []  # nobody descends from another here
        self._distribution = snes.beginning(self.parent.scores)
        self._asked: tuple[NDArray[np.float64], Genomes, Sequence[Network]] | None = None

    @property
    def finished(self) -> bool:
        """Whether the last size was come to."""
        return self.generation >= self.phases[-1].end

    @property
    def size(self) -> int:
        """How many connections the candidates of this generation have at most."""
        return self._phase.keep(self.generation)

    @property
    def population(self) -> Sequence[Genome]:
        """One genome: that of the mean of the distribution."""
        return list(Genomes(decode(self.parent, self._distribution.mean[None], self.size)))

    @property
    def memory(self) -> dict[str, Any]:
        """What `restore` goes on from: the arrays of the distribution."""
        return self._distribution._asdict()

    @property
    def networks(self) -> Sequence[Network]:
        """The compiled networks of the candidates last asked for, in their order."""
        if self._asked is None:
            raise RuntimeError("networks are there between ask() and tell(): call ask() first")
        return self._asked[2]

    def ask(self) -> Genomes:
        """Return the genomes of the candidates to score."""
        if self._asked is not None:
            raise RuntimeError("ask() was called twice: tell() the returns of the candidates first")
        if self.generation == self._phase.first:
            # Each size is sought from what the one before it came to, as widely as the first.
            wide = np.ones_like(self._distribution.spread)
            self._distribution = self._distribution._replace(spread=wide)
        rng = stream(self.config.seed, "candidates", self.generation)
        noise = snes.draw_noise(self.config.population, self.parent.scores, rng)
        genes = decode(self.parent, self._distribution.candidates(noise), self.size)
        self._asked = noise, Genomes(genes), compile_all(genes)
        return self._asked[1]

    def drawn(self) -> NDArray[np.float64]:
        """Return candidates (population, scores) of the distribution as it is, the mean first."""
        rng = stream(self.config.seed, "drawn", self.generation)
        noise = snes.draw_noise(self.config.population - 1, self.parent.scores, rng)
        mean = self._distribution.mean[None]
        return np.concatenate([mean, self._distribution.candidates(noise)])

    def tell(self, returns: ArrayLike) -> Generation:
        """Take what each candidate earned, in the order asked, and move the distribution.

        `returns` has the shape (candidates,), (candidates, weights) or (candidates, weights,
        episodes); more is better.
        """
        if self._asked is None:
            raise RuntimeError("tell() was called before ask()")
        noise, genomes, networks = self._asked
        by_weight = mean_by_weight(returns, len(genomes))
        told = judge(self.generation, genomes, networks, by_weight)
        self._distribution = snes.followed(self._distribution, noise, told.mean)
        self.best = told.better(self.best)
        self._asked = None
        self.generation += 1
        return told

    def restore(self, state: SearchState) -> None:
        """Continue from a saved state; KeyError or ValueError if it is that of another search.

        The population is the genome of the mean, which is made again.
        """
        found = snes.Distribution(state.memory["mean"], state.memory["spread"])
        for array in found:
            if array.shape != (self.parent.scores,):
                raise ValueError(
                    f"expected arrays of {self.parent.scores} scores, got {array.shape}"
                )
        self.generation, self.best, self._distribution = state.generation, state.best, found

    @property
    def _phase(self) -> Phase:
        return next((p for p in self.phases if self.generation < p.end), self.phases[-1])


def parent_and_phases(
    config: SearchConfig, inputs: int, outputs: int, sizes: Sequence[int] | None = None
) -> tuple[Parent, list[Phase]]:
    """Return the parent that settings ask for, and the phases in which it is pruned to `sizes`.

    UserError if it has fewer places than connections asked for or no network as small, or the
    candidates of a generation would not fit into memory.
    """
    parent = make_parent(
        config.parent,
        inputs,
        outputs,
        config.hidden_units,
        config.activation_codes,
        config.max_connections,
    )
    sizes = sizes or mask_sizes(config.max_connections)
    phases = phases_of(sizes, parent.places, config.generations)
    if sizes[-1] < parent.fewest:
        raise UserError(
            f"a network of this parent has {parent.fewest} connections at least: expected as many, "
            f"got {sizes[-1]}"
        )
    if config.population * parent.scores > _MOST_NUMBERS:
        raise UserError(
            f"expected at most {_MOST_NUMBERS:,} scores in a generation, got {config.population:,} "
            f"candidates of {parent.scores:,} each: lower population, hidden_units or "
            "max_connections"
        )
    return parent, phases


def check_parent(config: SearchConfig, task: Task) -> None:
    """Raise UserError if the parent that settings ask for cannot be pruned to their sizes."""
    parent_and_phases(config, task.inputs, task.outputs)
