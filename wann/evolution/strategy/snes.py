"""The separable natural evolution strategy (Wierstra et al. 2014, section 3.5 and table 1).

Candidates are drawn from a normal distribution with a mean and a spread for each score. Mean and
spread follow the natural gradient of the expected utility, which depends on the ranks of candidates
alone. The state of a search is these two arrays: a library would hide them, and a run could not be
resumed from them to the same bytes.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.errors import short_repr

Floats = NDArray[np.float64]


class Distribution(NamedTuple):
    """What candidates are drawn from; scores do not depend on each other."""

    mean: Floats  # (scores,)
    spread: Floats  # (scores,) standard deviations

    def __repr__(self) -> str:
        return short_repr(self)

    def candidates(self, noise: Floats) -> Floats:
        """Return the candidates (candidates, scores) that `noise` of that shape makes."""
        return self.mean + self.spread * noise


def beginning(scores: int) -> Distribution:
    """Return the distribution in which no place is better than another."""
    return Distribution(np.zeros(scores), np.ones(scores))


def draw_noise(candidates: int, scores: int, rng: np.random.Generator) -> Floats:
    """Return standard normal noise (candidates, scores), each row with its negative.

    Of an odd number the last has none.
    """
    half = rng.standard_normal((-(-candidates // 2), scores))
    return np.concatenate([half, -half])[:candidates]


def followed(distribution: Distribution, noise: Floats, fitness: Floats) -> Distribution:
    """Return the distribution after a step along the natural gradient (equations 11 and 12).

    Args:
        distribution: that candidates were drawn from.
        noise: (candidates, scores) that made them.
        fitness: (candidates,), more is better; minus infinity for those that failed.
    """
    utility = utilities(fitness)
    scores = len(distribution.mean)
    rate = (3.0 + math.log(scores)) / (5.0 * math.sqrt(scores))  # table 1; that of the mean is 1
    # Sums row by row: a library of linear algebra may cut them among threads, to other bytes.
    to_mean = (utility[:, None] * noise).sum(axis=0)
    to_spread = (utility[:, None] * (noise * noise - 1.0)).sum(axis=0)
    return Distribution(
        distribution.mean + distribution.spread * to_mean,
        distribution.spread * np.exp(0.5 * rate * to_spread),
    )


def utilities(fitness: Floats) -> Floats:
    """Return the utility of each candidate by its rank (table 1); equal ones share theirs.

    They add up to 0. Many candidates keep the same places and are equal.
    """
    count = len(fitness)
    by_rank = np.maximum(0.0, math.log(count / 2 + 1) - np.log(np.arange(1, count + 1)))
    by_rank = by_rank / by_rank.sum() - 1.0 / count
    _, level, sizes = np.unique(-fitness, return_inverse=True, return_counts=True)
    ends = np.cumsum(sizes)
    total = np.concatenate([[0.0], np.cumsum(by_rank)])
    shared: Floats = (total[ends] - total[ends - sizes]) / sizes
    return shared[level]
