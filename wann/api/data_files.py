"""Data sets that a user has in memory: arrays and tables become the file of a run.

The file lies in the folder of the run, so that the run can be gone on with, evaluated and drawn by
whoever has the folder.
"""

import csv
import io
import os
from collections.abc import Hashable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.arrays import array_of
from wann.errors import UserError, in_one_line, in_short
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


def is_frame(given: Any) -> bool:
    """Return whether a data set is a DataFrame of pandas or polars."""
    return hasattr(given, "columns") and (hasattr(given, "to_csv") or hasattr(given, "write_csv"))


def named_as_in(frame: Any, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings in which columns that a DataFrame has under other than texts are texts."""
    names = {name: str(name) for name in frame.columns if not isinstance(name, str)}
    named = dict(settings)
    if "label" in named:
        named["label"] = _text_of(named["label"], names)
    drop = named.get("drop")
    if isinstance(drop, Iterable) and not isinstance(drop, str | bytes | Mapping):
        named["drop"] = [_text_of(one, names) for one in drop]
    elif drop is not None:
        named["drop"] = _text_of(drop, names)
    return named


def _text_of(name: Any, names: Mapping[Any, str]) -> Any:
    return names.get(name, name) if isinstance(name, Hashable) else name


def data_file(given: Any, settings: dict[str, Any]) -> DataFile:
    """Return the file of a data set that is no path; `settings` are those that the user gave.

    UserError for what is neither arrays nor a table.
    """
    if is_frame(given):
        if settings.get("label") is None:
            raise UserError(
                "--dataset is a DataFrame: expected --label, the column with the classes, one of "
                f"{in_short(list(map(str, given.columns)))}"
            )
        columns = {str(name): _cells(given, i) for i, name in enumerate(given.columns)}
        for name, cells in columns.items():
            if name not in _dropped(settings, list(columns)):
                _check_cells(name, cells)
        return _table_file(_csv_of(given), columns, settings)
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
    from wann.datasets.labels import one_each, texts_of

    labels = texts_of(one_each(y, "dataset"), "dataset").tolist()
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
    x = texts_of(x, "dataset")
    # Python's own numbers, whose shortest exact text is written
    for row, label in zip(x.tolist(), labels, strict=True):
        writer.writerow([*row, label])
    columns = {_LABEL: labels}
    if x.dtype.kind == "U":
        columns.update((name, x[:, i].tolist()) for i, name in enumerate(names))
    return _table_file(text.getvalue(), columns, {**settings, "label": _LABEL})


def _table_file(text: str, columns: Mapping[str, list[Any]], settings: dict[str, Any]) -> DataFile:
    """Return a table as a file, and with its settings what its text does not tell.

    `columns` are the values of columns that may be texts.
    """
    from wann.datasets.table import finds_header

    label = _name_of_column(settings["label"], list(columns))
    texts = [name for name, cells in columns.items() if _must_be_texts(cells, name == label)]
    told: dict[str, Any] = {"texts": texts} if texts else {}
    if not finds_header(text):
        told["header"] = True
    return DataFile(DATA_TABLE, text.encode(), {**settings, **told})


def _dropped(settings: Mapping[str, Any], names: Sequence[str]) -> set[str]:
    """Return the names of the columns that settings leave out."""
    drop = settings.get("drop") or ()
    said = [drop] if isinstance(drop, str) else drop
    return {_name_of_column(one, names) for one in said if isinstance(one, str)}


def _check_cells(name: str, cells: list[Any]) -> None:
    """Raise UserError for values of a column of a DataFrame that a table does not hold."""
    for row, cell in enumerate(cells, 1):
        if isinstance(cell, complex | list | tuple | dict | set | np.ndarray):
            raise UserError(
                f"dataset: expected numbers or texts in column {name!r}, got {in_short(cell)} in "
                f"row {row}: make numbers or texts of them, or leave the column out with --drop"
            )


def _name_of_column(said: str, names: Sequence[str]) -> str:
    """Return the name of a column that is said by its name, or by its number from 1 on."""
    numbered = {str(number): name for number, name in enumerate(names, 1)}
    return said if said in names else numbered.get(said, said)


def _must_be_texts(cells: list[Any], are_labels: bool) -> bool:
    """Whether the values of a column are texts, of which numbers would not say the same.

    Those of labels say the same where each has the text for its name. UserError where spaces alone
    tell one label from another, which a table does not hold.
    """
    from wann.datasets.numerals import number_in

    texts = set(cells)
    if not all(isinstance(text, str) for text in texts):
        return False
    if are_labels and len({text.strip() for text in texts}) < len(texts):
        raise UserError("dataset: expected labels that differ in more than the spaces around them")
    numbers = {text: number_in(text.strip()) for text in texts}
    if not are_labels:
        different = set(numbers.values())
        return None not in different and len(different) < len(texts)
    others = sum(numbers[cell] is None for cell in cells)
    if others:
        return 2 * others < len(cells)  # a table would take the others for mistakes
    return any(str(number) != text.strip() for text, number in numbers.items())


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
        try:
            return str(table.write_csv())
        except Exception as problem:  # of polars: a column of lists, or of bytes
            raise UserError(
                "--dataset is a DataFrame: expected columns of numbers or texts, "
                f"{in_one_line(problem)}: leave such columns out of it"
            ) from None
    return str(table.to_csv(index=False))


def _cells(table: Any, number: int) -> list[Any]:
    """Return the values of a column of a DataFrame."""
    return list(getattr(table, "iloc", table)[:, number])


def _array(part: Any) -> NDArray[Any]:
    array = array_of(part, "dataset")
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
