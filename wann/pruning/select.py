"""Which weights are kept: exactly as many as asked for, the best first.

Among equal scores the first weights are kept. What is pruned never comes back, whatever its score.
"""

from collections.abc import Mapping

import torch

from wann.errors import UserError
from wann.pruning.allocate import best_of_network
from wann.pruning.counts import nowhere_empty
from wann.pruning.masks.types import Masks, map_weights, weights_of
from wann.pruning.scores.scoring import Scores
from wann.pruning.structure.units import select_units
from wann.pruning.top_k import best, fitting

__all__ = ["select", "select_global", "select_random", "select_units"]


def select(
    scores: Scores, counts: Mapping[str, int], masks: Masks, *, allow_empty: bool = False
) -> Masks:
    """Return masks that keep the `counts` best weights of each layer among those `masks` keep.

    Raises:
        UserError: a layer is to keep more than it has, or the scores of the whole network are zero,
            which is what is left of gradients behind a layer without weights; with `allow_empty`
            the first weights are kept then.
    """
    _refuse_zeros(scores, masks, sum(counts.values()), allow_empty)

    def chosen(name: str, mask: torch.Tensor) -> torch.Tensor:
        return best(scores[name].flatten(), mask.flatten(), counts[name], name).view(mask.shape)

    return map_weights(chosen, masks)


def select_global(scores: Scores, keep: int, masks: Masks, *, allow_empty: bool = False) -> Masks:
    """Return masks that keep the `keep` best weights of the network.

    This is `allocate.global_` and `select` in one ranking.
    """
    _refuse_zeros(scores, masks, keep, allow_empty)
    found = best_of_network(scores, masks, keep)
    nowhere_empty({name: int(mask.sum()) for name, mask in found.items()}, masks, allow_empty)
    return masks | found


def select_random(counts: Mapping[str, int], masks: Masks, generator: torch.Generator) -> Masks:
    """Return masks that keep random `counts` weights of each layer among those `masks` keep."""

    def drawn(name: str, mask: torch.Tensor) -> torch.Tensor:
        return _drawn(mask, fitting(counts[name], int(mask.sum()), name), generator)

    return map_weights(drawn, masks)


def _refuse_zeros(scores: Scores, masks: Masks, keep: int, allowed: bool) -> None:
    weights = weights_of(masks)
    if any((scores[name].bool() & mask).any() for name, mask in weights.items()):
        return
    if not allowed and keep < sum(int(mask.sum()) for mask in weights.values()):
        raise UserError(
            f"all scores are zero, in {', '.join(weights)}: no gradient comes through; "
            "was a layer emptied before, or is the loss constant?"
        )


def _drawn(mask: torch.Tensor, keep: int, generator: torch.Generator) -> torch.Tensor:
    indices = mask.flatten().nonzero()[:, 0]
    order = torch.randperm(len(indices), generator=generator).to(mask.device)
    chosen = torch.zeros(mask.numel(), dtype=torch.bool, device=mask.device)
    chosen[indices[order[:keep]]] = True
    return chosen.view(mask.shape)
