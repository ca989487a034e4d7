"""Rankings decide which genomes of a generation survive, and which become parents.

The rest of `evolution` imports this folder. `RANKINGS` holds them by name, and one of the user's
own is found by it, too: a function of the scores, the settings and a generator. `select` calls it.

Begin with `selection`, what a ranking is given and returns; `nsga2`, `lexicase` and `mean` are the
rankings, `dominance` and `crowding` their sorting by several objectives.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.config import SearchConfig
from wann.errors import UserError, in_short
from wann.evolution.ranking.lexicase import select_lexicase
from wann.evolution.ranking.mean import select_mean
from wann.evolution.ranking.nsga2 import select_nsga2, select_paper, select_reference
from wann.evolution.ranking.selection import Scores, Selected, by_order
from wann.own import Registry, label_of

# Returns what it selected, or the order (genomes,) of the genomes, best first.
Ranking = Callable[[Scores, SearchConfig, np.random.Generator], Selected | NDArray[np.int64]]

RANKINGS: Registry[Ranking] = Registry(
    "ranking",
    {
        "paper": select_paper,
        "reference": select_reference,
        "nsga2": select_nsga2,
        "lexicase": select_lexicase,
        "mean": select_mean,
    },
    expected="a function of (scores, settings, rng) that returns the indices of the genomes, best "
    "first",
    arguments=3,
)


def select(
    ranking: Ranking, scores: Scores, config: SearchConfig, rng: np.random.Generator
) -> Selected:
    """Return what a ranking selects; of one that returns an order, elites and parents by it.

    UserError, naming the ranking, where it raises, or returns neither an order of all genomes nor
    as many parents as are asked for.
    """
    given = f"the scores of {len(scores.connections)} genomes"
    chosen = RANKINGS.call(ranking, given, scores, config, rng)
    if not isinstance(chosen, Selected):
        return by_order(_order(ranking, chosen, len(scores.connections)), config, rng)
    genomes = len(scores.connections)
    order = _order(ranking, chosen.order, genomes)
    elites = _indices(ranking, "elites", chosen.elites, genomes)
    parents = _indices(ranking, "parents", chosen.parents, genomes)
    if len(elites) + len(parents) != config.population:
        raise UserError(
            f"the ranking {label_of(ranking)} returned {len(elites)} elites and {len(parents)} "
            f"parents: expected {config.population} in all"
        )
    return Selected(elites, parents, order)


def _order(ranking: Ranking, returned: Any, genomes: int) -> NDArray[np.int64]:
    """Return `returned` as an order of all genomes; UserError if it is none."""
    order = _indices(ranking, "an order", returned, genomes)
    if len(order) != genomes or (np.bincount(order, minlength=genomes) != 1).any():
        raise UserError(
            f"the ranking {label_of(ranking)} returned {in_short(returned)}: expected each of the "
            f"indices 0 to {genomes - 1} once, the best genome first"
        )
    return order


def _indices(ranking: Ranking, what: str, returned: Any, genomes: int) -> NDArray[np.int64]:
    """Return `returned` as indices of genomes; UserError if they are none."""
    try:
        indices = np.asarray(returned)
    except ValueError:  # ragged
        indices = np.empty((0, 0))
    whole = indices.ndim == 1 and (np.issubdtype(indices.dtype, np.integer) or not len(indices))
    if not whole or (len(indices) and not 0 <= indices.min() <= indices.max() < genomes):
        raise UserError(
            f"the ranking {label_of(ranking)} returned {in_short(returned)} as {what}: expected "
            f"whole numbers from 0 to {genomes - 1}, one for each genome that is meant"
        )
    return indices.astype(np.int64)
