"""What any search goes on from."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from wann.evolution.birth import Birth
from wann.network.genome import Genome


class SearchState(NamedTuple):
    """A search between two generations, as it was saved."""

    generation: int  # how many were done
    population: Sequence[Genome]
    best: tuple[float, Genome] | None  # the best mean return so far, and the genome that earned it
    memory: Mapping[str, Any] = {}  # what else there is: JSON values, and arrays by name
    births: Sequence[Birth] | None = None  # those of the genomes; None where they are not known
