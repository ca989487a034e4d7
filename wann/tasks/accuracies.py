"""Accuracies of networks in blocks of images, each image classified once."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from wann.kernels.merged import PAIR
from wann.tasks.choice import largest

_HELD = 2**18  # outputs of networks that are held at once

# Returns the outputs (weightings, images, classes) of one of the networks for images, by indices.
Logits = Callable[[int, NDArray[np.int64]], NDArray[np.float64]]


def fill_accuracies(
    logits: Logits,
    labels: NDArray[np.int64],
    classes: int,
    span: tuple[int, int],
    episodes: NDArray[np.int64],
    returns: NDArray[np.float64],
) -> None:
    """Fill `returns` with accuracies, each image classified once, however often it comes.

    Args:
        logits: the outputs of a network for images.
        labels: the classes of all images.
        classes: how many there are.
        span: the first network to score, and the one behind the last.
        episodes: indices of images, (blocks, images of a block).
        returns: (networks, weightings, blocks), filled for those networks.
    """
    weightings = returns.shape[1]
    images, where = np.unique(episodes, return_inverse=True)
    at_once = max(PAIR, _HELD // (weightings * classes) // PAIR * PAIR)
    right = np.empty((weightings, len(images)), dtype=np.bool_)
    for network in range(*span):
        for first in range(0, len(images), at_once):
            some = images[first : first + at_once]
            chosen = largest(logits(network, some), 2)
            right[:, first : first + at_once] = chosen == labels[some]
        for i, block in enumerate(where.reshape(episodes.shape)):
            returns[network, :, i] = right[:, block].mean(axis=1)
