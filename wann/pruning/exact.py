"""The best k of many numbers: always exactly k, with one rule for ties."""

import torch

from wann.errors import UserError


def best(scores: torch.Tensor, alive: torch.Tensor, keep: int, name: str) -> torch.Tensor:
    """Return a bool for each of `scores` (n,): whether it is among the `keep` highest of those that are `alive` (n,).

    Of equal scores at the edge the first are taken. `name` is what an error speaks of.
    """
    places = alive.nonzero()[:, 0]
    fitting(keep, len(places), name)
    chosen = torch.zeros_like(alive)
    if keep:
        values = scores[places]
        edge = values.kthvalue(len(places) - keep + 1).values
        above, equal = values > edge, (values == edge).nonzero()[:, 0]
        chosen[places[above]] = True
        chosen[places[equal[: keep - int(above.sum())]]] = True
    return chosen


def fitting(keep: int, alive: int, name: str) -> int:
    """Return `keep`; UserError if `name` does not have as many."""
    if not 0 <= keep <= alive:
        raise UserError(f"{name} cannot keep {keep} weights: expected 0 to {alive}, which are left")
    return keep
