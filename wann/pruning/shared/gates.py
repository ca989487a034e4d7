"""Which places are kept in a forward pass: always the best, or drawn by chance, the best likelier.

Both keep exactly so many. The best alone are kept by a straight-through top-k (Ramanujan et al.
2020); drawn are places by the largest of score and logistic noise, which keeps each with a
probability that grows with its score (Bernoulli masks of Zhou et al. 2019, section 5, at a fixed
count).
"""

from collections.abc import Callable, Sequence

import numpy as np

from wann.network.torch_module import torch

Tensor = torch.Tensor
Gates = Callable[[Sequence[Tensor], int, Sequence[float], torch.Generator], list[Tensor]]

_NOISE = 0.3  # of worths that are about 1 in the beginning


def keep_best(
    worth: Sequence[Tensor],
    keep: int,
    shares: Sequence[float],
    generator: torch.Generator | None = None,
) -> list[Tensor]:
    """Return bools of the shapes of `worth`: of each tensor the best, of equal ones the first.

    They are `keep` in all, parted among the tensors by `shares`.
    """
    counts = parts_of(keep, shares, [part.numel() for part in worth])
    return [_best(part, count) for part, count in zip(worth, counts, strict=True)]


def keep_drawn(
    worth: Sequence[Tensor], keep: int, shares: Sequence[float], generator: torch.Generator
) -> list[Tensor]:
    """Return bools of the shapes of `worth`, drawn: the `keep` best once noise is added."""
    return keep_best([part + _NOISE * _logistic(part, generator) for part in worth], keep, shares)


def parts_of(keep: int, shares: Sequence[float], sizes: Sequence[int]) -> list[int]:
    """Return how many of `keep` each tensor has: its share, at least one, and no more than it has.

    What a tensor is too small for goes to the others, the first ones first.
    """
    counts = [
        min(size, max(1, round(share * keep))) for share, size in zip(shares, sizes, strict=True)
    ]
    left = min(keep, sum(sizes)) - sum(counts)
    for number, size in enumerate(sizes):
        more = max(1 - counts[number], min(size - counts[number], left))
        counts[number] += more
        left -= more
    return counts


def _best(worth: Tensor, keep: int) -> Tensor:
    flat = worth.flatten()
    edge = _largest(flat, keep)
    chosen = flat >= edge
    too_many = int(chosen.sum()) - keep
    if too_many > 0:
        chosen[torch.nonzero(flat == edge)[-too_many:, 0]] = False
    return chosen.reshape(worth.shape)


GATES: dict[str, Gates] = {"top-k": keep_best, "bernoulli": keep_drawn}


def _largest(numbers: Tensor, rank: int) -> Tensor:
    """Return the number of `numbers` (n,) that has this rank, 1 for the largest."""
    index = len(numbers) - rank
    if numbers.device.type == "cpu":  # where NumPy is many times as fast
        return torch.from_numpy(np.partition(numbers.numpy(), index)[index : index + 1])
    return torch.kthvalue(numbers, index + 1).values


def _logistic(like: Tensor, generator: torch.Generator) -> Tensor:
    drawn = torch.rand(like.shape, generator=generator, device=generator.device)
    return torch.logit(drawn.to(like.device), eps=1e-6)
