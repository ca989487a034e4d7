"""A table as a data set: texts become inputs, columns are scaled, rows are split.

How that was done is a `Coding`, found from the training rows and written down as JSON, so that new
rows are treated alike.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.config import TableSettings, make_config
from wann.datasets.dataset import Dataset
from wann.datasets.labels import classes_of, some_classes_of
from wann.datasets.table import Column, Table, read_table
from wann.errors import UserError, in_short
from wann.streams import stream
from wann.terminal import printable

_MOST_TEXTS = 50  # different ones in a column
_SHOWN = 10  # names in a note
FURTHER_SETTINGS = ("coding", "whole")  # of tables in specs, which no flag sets

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


class TableOptions(NamedTuple):
    """How a table is read; `wann.config.TableSettings` has the same, with help texts."""

    label: str | None = TableSettings.label  # the column with the classes
    drop: tuple[str, ...] = TableSettings.drop  # columns that are left out
    test_share: float = TableSettings.test_share
    split_seed: int = TableSettings.split_seed
    coding: str | None = None  # that of another table, as JSON, which is then used here
    whole: bool = False  # whether all rows are for the test, as those of no other table are


def options_of(settings: Mapping[str, Any]) -> TableOptions:
    """Return how a table is read by settings as they stand in specs; UserError on wrong ones.

    They are those of `TableSettings`, and `coding`, an object as `Coding` writes it, and `whole`.
    """
    given = {key: value for key, value in settings.items() if key not in FURTHER_SETTINGS}
    checked = make_config(given, TableSettings())
    coding = json.dumps(settings["coding"]) if "coding" in settings else None
    whole = settings.get("whole", False)
    if not isinstance(whole, bool):
        raise UserError(f"whole must be true or false, got {in_short(whole)}")
    return TableOptions(**vars(checked), coding=coding, whole=whole)


class Parsed(NamedTuple):
    """A column, and the numbers in it: None where it has texts."""

    column: Column
    numbers: Floats | None


class CodedColumn(NamedTuple):
    """How a column becomes inputs: one number scaled from `low` to `high`, or one for each text."""

    name: str
    low: float = 0.0
    high: float = 1.0
    texts: tuple[str, ...] = ()  # none: the column has numbers

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the inputs."""
        return tuple(f"{self.name}={text}" for text in self.texts) or (self.name,)


