"""Which weights are kept: exactly as many as asked for, the best first, of equal ones those that come first.

What is pruned never comes back, whatever its score.
"""

from collections.abc import Mapping

import torch

from wann.errors import UserError
from wann.pruning.exact import best, fitting
from wann.pruning.masks_types import Masks, weights_of
from wann.pruning.scoring import Scores
from wann.pruning.units import select_units as select_units


def select(scores: Scores, counts: Mapping[str, int], masks: Masks) -> Masks:
    """Return masks that keep the `counts` best weights of each layer among those `masks` keep.

    Raises:
        UserError: a layer is to keep more than it has, or the scores of the whole network are zero, which is what is
            left of gradients behind a layer without weights.
    """
    weights = weights_of(masks)
    if not any(scores[name][mask].any() for name, mask in weights.items()) and sum(counts.values()) < sum(
        int(mask.sum()) for mask in weights.values()
    ):
        raise UserError(
            f"all scores are zero, in {', '.join(weights)}: no gradient comes through; "
            "was a layer emptied before, or is the loss constant?"
        )
    return masks | {
        name: best(scores[name].flatten(), mask.flatten(), counts[name], name).view(mask.shape)
        for name, mask in weights.items()
    }


def select_random(counts: Mapping[str, int], masks: Masks, generator: torch.Generator) -> Masks:
    """Return masks that keep random `counts` weights of each layer among those `masks` keep."""
    return masks | {
        name: _drawn(mask, fitting(counts[name], int(mask.sum()), name), generator)
        for name, mask in weights_of(masks).items()
    }


def _drawn(mask: torch.Tensor, keep: int, generator: torch.Generator) -> torch.Tensor:
    places = mask.flatten().nonzero()[:, 0]
    order = torch.randperm(len(places), generator=generator).to(mask.device)
    chosen = torch.zeros(mask.numel(), dtype=torch.bool, device=mask.device)
    chosen[places[order[:keep]]] = True
    return chosen.view(mask.shape)
