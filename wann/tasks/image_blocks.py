"""Blocks of images, which are the episodes of a classification, and what a network earns in one."""

import numpy as np
from numpy.typing import NDArray

# Images in a block. Eight blocks are the thousand images of a generation in the paper.
BLOCK = 125
_VALIDATION = 6  # one in so many training images is kept for validation


def split_of(labels: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the indices of the training images to search on, and of those for validation.

    `labels` (images,) are the classes of all. The split is the same in every search.
    """
    order = np.random.default_rng(0).permutation(len(labels))
    kept = max(len(order) // _VALIDATION, 1)
    # A class all of whose examples were kept for validation could not be learnt.
    missing = np.setdiff1d(labels[order[:kept]], labels[order[kept:]])
    moved = np.isin(labels[order[:kept]], missing)
    train, validation = order[kept:], order[:kept]
    return np.concatenate([train, validation[moved]]), validation[~moved]


def blocks_of(
    indices: NDArray[np.int64], blocks: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return (blocks, at most BLOCK) of `indices` in random order, repeated if they are too few."""
    size = min(BLOCK, len(indices))
    rounds = -(-blocks * size // len(indices))
    drawn = np.concatenate([rng.permutation(indices) for _ in range(rounds)])
    return drawn[: blocks * size].reshape(blocks, size)


def mean_likelihood(
    found: NDArray[np.float64], labels: NDArray[np.int64], floor: float
) -> NDArray[np.float64]:
    """Return the mean log-likelihood (weightings,), of no image less than `floor`.

    `found` are logits (weightings, images, classes), `labels` the true classes (images,).
    """
    with np.errstate(all="ignore"):
        shifted = found - found.max(axis=2, keepdims=True)
        likelihood = shifted[:, np.arange(len(labels)), labels] - np.log(
            np.exp(shifted).sum(axis=2)
        )
    return np.asarray(np.where(likelihood > floor, likelihood, floor).mean(axis=1))
