"""Fewer crossings, by sifting: each bar in turn goes where its segments cross the fewest others.

After Matuszewski, Schönfeld & Molitor (1999), "Using sifting for k-layer straightline crossing
minimization". Short segments count for something, too. Bars and segments are those of `layout`.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# More pairs than this are not sifted: it would take long, and little of it would show.
_MOST_PAIRS = 200_000

# What a crossing costs, in lengths of segments: a short one that is crossed can be easier to follow
# than a long one.
_CROSSING_COST = 4.0

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Pairs(NamedTuple):
    """Pairs of segments a and b in one gap between columns, as the bars that they join.

    A level segment joins a bar with itself.
    """

    a_left: Ints  # (pairs,)
    a_right: Ints
    b_left: Ints
    b_right: Ints


class Steps(NamedTuple):
    """How the crossings of each bar depend on its level, if nothing else moves.

    Sinking below `at`, a bar has one crossing more if `upper` is above `lower`, and one less if
    not. The steps of a bar are those from `start[bar]` to `start[bar + 1]`.
    """

    start: Ints  # (bars + 1,)
    at: Ints  # (steps,) bars, as are the others
    upper: Ints
    lower: Ints


def find_pairs(first: Ints, last: Ints, left: Ints, right: Ints) -> Pairs | None:
    """Return the pairs of segments that can cross, or None where they are too many to sift.

    `first` and `last` (bars,) columns; `left` and `right` (segments,) bars. A bar that spans
    columns is a level segment in every gap it spans.
    """
    level = np.repeat(np.arange(len(first)), last - first)
    level_gap = [np.arange(a, b) for a, b in zip(first, last, strict=True)]
    a, b = np.concatenate([left, level]), np.concatenate([right, level])
    gap = np.concatenate([last[left], *level_gap])
    if (np.bincount(gap).astype(np.float64) ** 2).sum() > 2 * _MOST_PAIRS:
        return None
    found = [np.zeros((4, 0), dtype=np.int64)]
    for g in range(int(gap.max(initial=-1)) + 1):
        members = np.flatnonzero(gap == g)
        i, j = (members[side] for side in np.triu_indices(len(members), 1))
        can_cross = (a[i] != a[j]) & (b[i] != b[j]) & ((a[i] != b[i]) | (a[j] != b[j]))
        found.append(np.stack([a[i], b[i], a[j], b[j]])[:, can_cross])
    return Pairs(*np.concatenate(found, axis=1))


def find_steps(pairs: Pairs, bars: int) -> Steps:
    """Return how the crossings of each of `bars` bars depend on its level."""
    owner, at, upper, lower = [], [], [], []
    for a_left, a_right, b_left, b_right in (pairs, pairs[2:] + pairs[:2]):
        slanted = a_left != a_right
        owner += [a_left, a_right]
        at += [b_left, b_right]
        upper += [np.where(slanted, a_right, b_left), np.where(slanted, a_left, b_right)]
        lower += [b_right, b_left]
    owners = np.concatenate(owner)
    order = np.argsort(owners, kind="stable")
    start = np.searchsorted(owners[order], np.arange(bars + 1))
    return Steps(start, *(np.concatenate(column)[order] for column in (at, upper, lower)))


def sift(first: Ints, last: Ints, left: Ints, right: Ints, steps: Steps, levels: Floats) -> Floats:
    """Move every bar, the best connected first, to its best level among those of its columns.

    Args:
        first: (bars,) leftmost column.
        last: (bars,) rightmost column.
        left: (segments,) the bar at the left end.
        right: (segments,) the bar at the right end.
        steps: how crossings depend on levels, from `find_steps`.
        levels: (bars,) from which to start.

    Returns:
        (bars,) the levels afterwards.
    """
    levels = levels.copy()
    bars = len(levels)
    ends = np.concatenate([left, right])
    order = np.argsort(ends, kind="stable")
    neighbours, start = (
        np.concatenate([right, left])[order],
        np.searchsorted(ends[order], np.arange(bars + 1)),
    )
    for bar in np.argsort(-np.diff(start), kind="stable").tolist():
        rivals = (first <= last[bar]) & (last >= first[bar])
        rivals[bar] = False
        if rivals.any():
            places = _places(np.unique(levels[rivals].round(6)), levels[bar])
            lengths = np.abs(places[:, None] - levels[neighbours[start[bar] : start[bar + 1]]]).sum(
                axis=1
            )
            costs = _CROSSING_COST * _crossings_at(places, steps, bar, levels) + lengths
            best = int(costs.argmin())
            if costs[best] < costs[0] - 1e-9:
                levels[bar] = places[best]
    return levels


def _places(taken: Floats, present: float) -> Floats:
    """Return the levels that a bar may go to, its present one first.

    The others are one above and one below all levels taken, and one in each opening between them.
    """
    return np.concatenate(
        [[present, taken[0] - 1.0, taken[-1] + 1.0], 0.5 * (taken[1:] + taken[:-1])]
    )


def _crossings_at(places: Floats, steps: Steps, bar: int, levels: Floats) -> Floats:
    """Return the crossings of `bar` at each of `places`, up to a constant."""
    own = slice(steps.start[bar], steps.start[bar + 1])
    change = np.sign(levels[steps.lower[own]] - levels[steps.upper[own]])
    order = np.argsort(levels[steps.at[own]])
    total = np.concatenate([[0.0], np.cumsum(change[order])])
    passed = np.searchsorted(levels[steps.at[own]][order], places)
    return np.asarray(total[passed])
