"""Data sets that a user has in memory: arrays and tables become the file of a run.

The file lies in the folder of the run, so that the run can be gone on with, evaluated and drawn by
whoever has the folder.
"""

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError, in_short
from wann.runs.filenames import DATA_ARRAYS, DATA_TABLE

_LABEL = "label"  # the column that the classes get in a table made of arrays
_EXPECTED = (
    "the path of a data set, arrays (x, y) or (x_train, y_train, x_test, y_test), or a DataFrame "
    "with label="
)


class DataFile(NamedTuple):
    """A data set as a file, and what a spec says of how it is read."""

    name: str
    content: bytes
    settings: dict[str, Any]


def data_file(given: Any, settings: dict[str, Any]) -> DataFile:
    """Return the file of a data set that is no path; `settings` are those that the user gave.

    UserError for what is neither arrays nor a table.
    """
    if hasattr(given, "columns") and (hasattr(given, "to_csv") or hasattr(given, "write_csv")):
        if settings.get("label") is None:
            raise UserError(
                "--dataset is a DataFrame: expected --label, the column with the classes, one of "
                f"{in_short(list(map(str, given.columns)))}"
            )
        return DataFile(DATA_TABLE, _csv_of(given).encode(), settings)
    if not isinstance(given, tuple | list) or len(given) not in (2, 4):
        raise UserError(f"dataset: expected {_EXPECTED}; got {in_short(given)}")
    if settings.get("label") is not None:
        raise UserError("--label is for tables: arrays have their labels in y")
    arrays = [_array(part) for part in given]
    if len(arrays) == 4:
        return DataFile(DATA_ARRAYS, _npz(arrays), settings)
    x, y = arrays
    if y.ndim < 1 or x.ndim < 2 or len(x) != len(y):
        raise UserError(
            f"dataset: expected examples (examples, ...) and a label for each, got {x.shape} and "
            f"{y.shape}"
        )
    return _table(given[0], x, y, settings) if x.ndim == 2 else _split_images(x, y, settings)


def lies_in(folder: Path, data: DataFile) -> bool:
    """Return whether the file of a data set is there already; UserError where another one is."""
    path = folder / data.name
    if not os.path.lexists(path):
        return False
    if path.is_file() and path.read_bytes() == data.content:
        return True
    raise UserError(f"{path} exists already and holds something else: give another --out")


def _table(named: Any, x: NDArray[Any], y: NDArray[Any], settings: dict[str, Any]) -> DataFile:
    """Return the table of examples (examples, features), whose columns are scaled one by one."""
    if y.ndim != 1:
        raise UserError(f"dataset: expected labels of shape ({len(x)},), got {y.shape}")
    names = [str(name) for name in getattr(named, "columns", ())]
    names = names or [f"x{i}" for i in range(1, x.shape[1] + 1)]
    if _LABEL in names:
        raise UserError(
            f"dataset: a column of x is called {_LABEL!r}: give one DataFrame with x and y, and "
            "--label"
        )
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*names, _LABEL])
    # Python's own numbers, whose shortest exact text is written
    for row, label in zip(x.tolist(), y.tolist(), strict=True):
        writer.writerow([*row, label])
    return DataFile(DATA_TABLE, text.getvalue().encode(), {**settings, "label": _LABEL})


def _split_images(x: NDArray[Any], y: NDArray[Any], settings: dict[str, Any]) -> DataFile:
    """Return images (examples, height, width) with a share of each class as the test part."""
    from wann.datasets.coded_table import options_of, split
    from wann.datasets.labels import classes_of

    keys = ("test_share", "split_seed")
    of_split: dict[str, Any] = {key: settings[key] for key in keys if key in settings}
    others = {key: value for key, value in settings.items() if key not in of_split}
    codes, names = classes_of(y, "dataset")
    train, test = split("dataset", codes, len(names), options_of(of_split))
    return DataFile(DATA_ARRAYS, _npz([x[train], y[train], x[test], y[test]]), others)


def _csv_of(table: Any) -> str:
    """Return the text of a DataFrame of pandas or polars."""
    if hasattr(table, "write_csv"):
        return str(table.write_csv())
    return str(table.to_csv(index=False))


def _array(part: Any) -> NDArray[Any]:
    array = np.asarray(part)
    if array.dtype == object:  # texts of pandas, or a ragged list
        texts = [isinstance(value, str) for value in array.ravel().tolist()]
        if not texts or not all(texts):
            raise UserError(f"dataset: expected arrays of numbers or texts, got {in_short(part)}")
        array = array.astype(str)
    return array


def _npz(arrays: Sequence[NDArray[Any]]) -> bytes:
    from wann.datasets.files import ARRAYS

    packed = io.BytesIO()
    np.savez_compressed(packed, allow_pickle=False, **dict(zip(ARRAYS, arrays, strict=True)))
    return packed.getvalue()
