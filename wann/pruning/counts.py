"""Whole numbers of weights for layers: what allocations return, and how shares become that."""

from collections.abc import Mapping

from wann.errors import UserError
from wann.pruning.masks.types import Masks
from wann.pruning.masks.types import counts as counts_of

Counts = dict[str, int]


def proportional(
    shares: Mapping[str, float], masks: Masks, keep: int, *, allow_empty: bool = False
) -> Counts:
    """Return whole counts that sum up to `keep`, in proportion to `shares`.

    No layer is given more than it has alive: one that would get more keeps all it has, and the
    others share the rest. Fractions are rounded by the largest remainder; among equal remainders
    the first layers are rounded up.
    """
    alive = alive_of(masks, keep)
    exact: dict[str, float] = {}
    free = list(alive)
    while free:
        rest = keep - sum(exact.values())
        unit = rest / sum(shares[name] for name in free)
        over = [name for name in free if unit * shares[name] >= alive[name]]
        if not over:
            exact |= {name: unit * shares[name] for name in free}
            break
        exact |= {name: float(alive[name]) for name in over}
        free = [name for name in free if name not in over]
    counts = {name: int(exact[name]) for name in alive}
    by_remainder = sorted(alive, key=lambda name: counts[name] - exact[name])
    for name in by_remainder[: keep - sum(counts.values())]:
        counts[name] += 1
    return nowhere_empty(counts, masks, allow_empty)


def alive_of(masks: Masks, keep: int) -> Counts:
    """Return how many weights each layer has; UserError unless `keep` of them can be kept."""
    alive = counts_of(masks)
    if not 0 < keep <= sum(alive.values()):
        raise UserError(
            f"cannot keep {keep} weights: expected 1 to {sum(alive.values())}, which are left"
        )
    return alive


def nowhere_empty(counts: Counts, masks: Masks, allow_empty: bool) -> Counts:
    """Return `counts`; UserError if a layer is left with none, unless `allow_empty`."""
    for name, count in counts.items():
        if not count and not allow_empty:
            raise UserError(
                f"{name!r} cannot keep one of its {masks[name].numel()} weights where all layers "
                f"keep {sum(counts.values())}: choose a higher density or another allocation, "
                "or allow empty layers"
            )
    return counts
