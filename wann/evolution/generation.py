"""A generation with what it earned, and how returns become what a ranking reads."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wann.arrays import without_gaps
from wann.errors import short_repr
from wann.evolution.birth import Birth
from wann.evolution.ranking.selection import Scores
from wann.network.genome import Genome
from wann.network.network import Network
from wann.network.networks import connections_of


class Generation(NamedTuple):
    """Genomes that were scored together, and their mean returns."""

    number: int
    genomes: Sequence[Genome]
    networks: Sequence[Network]
    mean: NDArray[np.float64]  # (genomes,) mean return; -inf where a return was NaN or infinite
    connections: NDArray[np.int64]  # (genomes,)
    # Of the genomes, where the search knows them; those without descendants until it is asked again
    births: Sequence[Birth] = ()

    def __repr__(self) -> str:
        return short_repr(self)

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
    number: int,
    genomes: Sequence[Genome],
    networks: Sequence[Network],
    by_weight: NDArray[np.float64],
) -> Generation:
    """Return generation `number`; each genome earned its row of `by_weight` (genomes, weights)."""
    with np.errstate(invalid="ignore", over="ignore"):
        mean = by_weight.mean(axis=1)
    mean[~(np.isfinite(by_weight).all(axis=1) & np.isfinite(mean))] = -np.inf
    return Generation(number, genomes, networks, mean, connections_of(networks))


def scores_of(generation: Generation, by_weight: NDArray[np.float64]) -> Scores:
    """Return what the ranking reads of the generation's survivors.

    Where all failed, all are equal. `by_weight` (genomes, weights) is what the generation earned.
    """
    finite = np.where(np.isneginf(generation.mean)[:, None], 0.0, by_weight)
    return Scores(finite[generation.survivors], generation.connections[generation.survivors])


def mean_by_weight(returns: ArrayLike, count: int) -> NDArray[np.float64]:
    """Return the mean over episodes (genomes, weights) of what `count` genomes earned.

    `returns` has shape (genomes,), (genomes, weights) or (genomes, weights, episodes). ValueError
    on other shapes.
    """
    without_gaps(returns, "tell()")
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
