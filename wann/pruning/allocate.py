"""How many weights each layer keeps: exact numbers, which sum up to what is to be kept of all.

Densities are shares of all weights of a layer or network, kept or not. What earlier rounds have
pruned stays so: no layer is given more than it has alive. No layer is left without any weight,
unless `allow_empty` says so. `allocate` shares out by name; `per_layer` takes a density for each
layer instead. Patterns, which stand in the place of an allocation, are in `patterns`.
"""

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase

import numpy as np
import torch

from wann.config import LAST_LOTTERY_RATE, LOTTERY_RATE
from wann.errors import UserError, in_short
from wann.own import Registry, accepted
from wann.pruning.counts import Counts as Counts
from wann.pruning.counts import alive_of, nowhere_empty
from wann.pruning.counts import proportional as proportional
from wann.pruning.masks.types import Masks, weights_of
from wann.pruning.masks.types import counts as counts_of
from wann.pruning.masks.types import sizes as sizes_of
from wann.pruning.schedule import check_density, lottery_rates
from wann.pruning.scores.scoring import Scores
from wann.pruning.top_k import best


def budget(total: int, density: float) -> int:
    """Return how many of `total` weights a density keeps, rounded.

    UserError if the density is outside (0, 1], or if it keeps no weight.
    """
    check_density(density)
    if not (keep := round(density * total)):
        raise UserError(
            f"density {density} keeps none of {total} weights: expected at least {1 / total:.2g}"
        )
    return keep


def global_(scores: Scores, masks: Masks, keep: int, *, allow_empty: bool = False) -> Counts:
    """Return how many of the `keep` best weights of the whole network are in each layer.

    Ties are decided as in `select`. This is where networks are cut: scores that are far apart
    between layers leave one with nothing.
    """
    counts = {name: int(mask.sum()) for name, mask in best_of_network(scores, masks, keep).items()}
    return nowhere_empty(counts, masks, allow_empty)


def best_of_network(scores: Scores, masks: Masks, keep: int) -> Masks:
    """Return masks of the `keep` best weights that are alive, in one ranking.

    Among equal scores the first are kept, in the order of the layers.
    """
    weights = weights_of(masks)
    flat = torch.cat([scores[name].flatten().double() for name in weights])
    chosen = best(
        flat, torch.cat([mask.flatten() for mask in weights.values()]), keep, "the network"
    )
    parts = torch.split(chosen, [mask.numel() for mask in weights.values()])
    return {
        name: part.view(mask.shape)
        for (name, mask), part in zip(weights.items(), parts, strict=True)
    }


def per_layer(masks: Masks, densities: Mapping[str, float], *, allow_empty: bool = False) -> Counts:
    """Return the counts for densities of one's own, such as {"fc3": 0.5, "*": 0.01}.

    `densities`: shares in (0, 1] by the name of a parameter or layer, or by pattern; the first that
    fits a layer counts. UserError if none fits, or if a layer has not as many weights left.
    """
    sizes = sizes_of(masks)
    counts = {name: budget_of(name, size, densities, allow_empty) for name, size in sizes.items()}
    for name, left in counts_of(masks).items():
        if counts[name] > left:
            raise UserError(f"{name!r} is to keep {counts[name]} weights, and has {left} left")
    return nowhere_empty(counts, masks, allow_empty)


def budget_of(
    name: str, size: int, densities: Mapping[str, float], allow_empty: bool = False
) -> int:
    """Return how many of the `size` weights of layer `name` are kept.

    `densities`: as in `per_layer`. UserError if none of them fits the layer.
    """
    for pattern, density in densities.items():
        if fnmatchcase(name, pattern) or fnmatchcase(name.rpartition(".")[0], pattern):
            return 0 if allow_empty and density == 0.0 else budget(size, density)
    raise UserError(
        f"no density is given for {name!r}: expected one for each layer, or a pattern such as '*'"
    )


def uniform(masks: Masks, keep: int, *, allow_empty: bool = False) -> Counts:
    """Return counts of one density in all layers."""
    shares = {name: float(size) for name, size in sizes_of(masks).items()}
    return proportional(shares, masks, keep, allow_empty=allow_empty)


def uniform_plus(masks: Masks, keep: int, *, allow_empty: bool = False) -> Counts:
    """Return uniform counts, but for the ends of the network.

    A first convolution is left whole, and a last linear layer keeps at least a fifth. The other
    layers share what remains. UserError if that cannot be done.

    Source: Gale et al. 2019 and Liu et al. 2022, which prune the ends of a network less.
    """
    alive, sizes = alive_of(masks, keep), sizes_of(masks)
    first, last = next(iter(sizes)), list(sizes)[-1]
    fixed = {}
    if masks[first].ndim > 2:
        fixed[first] = alive[first]
    if len(sizes) > 1 and masks[last].ndim == 2 and keep / sum(sizes.values()) < 0.2:
        fixed[last] = min(alive[last], round(0.2 * sizes[last]))
    rest = keep - sum(fixed.values())
    others = {name: mask for name, mask in weights_of(masks).items() if name not in fixed}
    if rest < len(others) or rest > sum(alive[name] for name in others):
        raise UserError(
            f"uniform+ cannot keep {keep} weights: "
            f"{', '.join(f'{n!r} alone keeps {k}' for n, k in fixed.items())}; "
            "choose a higher density, or uniform"
        )
    counts = fixed | (uniform(others, rest, allow_empty=allow_empty) if others else {})
    return {name: counts[name] for name in sizes}


