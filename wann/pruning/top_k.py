"""The best k of many numbers: always exactly k, with one rule for ties."""

import torch

from wann.errors import UserError


def best(scores: torch.Tensor, alive: torch.Tensor, keep: int, name: str) -> torch.Tensor:
    """Return which of `scores` (n,) are among the `keep` highest that are `alive` (n,).

    Among equal scores at the edge the first are taken. `name` is what an error speaks of.
    """
    fitting(keep, number := int(alive.sum()), name)
    if not keep:
        return torch.zeros_like(alive)
    edge = scores[alive].kthvalue(number - keep + 1).values
    chosen, equal = (scores > edge) & alive, (scores == edge) & alive
    indices = equal.nonzero()[:, 0]
    chosen[indices[: keep - int(chosen.sum())]] = True
    return chosen


def fitting(keep: int, alive: int, name: str) -> int:
    """Return `keep`; UserError if `name` does not have as many."""
    if not 0 <= keep <= alive:
        raise UserError(f"{name} cannot keep {keep} weights: expected 0 to {alive}, which are left")
    return keep
