"""`python -m wann.evolution.compile_breeding RATE`: compile breeding for a search that begins.

Breeding takes longer to compile than all else of a search, and is needed last in a generation.
"""

import sys
from contextlib import AbstractContextManager, nullcontext

import numpy as np

from wann.config import EVOLUTION, SearchConfig
from wann.evolution.breeding import breed, offspring
from wann.evolution.first_genomes import first_genomes
from wann.kernels.ahead import compiled_ahead, end_with_parent


def breeding_compiled_ahead(config: SearchConfig) -> AbstractContextManager[None]:
    """Have another process compile breeding while this context goes on, if the search breeds."""
    if config.method != EVOLUTION:
        return nullcontext()
    return compiled_ahead(breed, __name__, [str(config.crossover)])


def _main(crossover: float) -> None:
    end_with_parent()
    config = SearchConfig(population=4, crossover=crossover)
    genes = first_genomes(config, 1, 1, range(4))
    offspring(config, genes, np.arange(1), np.arange(3), 4, np.random.default_rng(0))


if __name__ == "__main__":
    _main(float(sys.argv[1]))
