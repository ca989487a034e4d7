"""The shape that examples have for models, and the numbers by which they are normalised."""

import numpy as np
from numpy.typing import NDArray

from wann.datasets.dataset import Dataset

_MNIST_MEAN_SD = (0.1307, 0.3081)
_LEAST_SD = 1e-6


def shaped_examples(
    x: NDArray[np.float32], shape: tuple[int, ...]
) -> tuple[NDArray[np.float32], tuple[int, ...]]:
    """Return examples (n, features) or (n, channels, height, width), and their shape without n.

    Three dimensions are channels first, unless the last alone is as small as channels are: 1, 3 or
    4.
    """
    if len(shape) == 2:
        return x.reshape(-1, 1, *shape), (1, *shape)
    if len(shape) == 3 and shape[2] in (1, 3, 4) and shape[0] not in (1, 3, 4):
        return np.ascontiguousarray(x.reshape(-1, *shape).transpose(0, 3, 1, 2)), (
            shape[2],
            *shape[:2],
        )
    if len(shape) == 3:
        return x.reshape(-1, *shape), shape
    return x.reshape(len(x), -1), (int(np.prod(shape)),)


def mean_and_sd(
    dataset: Dataset, x: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what to subtract from examples and to divide them by.

    Features that hardly vary are left unscaled.
    """
    if dataset.name == "mnist" and dataset.shape == (28, 28):
        return np.array(_MNIST_MEAN_SD[0]), np.array(_MNIST_MEAN_SD[1])
    axes = (0, 2, 3) if x.ndim == 4 else (0,)
    mean: NDArray[np.float64] = x.mean(axis=axes, keepdims=True, dtype=np.float64)
    sd: NDArray[np.float64] = x.std(axis=axes, keepdims=True, dtype=np.float64)
    return mean[0], np.where(sd < _LEAST_SD, 1.0, sd)[0]
