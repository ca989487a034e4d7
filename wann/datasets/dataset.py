"""A data set for classification: images and labels, in a training and a test part."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.datasets.images import Preparation, prepare

# Images or features as they come, and labels: x_train, y_train, x_test, y_test.
Parts = tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]


class Dataset(NamedTuple):
    """Examples as they are given to networks."""

    name: str
    x_train: NDArray[np.float32]  # (examples, features), in [0, 1]
    y_train: NDArray[np.int64]  # (examples,) from 0 on
    x_test: NDArray[np.float32]
    y_test: NDArray[np.int64]
    classes: int
    shape: tuple[int, ...]  # of one example, (height, width) for images


def prepared(name: str, parts: Parts, preparation: Preparation) -> Dataset:
    """Return the examples as networks get them: flat, and in [0, 1].

    Images are straightened and resized as `preparation` says.
    """
    x_train, y_train, x_test, y_test = parts
    x_train, x_test = prepare(x_train, x_test, preparation)
    classes = int(max(y_train.max(), y_test.max())) + 1
    flat = (x_train.reshape(len(x_train), -1), x_test.reshape(len(x_test), -1))
    return Dataset(
        name,
        np.ascontiguousarray(flat[0]),
        y_train.astype(np.int64),
        np.ascontiguousarray(flat[1]),
        y_test.astype(np.int64),
        classes,
        x_train.shape[1:],
    )
