"""What a ranking is given and returns, and what rankings share: elites, culling, tournaments."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.config import SearchConfig
from wann.errors import short_repr


class Scores(NamedTuple):
    """What a generation earned; all values are finite."""

    by_weight: NDArray[np.float64]  # (genomes, weights) mean over episodes
    connections: NDArray[np.int64]  # (genomes,) of the compiled networks

    def __repr__(self) -> str:
        return short_repr(self)

    @property
    def mean(self) -> NDArray[np.float64]:
        """(genomes,) mean over weights."""
        return np.asarray(self.by_weight.mean(axis=1))

    @property
    def best_weight(self) -> NDArray[np.float64]:
        """(genomes,) return at the weight that suits each genome best."""
        return np.asarray(self.by_weight.max(axis=1))

    @property
    def economy(self) -> NDArray[np.float64]:
        """(genomes,) 1 / connections.

        An empty network counts as one connection, so that it is not infinitely good.
        """
        return 1.0 / np.maximum(self.connections, 1)


class Selected(NamedTuple):
    """What a ranking chose, as indices into the scores it was given."""

    elites: NDArray[np.int64]  # those that survive as they are, best first
    parents: NDArray[np.int64]  # (children,) the parent of each child
    order: NDArray[np.int64]  # (genomes,) all, best first

    def __repr__(self) -> str:
        return short_repr(self)


def by_order(order: NDArray[np.int64], config: SearchConfig, rng: np.random.Generator) -> Selected:
    """Return elites and parents by an order (genomes,), best first.

    The first survive as they are; parents win tournaments among those that are not culled.
    """
    elites = elites_of(order, config)
    candidates, children = without_culled(order, config), config.population - len(elites)
    return Selected(elites, tournaments(candidates, config.tournament, children, rng), order)


def elites_of(order: NDArray[np.int64], config: SearchConfig) -> NDArray[np.int64]:
    """Return the first `elite` share of `order` (genomes,)."""
    return order[: int(config.elite * len(order))]


def without_culled(order: NDArray[np.int64], config: SearchConfig) -> NDArray[np.int64]:
    """Return `order` (genomes,) without its last `cull` share."""
    return order[: len(order) - int(config.cull * len(order))]


def tournaments(
    order: NDArray[np.int64], size: int, count: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return the winners (count,) of tournaments of `size` random members each.

    `order` (genomes,) is best first: whoever stands before the others wins.
    """
    winners: NDArray[np.int64] = order[rng.integers(0, len(order), (count, size)).min(axis=1)]
    return winners
