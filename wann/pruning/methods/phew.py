"""PHEW: the weights that random walks from inputs to outputs go along, the large ones more often.

Source: Patil & Dovrolis 2021, "PHEW: Constructing sparse networks that learn fast and generalize
well without training data", section 5. It needs no data, only their shape.
"""

from typing import Any

import torch

from wann.errors import UserError
from wann.pruning import masks as masking
from wann.pruning.allocate import budget
from wann.pruning.masks import Masks
from wann.pruning.masks.types import weights_of
from wann.pruning.methods.walks import BATCH, Stride, Walker
from wann.pruning.scores.scoring import Scoring, scratch
from wann.pruning.scores.synflow import make_linear

_IDLE = 50  # batches of walks without a new weight after which no more are made


def phew(scoring: Scoring, density: float) -> Masks:
    """Return masks that keep the share `density` of the weights: those that walks go along.

    Half of the walks begin at an input, half at an output, each drawn at random; the next
    connection of a unit is drawn in proportion to its magnitude. In a convolution a walk goes along
    one number of a kernel. What a last walk would have too much is left out. If walks find no new
    weight any more, the largest of the others are kept.

    UserError without batches or a generator, and where a layer is of a kind that walks cannot pass.
    """
    chance, keep = scoring.random(), budget(masking.total(scoring.masks), density)
    left, names = masking.kept(scoring.masks), list(weights_of(scoring.masks))
    if keep > left:
        raise UserError(
            f"density {density} keeps {keep} weights: expected no more than the {left} left"
        )
    with scratch(scoring) as (model, weights):
        make_linear(model)
        walker = Walker(model, {id(weights[name]): name for name in names}, scoring, chance)
        walker.check(names)
        found: Masks = {name: torch.zeros_like(scoring.masks[name]) for name in names}
        idle = 0
        while idle < _IDLE and masking.kept(found) < keep < left:
            before = masking.kept(found)
            found = _with_walks(found, walker.walk(), weights, keep)
            idle = 0 if masking.kept(found) > before else idle + 1
        return scoring.masks | _filled(found, scoring.masks, weights, keep)


def _with_walks(found: Masks, strides: list[Stride], weights: dict[str, Any], keep: int) -> Masks:
    """Return `found` with what all walks went along, or as many of them as there is room for."""
    together = _joined(found, strides, weights, slice(None))
    if masking.kept(together) <= keep:
        return together
    for walk in range(BATCH):
        longer = _joined(found, strides, weights, slice(walk, walk + 1))
        room = keep - masking.kept(found)
        if masking.kept(longer) - masking.kept(found) >= room:
            return _cut(found, longer, room)
        found = longer
    return found


def _joined(found: Masks, strides: list[Stride], weights: dict[str, Any], walks: slice) -> Masks:
    joined = dict(found)
    for stride in strides:
        joined[stride.name] = joined[stride.name] | stride.weights(weights[stride.name], walks)
    return joined


def _cut(found: Masks, longer: Masks, room: int) -> Masks:
    """Return `found` with the first `room` weights of those that `longer` has beside."""
    cut = {}
    for name, mask in longer.items():
        new = (mask & ~found[name]).flatten()
        taken = new & (new.cumsum(0) <= room)
        room -= int(taken.sum())
        cut[name] = found[name] | taken.view(mask.shape)
    return cut


def _filled(found: Masks, masks: Masks, weights: dict[str, Any], keep: int) -> Masks:
    """Return `found` with the largest of the other weights, so that `keep` are kept."""
    left = {name: (masks[name] & ~mask).flatten() for name, mask in found.items()}
    sizes = torch.cat(
        [weights[name].detach().abs().flatten().masked_fill(~left[name], -1.0) for name in found]
    )
    chosen = torch.zeros(len(sizes), dtype=torch.bool, device=sizes.device)
    chosen[sizes.topk(keep - masking.kept(found)).indices] = True
    parts = torch.split(chosen, [mask.numel() for mask in found.values()])
    return {
        name: mask | part.view(mask.shape)
        for (name, mask), part in zip(found.items(), parts, strict=True)
    }
