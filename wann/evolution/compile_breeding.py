"""`python -m wann.evolution.compile_breeding RANKING RATE`: compile what comes behind scoring.

Ranking and breeding take as long to compile as all else of a search, and are needed last in a
generation.
"""

import gc
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

from wann.config import EVOLUTION, SearchConfig
from wann.evolution.breeding import breed, offspring
from wann.evolution.first_genomes import first_genomes
from wann.evolution.ranking import RANKINGS, select
from wann.evolution.ranking.crowding import crowding_distance
from wann.evolution.ranking.dominance import enter_fronts
from wann.evolution.ranking.lexicase import lexicase_parents
from wann.evolution.ranking.selection import Scores
from wann.kernels.ahead import compiled_ahead, end_with_parent, say_compiled

_RANKING = (enter_fronts, crowding_distance, lexicase_parents)
_GENOMES = 16  # enough for fronts of several genomes


def breeding_compiled_ahead(config: SearchConfig) -> AbstractContextManager[None]:
    """Have another process compile ranking and breeding while this context goes on.

    Nothing is compiled for a search that does not breed.
    """
    if config.method != EVOLUTION:
        return nullcontext()
    kernels: tuple[Any, ...] = (*_RANKING, breed)
    return compiled_ahead(kernels, __name__, [config.ranking, str(config.crossover)])


def _main(ranking: str, crossover: float) -> None:
    end_with_parent()
    gc.disable()  # this process ends before garbage counts
    rng = np.random.default_rng(0)
    config = SearchConfig(population=_GENOMES, crossover=crossover)
    if ranking in RANKINGS:  # and none of the user's own, which would be imported once more
        scores = Scores(rng.random((_GENOMES, 2)), np.arange(_GENOMES))
        select(RANKINGS.find(ranking), scores, config, rng)
    for kernel in _RANKING:
        say_compiled(kernel)
    genes = first_genomes(config, 1, 1, range(_GENOMES))
    offspring(config, genes, np.arange(1), np.arange(_GENOMES - 1), _GENOMES, rng)
    say_compiled(breed)


if __name__ == "__main__":
    _main(sys.argv[1], float(sys.argv[2]))
