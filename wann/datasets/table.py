"""Plain tables as columns of text: comma, semicolon or tab between the cells, gzipped or not.

What separates the cells, whether the first row is a header, and whether numbers have a decimal
comma are found from the table itself.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.datasets.headers import has_header
from wann.datasets.numerals import (
    COMMA_NUMBER,
    LARGEST_NUMBER,
    MISSING,
    NUMBER,
    Marks,
    grouped,
    marks_in,
    number_in,
)
from wann.errors import UserError
from wann.machine.unpacking import read_unpacked
from wann.terminal import printable

ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".data")
_LARGEST = 512 * 2**20  # bytes
_MOST_CELLS = 50_000_000
_SEPARATORS = "\t;,|"
_SAMPLE = 50  # rows from which the separator is found


class Column(NamedTuple):
    """One column of a table."""

    name: str
    cells: list[str]

    def numbers(self, decimal_comma: bool) -> NDArray[np.float64] | None:
        """Return the cells as numbers, None where one of them is none."""
        pattern = COMMA_NUMBER if decimal_comma else NUMBER
        if not all(pattern.fullmatch(cell) for cell in self.cells):
            return None
        return np.array([float(cell.replace(",", ".")) for cell in self.cells])


class Table(NamedTuple):
    """A table that was read, without its header."""

    path: Path
    columns: list[Column]
    lines: list[int]  # (rows,) the line of the file on which each row ends, counted from 1
    separator: str
    marks: Marks = Marks()  # what the columns show of commas and points in numbers

    def column(self, name: str, flag: str) -> Column:
        """Return the column of this name, or of this number, counted from 1.

        UserError, which says that `flag` names it, where there is none.
        """
        found = [column for column in self.columns if column.name == name]
        if not found and name.isascii() and name.isdigit() and 1 <= int(name) <= len(self.columns):
            return self.columns[int(name) - 1]
        if not found:
            raise UserError(
                f"{self.path}: no column {name!r} for {flag}: expected one of {self.names}"
            )
        return found[0]

    @property
    def names(self) -> str:
        """The names of the columns as a message shows them."""
        names = [printable(column.name) for column in self.columns]
        if len(names) > 20:
            names = [*names[:10], "...", *names[-5:]]
        return ", ".join(names)

    def numbers_of(self, column: Column) -> NDArray[np.float64] | None:
        """Return the numbers in a column, or None if it has texts.

        UserError where values are missing, beyond float64, texts only here and there, or where a
        mark in them separates thousands by what another column shows.
        """
        self.check_present(column)
        commas = self.has_commas(column)
        numbers = column.numbers(decimal_comma=commas)
        if numbers is None:
            self._check_texts(column, COMMA_NUMBER if commas else NUMBER)
            return None
        self._check_marks(column)
        beyond = np.flatnonzero(~(np.abs(numbers) <= LARGEST_NUMBER))
        if len(beyond):
            row = int(beyond[0])
            raise UserError(
                f"{self.path}, line {self.lines[row]}: {column.cells[row][:60]!r} in column "
                f"{column.name!r} is beyond {LARGEST_NUMBER:g}: scale the column, or leave it out "
                "with --drop"
            )
        return numbers

    def check_present(self, column: Column) -> None:
        """Raise UserError where a value is missing in a column."""
        for row, cell in enumerate(column.cells):
            if cell.lower() in MISSING:
                raise UserError(
                    f"{self.path}, line {self.lines[row]}: no value in column {column.name!r} (got "
                    f"{cell!r}): fill it in, or leave out the row, or the column with --drop"
                )

    def has_commas(self, column: Column) -> bool:
        """Whether a comma stands before the decimals of the numbers in a column."""
        return self.separator != "," and any(
            "," in cell and COMMA_NUMBER.fullmatch(cell) for cell in column.cells
        )

    def assumed(self, column: Column) -> str | None:
        """Return what was taken for granted of the numbers in a column; None where nothing was."""
        cell, mark = self._unclear(column)
        if cell is None or bool(self.marks.comma) != bool(self.marks.point):
            return None
        value = number_in(cell.replace(",", "."))
        called = "comma" if mark == "," else "point"
        return (
            f"column {column.name!r}: {cell!r} is taken for {value}: if the {called} separates "
            "thousands, write the numbers without it"
        )

    def _unclear(self, column: Column) -> tuple[str | None, str]:
        """Return a cell whose mark alone does not tell thousands from decimals, and the mark."""
        mark = "," if self.has_commas(column) else "."
        return (None if self.separator == "," else grouped(column.cells, mark)), mark

    def _check_marks(self, column: Column) -> None:
        """Raise UserError where a mark is for thousands, as another column's decimals show."""
        cell, mark = self._unclear(column)
        other = self.marks.of("." if mark == "," else ",")
        if cell is None or other is None or self.marks.of(mark) is not None:
            return
        raise UserError(
            f"{self.path}, line {self.lines[column.cells.index(cell)]}: expected one mark before "
            f"decimals, got {other.cell!r} in column {other.column!r} and {cell!r} in column "
            f"{column.name!r}: write thousands without a separator, and all decimals alike"
        )

    def _check_texts(self, column: Column, pattern: "re.Pattern[str]") -> None:
        """Raise UserError where most cells of a column are numbers and some are not."""
        texts = [row for row, cell in enumerate(column.cells) if not pattern.fullmatch(cell)]
        if 2 * len(texts) < len(column.cells):
            raise self._not_a_number(column, texts[0])

    def _not_a_number(self, column: Column, row: int) -> UserError:
        return UserError(
            f"{self.path}, line {self.lines[row]}: expected a number in column {column.name!r}, as "
            f"in most rows, got {column.cells[row][:60]!r}: correct it, or leave the column out "
            "with --drop"
        )


