"""A race within a generation: all genomes play some episodes, and the best go on to the others.

What a generation is worth to the search are its parents, and most genomes show early that they will
not be any. It is the first step of successive halving (Jamieson & Talwalkar 2016, section 3): cut
after a fixed number of episodes, so that the result is the same whoever scores.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.evaluators.evaluator import Evaluation


class Race(NamedTuple):
    """What the genomes of a generation earned, and who played all of its episodes."""

    # As of all episodes, (genomes, weights, episodes): what a genome did not play is its mean at
    # the weight. Those that were stopped are not above any of those that went on.
    evaluation: Evaluation
    finished: NDArray[np.bool_]  # (genomes,)


def race(first: Evaluation, share: float, go_on: Callable[[NDArray[np.int64]], Evaluation]) -> Race:
    """Return what genomes earned of which all have played `first`.

    At least `share` of them go on: as many as are different, and those that are equal to the last
    of these. `go_on` plays the other episodes with genomes of these indices (chosen,).
    """
    mean = _means(first.returns)
    finished = _best(mean, share)
    chosen = np.flatnonzero(finished)
    further = go_on(chosen)
    played = first.returns.shape[2] + further.returns.shape[2]
    with np.errstate(invalid="ignore", over="ignore"):
        by_weight = first.returns.mean(axis=2, keepdims=True)
    returns = np.repeat(by_weight, played, axis=2)
    returns[chosen] = np.concatenate([first.returns[chosen], further.returns], axis=2)
    steps = first.steps.copy()
    steps[chosen] += further.steps
    whole = _means(returns[chosen])
    least = np.min(whole, initial=np.inf, where=np.isfinite(whole))
    ahead = np.where(finished | ~np.isfinite(mean), 0.0, np.maximum(mean - least, 0.0))
    return Race(Evaluation(returns - ahead[:, None, None], steps), finished)


def _means(returns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of each genome, (genomes,); minus infinity where a return is not finite."""
    with np.errstate(invalid="ignore", over="ignore"):
        mean = returns.mean(axis=(1, 2))
    return np.where(np.isfinite(mean), mean, -np.inf)


def _best(mean: NDArray[np.float64], share: float) -> NDArray[np.bool_]:
    """Return which (genomes,) are among the best `share` of different means."""
    levels = np.unique(mean)[::-1]
    going = max(math.ceil(share * len(mean)), 1)
    best: NDArray[np.bool_] = mean >= levels[min(going, len(levels)) - 1]
    return best
