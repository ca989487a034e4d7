"""A table as a data set: texts become inputs, columns are scaled, rows are split.

How that was done is a `Coding`, found from the training rows and written down, so that new rows are
treated alike.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.config import TableSettings, make_config
from wann.datasets.coding import ArrayCoding, CodedColumn, Coding, is_of_arrays
from wann.datasets.dataset import Dataset
from wann.datasets.labels import EXACT, class_among, classes_of
from wann.datasets.numerals import number_in
from wann.datasets.table import Column, Table, read_table
from wann.datasets.wholes import check_column
from wann.errors import UserError, in_short
from wann.streams import stream
from wann.terminal import printable

_MOST_TEXTS = 50  # different ones in a column
_SHOWN = 10  # names in a note
# Of tables in specs, which no flag sets
FURTHER_SETTINGS = ("coding", "whole", "header", "texts")

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
    header: bool = False  # whether the first row is known to be the header
    texts: tuple[str, ...] = ()  # columns whose cells are texts, whatever they look like


def options_of(settings: Mapping[str, Any]) -> TableOptions:
    """Return how a table is read by settings as they stand in specs; UserError on wrong ones.

    They are those of `TableSettings`, and `coding`, an object as `Coding` writes it, `whole`,
    `header` and `texts`.
    """
    given = {key: value for key, value in settings.items() if key not in FURTHER_SETTINGS}
    checked = make_config(given, TableSettings())
    coding = json.dumps(settings["coding"]) if "coding" in settings else None
    truths = {key: settings.get(key, False) for key in ("whole", "header")}
    for key, value in truths.items():
        if not isinstance(value, bool):
            raise UserError(f"{key} must be true or false, got {in_short(value)}")
    texts = settings.get("texts", [])
    if not isinstance(texts, list) or not all(isinstance(name, str) for name in texts):
        raise UserError(f"texts must be names of columns, got {in_short(texts)}")
    return TableOptions(**vars(checked), coding=coding, **truths, texts=tuple(texts))


class Parsed(NamedTuple):
    """A column, and the numbers in it: None where it has texts."""

    column: Column
    numbers: Floats | None


def load_table(path: Path, options: TableOptions) -> Dataset:
    """Return the data set of a table; UserError where it is none.

    A share of the rows of each class, drawn by a seed, is the test part; or, where the coding of
    another table is used and `whole` is set, all rows, and none is to be trained on. Numbers are
    scaled so that the training rows reach from 0 to 1; test rows beyond are clipped, unless the
    coding that is used says otherwise. Each text of a column is an input of its own, 1 in the rows
    that have it. Columns in which all training rows are alike are left out.
    """
    table = read_table(path, options.header, _names_in(options))
    if options.label is None:
        raise UserError(
            f"{path}: say which column has the classes with --label COLUMN, one of {table.names}"
        )
    label = table.column(options.label, "--label")
    known = _known_coding(table, label, options)
    y, classes = _classes(table, label, options) if known is None else _known(table, label, known)
    everything = np.arange(len(y))
    whole = options.whole and known is not None
    train, test = (everything, everything) if whole else split(path, y, len(classes), options)
    if known is None:
        dropped = [table.column(name, "--drop") for name in options.drop]
        left_out = {column.name for column in (label, *dropped)}
        kept = [column for column in table.columns if column.name not in left_out]
        given = {one.name: _parsed(table, one, one.name in options.texts) for one in kept}
        columns, notes = _find_columns(table, given, train)
    else:
        given = _given(table, known, options, label)
        columns, notes = known.columns, []
    coding = Coding(columns, classes, known is None or known.clipped)
    coded = [_coded(table, column, given[column.name]) for column in coding.columns]
    x = np.column_stack(coded)
    x = x.clip(0.0, 1.0) if coding.clipped else x
    names = tuple(name for column in coding.columns for name in column.inputs)
    counts = (
        f"all of its {len(test)} rows are for the test"
        if whole
        else f"{len(train)} rows for training, {len(test)} for the test, drawn from each class by "
        f"--split-seed {options.split_seed}"
    )
    used = [given[column.name] for column in columns]
    assumed = [table.assumed(one.column) for one in used if one.numbers is not None]
    notes = [f"{path}: {counts}; classes: {_listed(classes)}", *notes, *filter(None, assumed)]
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


def _names_in(options: TableOptions) -> Sequence[str]:
    """Return the names that a header has, as far as a coding tells: of a table without one none."""
    if options.coding is None or is_of_arrays(json.loads(options.coding)):
        return ()
    names = [column.name for column in Coding.from_json(options.coding).columns]
    return () if all(map(_is_position, names)) else names


def _known_coding(table: Table, label: Column, options: TableOptions) -> Coding | None:
    """Return the coding that a table is to have; that of arrays holds for each of its columns."""
    if options.coding is None or not is_of_arrays(json.loads(options.coding)):
        return Coding.from_json(options.coding) if options.coding else None
    left_out = {label.name, *(table.column(name, "--drop").name for name in options.drop)}
    names = [column.name for column in table.columns if column.name not in left_out]
    return ArrayCoding.from_json(options.coding).of_columns(names)


def _is_position(name: str) -> bool:
    return name.isascii() and name.isdigit() and int(name) > 0


def _classes(table: Table, label: Column, options: TableOptions) -> tuple[Indices, tuple[str, ...]]:
    """Return the class of each row, and the names of the classes."""
    numbers = _parsed(table, label, label.name in options.texts).numbers
    labels: NDArray[Any] = np.array(label.cells) if numbers is None else numbers
    if numbers is not None and np.abs(numbers).max() >= EXACT:
        # Whole numbers that would be one float
        cells = set(label.cells)
        wholes = {cell: number_in(cell) for cell in cells}
        exact = all(isinstance(number, int) for number in wholes.values())
        if exact and len(set(wholes.values())) > len(np.unique(numbers)):
            labels = np.array([str(wholes[cell]) for cell in label.cells])
    return classes_of(labels, f"{table.path}, column {printable(label.name)}")


def _known(table: Table, label: Column, known: Coding) -> tuple[Indices, tuple[str, ...]]:
    """Return the class of each row, of those that a network knows, and the names of these."""
    table.check_present(label)
    commas = table.has_commas(label)
    found = {}
    for cell in dict.fromkeys(label.cells):
        number = class_among(cell, known.classes)
        if number is None and commas:
            number = class_among(cell.replace(",", "."), known.classes)
        if number is None:
            raise UserError(
                f"{table.path}: class {printable(cell)!r} is none of those that the network knows: "
                f"{_listed(known.classes)}"
            )
        found[cell] = number
    return np.array([found[cell] for cell in label.cells], dtype=np.int64), known.classes


def _given(table: Table, known: Coding, options: TableOptions, label: Column) -> dict[str, Parsed]:
    """Return the columns of a table that another one's coding names, by their names there.

    Where that one had no header, and this one has none of its numbers as names, the numbers are
    positions. UserError where a column is missing.
    """
    by_name = {column.name: column for column in table.columns}
    names = [coded.name for coded in known.columns]
    numbered = not options.header and all(map(_is_position, [*names, options.label or ""]))
    if numbered and not any(name in by_name for name in names):
        by_name = {name: table.column(name, "the network") for name in names}
    missing = next((name for name in names if name not in by_name), None)
    if missing is not None:
        raise UserError(
            f"{table.path}: no column {missing!r} for the network: expected one of {table.names}"
        )
    if any(by_name[name] is label for name in names):
        raise UserError(
            f"{table.path}: column {label.name!r} is an input of the network: say which column has "
            "the classes with --label"
        )
    return {one.name: _parsed(table, by_name[one.name], bool(one.texts)) for one in known.columns}


def _parsed(table: Table, column: Column, texts: bool) -> Parsed:
    """Return a column with the numbers in it; with `texts` there are none, whatever it has."""
    if texts:
        table.check_present(column)
    return Parsed(column, None if texts else table.numbers_of(column))


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
            if alike:
                check_column(table.path, column, numbers, (low, high))
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
        check_column(table.path, column, numbers, (coded.low, coded.high))
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