def read_table(path: Path, header: bool = False, names: Collection[str] = ()) -> Table:
    """Return the table in a file; UserError where it cannot be read or its rows differ in length.

    Whether the first row is a header is found from the table, unless `header` says that it is one;
    `names` are those that columns of the table are known to have. See `has_header`.
    """
    text = _text(path)
    separator = _separator(path, text)
    rows, lines = _rows(path, text, separator)
    numbered = [str(number) for number in range(1, len(rows[0]) + 1)]
    called = numbered
    if header or has_header(rows, names):
        called = [cell or numbered[number] for number, cell in enumerate(rows[0])]
        rows, lines = rows[1:], lines[1:]
    counts = Counter(called)
    twice = next((name for name in called if counts[name] > 1), None)
    if twice is not None:
        raise UserError(f"{path}: two columns are called {twice!r}: rename one of them")
    if not rows:
        raise UserError(f"{path}: expected rows below the header, got none")
    columns = [Column(name, [row[number] for row in rows]) for number, name in enumerate(called)]
    marks = Marks() if separator == "," else marks_in(columns)
    return Table(path, columns, lines, separator, marks)


def finds_header(text: str) -> bool:
    """Return whether the first row of a table's text is found to be its header."""
    path = Path("dataset")
    return has_header(_rows(path, text, _separator(path, text))[0])


def _text(path: Path) -> str:
    content = read_unpacked(path)
    if len(content) > _LARGEST:
        raise UserError(
            f"{path}: expected a table of at most {_LARGEST >> 20} MiB, got more: save it as an "
            "npz file with x_train, y_train, x_test, y_test"
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(
            f"{path}: expected text in UTF-8, got byte 0x{content[error.start]:02x} at "
            f"{error.start}: save the table as UTF-8"
        ) from None
    if "\0" in text:
        raise UserError(f"{path}: expected a table, got a file with null characters")
    return text


def _separator(path: Path, text: str) -> str:
    """Return what separates the cells: what cuts all of the first rows into equally many."""
    found = {}
    for separator in _SEPARATORS:
        reader = _reader(text[: 1 << 20], separator)
        counts: set[int] = set()
        try:
            for row in reader:
                if row and reader.line_num <= _SAMPLE and any(cell.strip() for cell in row):
                    counts.add(len(row))
                if reader.line_num >= _SAMPLE:
                    break
        except csv.Error:
            continue
        if len(counts) == 1 and max(counts) > 1:
            found[separator] = max(counts)
    for separator in "\t;":  # a comma beside these is a decimal one
        if separator in found:
            return separator
    if found:
        return max(found, key=lambda separator: found[separator])
    return "\t" if ".tsv" in path.name.lower() else ","


def _reader(text: str, separator: str) -> Any:
    return csv.reader(
        io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True
    )


def _rows(path: Path, text: str, separator: str) -> tuple[list[list[str]], list[int]]:
    """Return the cells of each row without spaces around them, and the line that each ends on."""
    rows: list[list[str]] = []
    lines: list[int] = []
    reader = _reader(text, separator)
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if rows and len(cells) != len(rows[0]):
                raise UserError(
                    f"{path}, line {reader.line_num}: expected {len(rows[0])} cells, as in the "
                    f"first row, got {len(cells)}"
                )
            rows.append(cells)
            lines.append(reader.line_num)
            if len(rows) * len(cells) > _MOST_CELLS:
                raise UserError(f"{path}: expected at most {_MOST_CELLS} cells: use fewer rows")
    except csv.Error as error:
        raise UserError(f"{path}, line {reader.line_num}: no table: {error}") from None
    if not rows or len(rows[0]) < 2:
        raise UserError(
            f"{path}: expected a table of several columns with commas, semicolons or tabs between "
            "them"
        )
    return rows, lines


def is_table(path: Path) -> bool:
    """Return whether a file's name is that of a table, compressed or not."""
    ends: Sequence[str] = [suffix.lower() for suffix in path.suffixes[-2:]]
    return bool(ends) and (
        ends[-1] in ENDINGS or (ends[-1] == ".gz" and len(ends) == 2 and ends[0] in ENDINGS)
    )
