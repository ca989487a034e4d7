"""Four arrays for a network that was grown for the table of two, whose test part is then used.

Examples and labels in two arrays become a table, and its columns of numbers x1, x2, ... So it can
be told which columns of other arrays reach which inputs. Of a table whose columns have names of
their own it cannot.
"""

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.datasets.coding import Coding
from wann.datasets.dataset import Dataset, Parts
from wann.datasets.labels import codes_among, one_each, texts_of
from wann.datasets.wholes import check_array
from wann.errors import UserError, in_short

_ENDS = ("low", "high")
_NUMBERED = re.compile(r"x([1-9][0-9]{0,8})")


def from_columns(name: str, parts: Parts, known: Coding, origin: object) -> Dataset:
    """Return the data set of four arrays, coded as the table that a network was grown for.

    Args:
        name: that of the data set.
        parts: the arrays: examples (examples, features), and their labels.
        known: the coding of the table.
        origin: what messages name.

    Raises:
        UserError: the table had other columns than numbered ones, which arrays do not show, or the
            arrays do not have them.
    """
    numbers = _numbers(known, origin)
    x_train, y_train, x_test, y_test = parts
    for x in (x_train, x_test):
        if x.ndim != 2 or x.shape[1] < numbers[-1] or x.dtype.kind == "b":
            raise UserError(
                f"{origin}: expected numbers (examples, features) of {numbers[-1]} features or "
                f"more, as the network was grown for, got {x.dtype} {x.shape}"
            )
    low, high = (np.array([getattr(column, end) for column in known.columns]) for end in _ENDS)
    columns = np.array(numbers) - 1

    def coded(x: NDArray[Any]) -> NDArray[np.float32]:
        for number, column in zip(columns, known.columns, strict=True):
            where = f"{origin}: column {column.name}"
            check_array(where, x[:, number], (column.low, column.high))
        scaled = (x[:, columns].astype(np.float64) - low) / (high - low)
        scaled = scaled.clip(0.0, 1.0) if known.clipped else scaled
        return np.ascontiguousarray(scaled, dtype=np.float32)

    def classes(y: NDArray[Any]) -> NDArray[np.int64]:
        # As texts, since the names of the classes are those that labels have in a table
        texts = map(str, texts_of(one_each(y, origin), origin).tolist())
        return codes_among(np.array(list(texts)), known.classes, origin)

    return Dataset(
        name,
        coded(x_train),
        classes(y_train),
        coded(x_test),
        classes(y_test),
        len(known.classes),
        (len(numbers),),
        known.classes,
        tuple(column.name for column in known.columns),
        coding=known.to_json(),
    )


def _numbers(known: Coding, origin: object) -> list[int]:
    """Return which columns of arrays those of a table are, from 1 on."""
    found = [_NUMBERED.fullmatch(column.name) for column in known.columns]
    numbers = [int(match[1]) for match in found if match]
    texts = any(column.texts for column in known.columns)
    if texts or len(numbers) < len(found) or numbers != sorted(set(numbers)):
        names = in_short([column.name for column in known.columns])
        raise UserError(
            f"{origin}: expected a table, as the network was grown for one: give a table with the "
            f"columns {names}, a DataFrame with them and label, or two arrays (x, y) if there were "
            "two"
        )
    return numbers
