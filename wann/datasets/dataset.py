"""A data set for classification: images and labels, in a training and a test part."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.datasets.coding import ArrayCoding
from wann.datasets.images import Preparation, prepare
from wann.datasets.labels import codes_among, encode
from wann.datasets.wholes import check_array
from wann.errors import short_repr

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
    class_names: tuple[str, ...] | None = None  # in the order of the classes; None: their numbers
    feature_names: tuple[str, ...] | None = None  # None: they have none
    notes: tuple[str, ...] = ()  # what the user should know of it, one line each
    # How a table became numbers, as JSON: new rows are treated alike. None: it is no table
    coding: str | None = None
    # What became 0 and 1, and how images were prepared besides; None: it is not known
    scaled_from: tuple[float, float] | None = None
    preparation: Preparation = Preparation()

    def __repr__(self) -> str:
        return short_repr(self)


def prepared(
    name: str,
    parts: Parts,
    preparation: Preparation,
    origin: object = None,
    known: ArrayCoding | None = None,
) -> Dataset:
    """Return the examples as networks get them: flat, and in [0, 1].

    Args:
        name: that of the data set.
        parts: the examples and labels as they come.
        preparation: how images are straightened and resized.
        origin: what messages name in place of `name`.
        known: scale and classes of the arrays that a network was made for, which then hold here.

    Raises:
        UserError: the labels are no classes, or none of those that are known.
    """
    x_train, y_train, x_test, y_test = parts
    if known is None:
        y_train, y_test, class_names = encode(y_train, y_test, origin or name)
        scaled_from = float(x_train.min()), float(x_train.max())
    else:
        class_names, scaled_from = known.classes, (known.low, known.high)
        y_train, y_test = (codes_among(y, class_names, origin or name) for y in (y_train, y_test))
    for x in (x_train, x_test):
        check_array(origin or name, x, scaled_from)
    x_train, x_test = prepare(x_train, x_test, preparation, scaled_from)
    flat = (x_train.reshape(len(x_train), -1), x_test.reshape(len(x_test), -1))
    return Dataset(
        name,
        np.ascontiguousarray(flat[0]),
        y_train,
        np.ascontiguousarray(flat[1]),
        y_test,
        len(class_names),
        x_train.shape[1:],
        class_names,
        scaled_from=scaled_from,
        preparation=preparation,
    )