class Coding(NamedTuple):
    """How a table becomes numbers."""

    columns: tuple[CodedColumn, ...]
    classes: tuple[str, ...]

    def to_json(self) -> str:
        """Return the coding as JSON."""
        return json.dumps(
            {"columns": [column._asdict() for column in self.columns], "classes": self.classes}
        )

    @classmethod
    def from_json(cls, text: str) -> "Coding":
        """Return the coding that `text` describes; UserError if it describes none."""
        try:
            data: Any = json.loads(text)
            columns = tuple(
                CodedColumn(
                    str(entry["name"]),
                    float(entry["low"]),
                    float(entry["high"]),
                    tuple(str(value) for value in entry["texts"]),
                )
                for entry in data["columns"]
            )
            if not all(column.low < column.high for column in columns):
                raise ValueError
            return cls(columns, tuple(str(name) for name in data["classes"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            raise UserError(
                "the coding of a table: expected columns with name, low, high and texts, and "
                "classes; is the file damaged?"
            ) from None


def load_table(path: Path, options: TableOptions) -> Dataset:
    """Return the data set of a table; UserError where it is none.

    A share of the rows of each class, drawn by a seed, is the test part; or, where the coding of
    another table is used and `whole` is set, all rows, and none is to be trained on. Numbers are
    scaled so that the training rows reach from 0 to 1; test rows beyond are clipped. Each text of a
    column is an input of its own, 1 in the rows that have it. Columns in which all training rows
    are alike are left out.
    """
    table = read_table(path)
    if options.label is None:
        raise UserError(
            f"{path}: say which column has the classes with --label COLUMN, one of {table.names}"
        )
    label = table.column(options.label, "--label")
    dropped = [table.column(name, "--drop") for name in options.drop]
    known = Coding.from_json(options.coding) if options.coding else None
    y, classes = _classes(table, label, known)
    everything = np.arange(len(y))
    whole = options.whole and known is not None
    train, test = (everything, everything) if whole else split(path, y, len(classes), options)
    if known is None:
        left_out = {column.name for column in (label, *dropped)}
        kept = {one.name: one for one in table.columns if one.name not in left_out}
        given = _parsed(table, kept)
        columns, notes = _find_columns(table, given, train)
    else:
        given = _parsed(table, _columns_of(table, known))
        columns, notes = known.columns, []
    coding = Coding(columns, classes)
    coded = [_coded(table, column, given[column.name]) for column in coding.columns]
    x = np.column_stack(coded).clip(0.0, 1.0)
    names = tuple(name for column in coding.columns for name in column.inputs)
    counts = (
        f"all of its {len(test)} rows are for the test"
        if whole
        else f"{len(train)} rows for training, {len(test)} for the test, drawn from each class by "
        f"--split-seed {options.split_seed}"
    )
    notes = [f"{path}: {counts}; classes: {_listed(classes)}", *notes]
    x32 = x.astype(np.float32)
    return Dataset(
        path.name.split(".")[0],
        np.ascontiguousarray(x32[train]),
        y[train],
        np.ascontiguousarray(x32[test]),
        y[test],
        len(classes),
        (x.shape[1],),
        classes,
        names,
        tuple(notes),
        coding.to_json(),
    )


def split(
    path: Path | str, y: Indices, classes: int, options: TableOptions
) -> tuple[Indices, Indices]:
    """Return the rows for training and for the test: of each class a share, and one at least.

    A class with one row has it in training. UserError where no row is left for the test.
    """
    rng = stream(options.split_seed, "split of a table")
    test = []
    for number in range(classes):
        rows = rng.permutation(np.flatnonzero(y == number))
        count = min(max(1, round(options.test_share * len(rows))), len(rows) - 1)
        test.append(rows[: max(count, 0)])
    chosen = np.sort(np.concatenate(test))
    if not len(chosen):
        raise UserError(f"{path}: expected a class with two rows or more, got one row of each")
    return np.setdiff1d(np.arange(len(y)), chosen), chosen


def _classes(table: Table, label: Column, known: Coding | None) -> tuple[Indices, tuple[str, ...]]:
    """Return the class of each row, and the names of the classes."""
    numbers = table.numbers_of(label)
    labels = np.array(label.cells) if numbers is None else numbers
    origin = f"{table.path}, column {printable(label.name)}"
    if known is None:
        return classes_of(labels, origin)
    codes, classes = some_classes_of(labels, origin)
    new = [name for name in classes if name not in known.classes]
    if new:
        raise UserError(
            f"{table.path}: class {new[0]!r} is none of those that the network knows: "
            f"{_listed(known.classes)}"
        )
    return np.array([known.classes.index(name) for name in classes])[codes], known.classes


def _columns_of(table: Table, known: Coding) -> dict[str, Column]:
    """Return the columns of a table that another one's coding names, by their names there."""
    by_name = {column.name: column for column in table.columns}
    return {
        coded.name: by_name.get(coded.name) or table.column(coded.name, "the network")
        for coded in known.columns
    }


def _parsed(table: Table, columns: Mapping[str, Column]) -> dict[str, Parsed]:
    """Return columns with the numbers in them."""
    return {name: Parsed(column, table.numbers_of(column)) for name, column in columns.items()}


def _find_columns(
    table: Table, given: Mapping[str, Parsed], train: Indices
) -> tuple[tuple[CodedColumn, ...], list[str]]:
    """Return how each column becomes inputs, by its training rows, and what to say of it."""
    columns, notes, constant = [], [], []
    for column, numbers in given.values():
        if numbers is not None:
            low, high = float(numbers[train].min()), float(numbers[train].max())
            coded = CodedColumn(column.name, low, high)
            alike = low == high
        else:
            coded = CodedColumn(column.name, texts=tuple(sorted(set(column.cells))))
            alike = len({column.cells[row] for row in train}) == 1
            _check_texts(table, coded)
        if alike:
            constant.append(column.name)
            continue
        columns.append(coded)
        if coded.texts:
            notes.append(
                f"column {column.name!r} has texts: an input for each of {_listed(coded.texts)}"
            )
    if constant:
        notes.append(f"left out, as all training rows are alike there: {_listed(constant)}")
    if not columns:
        raise UserError(f"{table.path}: no column is left that could tell the classes apart")
    return tuple(columns), notes


def _check_texts(table: Table, coded: CodedColumn) -> None:
    if len(coded.texts) > _MOST_TEXTS:
        raise UserError(
            f"{table.path}: column {coded.name!r} has {len(coded.texts)} different texts, expected "
            f"at most {_MOST_TEXTS}: leave it out with --drop {coded.name}"
        )


def _coded(table: Table, coded: CodedColumn, given: Parsed) -> Floats:
    """Return the inputs of a column (rows, inputs); UserError where it does not fit its coding."""
    column, numbers = given
    if not coded.texts:
        if numbers is None:
            raise UserError(f"{table.path}: expected numbers in column {coded.name!r}, got texts")
        scaled: Floats = (numbers - coded.low) / (coded.high - coded.low)
        return scaled[:, None]
    new = next((cell for cell in column.cells if cell not in coded.texts), None)
    if new is not None:
        raise UserError(
            f"{table.path}: column {coded.name!r} has {new!r}, which is none of the texts that the "
            f"network knows: {_listed(coded.texts)}"
        )
    ones = np.array(column.cells)[:, None] == np.array(coded.texts)
    return np.asarray(ones, dtype=np.float64)


def _listed(names: "tuple[str, ...] | list[str]") -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(printable(name) for name in names[:_SHOWN]) + more
