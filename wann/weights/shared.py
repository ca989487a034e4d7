"""The best shared weight: a grid over [-2, 2], then golden section around its best points.

All weights meet the same episodes.
"""

import math
from collections.abc import Callable

import numpy as np

from wann.network.weightings import Weightings
from wann.streams import stream
from wann.tasks.optional_abilities import tuning_of
from wann.weights.measures import WEIGHT_LIMIT
from wann.weights.measuring import Measuring
from wann.weights.tuned import Floats, Tuned, enough

_GRID = 81
_PEAKS = 3  # of the grid are searched: the highest one need not hide the best weight
_SECTIONS = 12  # narrow 0.1 to 0.0003
_EPISODES = 400
_GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0


def tune_shared(measuring: Measuring, episodes: int | None = None) -> Tuned:
    """Return the shared weight in [-2, 2] under which the network has the highest mean return.

    All weights meet the same `episodes` (default: 400, of simulators in Python or C++ 40; common
    random numbers), so that they are compared without the noise of different starts. Episodes are
    whole, as where networks are confirmed.
    """
    measuring = measuring.on(tuning_of(measuring.task.confirmed_on))
    count = episodes or enough(measuring.task, _EPISODES)
    starts = measuring.task.draw_episodes(count, stream(measuring.seed, "tune shared"))
    evaluations = 0

    def means(weights: Floats) -> Floats:
        nonlocal evaluations
        returns = measuring.returns(Weightings.shared(weights), starts)
        evaluations += returns.size
        return finite(np.asarray(returns.mean(axis=1)))

    grid = np.round(np.linspace(-WEIGHT_LIMIT, WEIGHT_LIMIT, _GRID), 9)
    height = means(grid)
    found = [(float(height[i]), float(grid[i])) for i in range(_GRID)]
    step = float(grid[1] - grid[0])
    for i in peaks(height, _PEAKS):
        low, high = max(-WEIGHT_LIMIT, grid[i] - step), min(WEIGHT_LIMIT, grid[i] + step)
        found += golden_section(
            lambda weight: float(means(np.array([weight]))[0]), low, high, _SECTIONS
        )
    return Tuned(Weightings.shared([max(found)[1]]), "grid and golden section", evaluations, 0)


def peaks(height: Floats, most: int) -> list[int]:
    """Return the indices of the `most` highest local maxima, highest first.

    Of equally high ones, the first on the grid comes first.
    """
    padded = np.concatenate([[-np.inf], height, [-np.inf]])
    local = np.flatnonzero((padded[1:-1] > padded[:-2]) & (padded[1:-1] >= padded[2:]))
    return [int(i) for i in local[np.argsort(-height[local], kind="stable")][:most]]


def golden_section(
    height: Callable[[float], float], low: float, high: float, sections: int
) -> list[tuple[float, float]]:
    """Return (height, point) of all points tried while [`low`, `high`] was narrowed to a maximum.

    The interval is narrowed `sections` times.
    """
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    tried = [(height(left), left), (height(right), right)]
    at_left, at_right = tried
    for _ in range(sections):
        if at_left[0] >= at_right[0]:
            high, at_right = at_right[1], at_left
            left = high - _GOLDEN * (high - low)
            at_left = (height(left), left)
            tried.append(at_left)
        else:
            low, at_left = at_left[1], at_right
            right = low + _GOLDEN * (high - low)
            at_right = (height(right), right)
            tried.append(at_right)
    return tried


def finite(means: Floats) -> Floats:
    """Return `means`, the lowest float in place of what is not finite, so that it ranks last."""
    return np.where(np.isfinite(means), means, np.finfo(np.float64).min)
