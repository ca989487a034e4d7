"""Fewer crossings: move one bar at a time to the level where its segments cross the fewest others (sifting).

After Matuszewski, Schönfeld & Molitor (1999), "Using sifting for k-layer straightline crossing minimization".
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# More pairs than this are not sifted: it would take longer than the picture is worth, and show little.
_MOST_PAIRS = 150_000

# What a crossing costs in lengths of segments: short segments are followed more easily than long ones.
_CROSSING_COST = 4.0

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Pairs(NamedTuple):
    """Pairs of segments of one gap between columns, each as four bars; they cross where the bars' orders differ."""

    a_left: Ints  # (pairs,)
    a_right: Ints
    b_left: Ints
    b_right: Ints
    left: Ints  # (segments,) the segments that are not level
    right: Ints


def find_pairs(first: Ints, last: Ints, left: Ints, right: Ints) -> Pairs | None:
    """Return the pairs of segments that can cross, or None where they are too many to sift.

    `first` and `last` (bars,) columns; `left` and `right` (segments,) bars. A bar that spans columns is a level
    segment in every gap it spans.
    """
    spans = last - first
    level = np.repeat(np.arange(len(first)), spans)
    level_gap = np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)])
    a, b = np.concatenate([left, level]), np.concatenate([right, level])
    gap = np.concatenate([last[left], level_gap.astype(np.int64)])
    if (np.bincount(gap).astype(np.float64) ** 2).sum() > 2 * _MOST_PAIRS:
        return None
    found = []
    for g in range(int(gap.max(initial=-1)) + 1):
        members = np.flatnonzero(gap == g)
        i, j = (members[side] for side in np.triu_indices(len(members), 1))
        can_cross = (a[i] != a[j]) & (b[i] != b[j]) & ((a[i] != b[i]) | (a[j] != b[j]))
        found.append(np.stack([a[i], b[i], a[j], b[j]])[:, can_cross])
    pairs = np.concatenate([np.zeros((4, 0), dtype=np.int64), *found], axis=1)
    return Pairs(*pairs, left, right)


def count_crossings(pairs: Pairs, levels: Floats) -> int:
    """Return how many of the pairs cross."""
    return int(np.count_nonzero(_cross(*(levels[bar] for bar in pairs[:4]))))


def sift(first: Ints, last: Ints, pairs: Pairs, levels: Floats) -> Floats:
    """Return levels after moving each bar in turn to its best place among the bars of its columns."""
    levels = levels.copy()
    degree = np.bincount(np.concatenate([pairs.left, pairs.right]), minlength=len(levels))
    for bar in np.argsort(-degree, kind="stable"):
        rivals = (first <= last[bar]) & (last >= first[bar])
        rivals[bar] = False
        if rivals.any():
            places = _places(np.unique(levels[rivals]), levels[bar])
            costs = _costs(pairs, levels, bar, places)
            best = int(costs.argmin())
            if costs[best] < costs[0] - 1e-9:
                levels[bar] = places[best]
    return levels


def _places(taken: Floats, present: float) -> Floats:
    """Return the present level, then one level in each opening between the levels taken."""
    return np.concatenate([[present, taken[0] - 1.0, taken[-1] + 1.0], 0.5 * (taken[1:] + taken[:-1])])


def _costs(pairs: Pairs, levels: Floats, bar: int, places: Floats) -> Floats:
    """Return what the crossings and lengths of the segments of `bar` cost at each of `places`."""
    corners = pairs[:4]
    concerned = np.any([corner == bar for corner in corners], axis=0)
    at = [np.where(c[concerned] == bar, places[:, None], levels[c[concerned]]) for c in corners]
    crossings = np.count_nonzero(_cross(*at), axis=1)
    ends = np.concatenate([pairs.right[pairs.left == bar], pairs.left[pairs.right == bar]])
    lengths = np.abs(places[:, None] - levels[ends]).sum(axis=1)
    return np.asarray(_CROSSING_COST * crossings + lengths)


def _cross(a_left: Floats, a_right: Floats, b_left: Floats, b_right: Floats) -> NDArray[np.bool_]:
    return np.asarray((a_left - b_left) * (a_right - b_right) < 0)
