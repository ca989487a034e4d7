"""What a round of a search is: a generation is scored and told to the search, its best confirmed.

`generational`, `asynchronous`, `gradient` and `strategy` are the ways, `make_rounds` picks one of
them.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from wann.evaluators.evaluator import Evaluation
from wann.evolution.birth import Birth
from wann.evolution.generation import Generation
from wann.evolution.search_state import SearchState
from wann.network.genome import Genome
from wann.network.network import Network
from wann.network.weightings import Weightings


class ScoredGeneration(NamedTuple):
    """A generation, and what its evaluation gave beside it."""

    generation: Generation
    # (genomes,) The mean at the fixed weights, which are those of confirmation or most like them
    promise: NDArray[np.float64]
    steps: int  # of the environment
    breeding: float  # seconds


class Searching(Protocol):
    """A search of whichever kind, as far as a checkpoint holds it."""

    @property
    def generation(self) -> int:
        """How many generations are done."""

    @property
    def finished(self) -> bool:
        """Whether there is no further generation."""

    @property
    def population(self) -> Sequence[Genome]:
        """The present genomes."""

    @property
    def best(self) -> tuple[float, Genome] | None:
        """The best mean return so far and the genome that earned it, where that is remembered."""

    @property
    def births(self) -> Sequence[Birth]:
        """The births of the present genomes, where they have any."""

    @property
    def memory(self) -> dict[str, Any]:
        """What else there is to go on from: JSON values, and arrays by name."""

    def restore(self, state: SearchState) -> None:
        """Continue from a saved state; KeyError or ValueError if it is that of another search."""


class Rounds(Protocol):
    """A search and how its generations come about, one after the other."""

    @property
    def search(self) -> Searching:
        """The search at the end of the generation last returned: what a checkpoint holds."""

    def next(self) -> ScoredGeneration:
        """Score the next generation, and let the search breed from it."""

    def confirm(
        self, networks: Sequence[Network], weights: Weightings, episodes: NDArray[Any]
    ) -> Iterator[Evaluation]:
        """Yield what each of `networks` earns, in their order."""

    def close(self) -> None:
        """Leave the evaluator free for others."""


def promise_of(generation: Generation, mean: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `mean` (genomes,), with minus infinity for genomes that failed."""
    return np.where(np.isfinite(generation.mean), mean, -np.inf)