def erk(masks: Masks, keep: int, *, allow_empty: bool = False) -> Counts:
    """Return Erdős–Rényi-kernel counts.

    The density of a layer is proportional to the sum of its dimensions over their product, the
    sides of a kernel being dimensions too. A layer that would be more than dense is left dense, and
    the densities of the others are computed anew, so that not too few weights are kept.

    Source: Evci et al. 2020, appendix.
    """
    shares = {name: float(sum(mask.shape)) for name, mask in weights_of(masks).items()}
    return proportional(shares, masks, keep, allow_empty=allow_empty)


def igq(masks: Masks, keep: int, *, allow_empty: bool = False) -> Counts:
    """Return ideal-gas-quota counts (Vysogorets & Kempe 2023).

    A layer of N weights has density 1 / (F N + 1).
    """
    sizes = sizes_of(masks)

    def shares(force: float) -> dict[str, float]:
        return {name: size / (force * size + 1.0) for name, size in sizes.items()}

    low, high = 0.0, 1.0
    while sum(shares(high).values()) > keep:
        high *= 2.0
    force = _bisect(lambda force: sum(shares(force).values()) > keep, low, high)
    return proportional(shares(force), masks, keep, allow_empty=allow_empty)


def lottery(
    masks: Masks,
    keep: int,
    *,
    allow_empty: bool = False,
    rate: float = LOTTERY_RATE,
    last: float = LAST_LOTTERY_RATE,
) -> Counts:
    """Return the counts that rounds of pruning the same share of each layer lead to.

    Source: Frankle & Carbin 2019. The number of rounds is solved for as a real number, so that any
    `keep` is met; where it is whole, layers differ from `schedule.iterative` by what that one
    rounds in each round.

    Args:
        masks: what is alive.
        keep: how many weights are kept in all.
        allow_empty: whether a layer may be left without weights.
        rate: the share that a round removes of each layer but the last, in [0, 1).
        last: the share that a round removes of the output layer.
    """
    sizes = sizes_of(masks)
    rates = lottery_rates(sizes, rate, last)

    def shares(rounds: float) -> dict[str, float]:
        return {name: size * (1.0 - rates[name]) ** rounds for name, size in sizes.items()}

    low, high = 0.0, 1.0
    while sum(shares(high).values()) > keep:
        high *= 2.0
    rounds = _bisect(lambda rounds: sum(shares(rounds).values()) > keep, low, high)
    return proportional(shares(rounds), masks, keep, allow_empty=allow_empty)


def _of_network(
    masks: Masks, keep: int, *, scores: Scores | None = None, allow_empty: bool = False
) -> Counts:
    if scores is None:
        raise UserError("global allocation compares the layers by scores: expected some")
    return global_(scores, masks, keep, allow_empty=allow_empty)


GLOBAL = "global"
_ABOUT = {
    GLOBAL: "the best of the whole network, by their scores",
    "uniform": "one density for all layers",
    "uniform+": "one density, the ends of the network kept",
    "erk": "Erdős-Rényi-kernel densities",
    "igq": "ideal gas quotas",
    "lottery": "as rounds of pruning the same share of each layer lead to",
}
ALLOCATIONS: Registry[Callable[..., Counts]] = Registry(
    "allocation",
    {
        GLOBAL: _of_network,
        "uniform": uniform,
        "uniform+": uniform_plus,
        "erk": erk,
        "igq": igq,
        "lottery": lottery,
    },
    expected="a function of (masks, keep) that returns how many weights each layer keeps",
    arguments=2,
    offers=("scores", "allow_empty"),
    about=_ABOUT.__getitem__,
)


def allocate(
    name: str, scores: Scores | None, masks: Masks, keep: int, *, allow_empty: bool = False
) -> Counts:
    """Return the counts of the allocation of that name.

    Args:
        name: one of `ALLOCATIONS`, of which 'global' needs scores, or 'module:function'. A function
            of one's own gets the masks and `keep`, and by name `scores` and `allow_empty` where it
            takes those.
        scores: by the name of the parameter, in the shapes of the masks; None where not needed.
        masks: what is alive.
        keep: how many weights are kept in all.
        allow_empty: whether a layer may be left without weights.
    """
    function = ALLOCATIONS.find(name)
    offered = accepted(function, scores=scores, allow_empty=allow_empty)
    if name in ALLOCATIONS:
        return function(masks, keep, **offered)
    alive = alive_of(masks, keep)
    given = f"{keep} of {sum(alive.values())} weights"
    lent = {layer: mask.clone() for layer, mask in masks.items()}
    counts = ALLOCATIONS.call(function, given, lent, keep, **offered)
    return nowhere_empty(_checked(counts, name, alive, keep), masks, allow_empty)


def _checked(counts: object, name: str, alive: Counts, keep: int) -> Counts:
    """Return what an allocation of one's own returned; UserError if it does not fit."""
    if not isinstance(counts, Mapping) or set(counts) != set(alive):
        raise UserError(
            f"the allocation {name} returned {in_short(counts)}: expected a whole number for each "
            f"of {', '.join(alive)}"
        )
    for layer, most in alive.items():
        count = counts[layer]
        if not isinstance(count, int | np.integer) or not 0 <= count <= most:
            raise UserError(
                f"the allocation {name} gives {in_short(count)} weights to {layer!r}: expected a "
                f"whole number from 0 to {most} (`allocate.proportional` makes such of shares)"
            )
    if sum(counts.values()) != keep:
        raise UserError(
            f"the allocation {name} gives out {sum(counts.values())} weights: expected {keep} in "
            "all (`allocate.proportional` makes whole numbers of shares)"
        )
    return {layer: int(counts[layer]) for layer in alive}


def _bisect(too_low: Callable[[float], bool], low: float, high: float) -> float:
    """Return the number between `low` and `high` from which on `too_low` is false."""
    for _ in range(100):
        middle = (low + high) / 2.0
        low, high = (middle, high) if too_low(middle) else (low, middle)
    return high
