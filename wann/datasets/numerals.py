"""Cells of tables that are numbers, and what the marks in them mean: decimals or thousands.

`1,234` beside `0.512` is another number than beside `0,5`. A column shows what a mark means where
the mark stands as none between thousands would, as in `0,5`, `12,34` or `1,2e3`.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

LARGEST_NUMBER = 1e150  # differences and ratios of such numbers stay finite
# Texts that mean that there is no value, in lower case.
MISSING = frozenset(["", "na", "n/a", "nan", "null", "none", "?"])
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
COMMA_NUMBER = re.compile(r"[+-]?(\d+,\d+|\d+|,\d+)([eE][+-]?\d+)?", re.ASCII)
_MOST_DIGITS = 100  # of whole numbers that are kept to the last one
_WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
_PATTERNS = {",": COMMA_NUMBER, ".": NUMBER}
# What may be a whole number with a mark between its thousands
_GROUPED = {
    mark: re.compile(rf"[+-]?[1-9]\d{{0,2}}(\{mark}\d{{3}})+", re.ASCII) for mark in _PATTERNS
}


class Shown(NamedTuple):
    """A cell in which a mark stands before decimals."""

    column: str
    cell: str


class Marks(NamedTuple):
    """What the columns of a table show of each mark; None: no column shows that it is decimal."""

    comma: Shown | None = None
    point: Shown | None = None

    def of(self, mark: str) -> Shown | None:
        """Return what is known of a mark."""
        return self.comma if mark == "," else self.point


def is_number(cell: str) -> bool:
    """Return whether a cell is a number, with a point or a comma before its decimals."""
    return bool(NUMBER.fullmatch(cell) or COMMA_NUMBER.fullmatch(cell))


def number_in(text: str) -> int | float | None:
    """Return the number that a text is, with a point before its decimals; None where it is none."""
    if _WHOLE.fullmatch(text) and len(text) <= _MOST_DIGITS:
        return int(text)
    return float(text) if NUMBER.fullmatch(text) else None


def marks_in(columns: Iterable[tuple[str, Sequence[str]]]) -> Marks:
    """Return what columns, names with their cells, show of the marks in their numbers."""
    found: dict[str, Shown] = {}
    for name, cells in columns:
        for mark, pattern in _PATTERNS.items():
            if mark in found or not any(mark in cell for cell in cells):
                continue
            if all(map(pattern.fullmatch, cells)) and grouped(cells, mark) is None:
                shown = (c for c in cells if mark in c and not _GROUPED[mark].fullmatch(c))
                found[mark] = Shown(name, next(shown))
    return Marks(found.get(","), found.get("."))


def grouped(cells: Sequence[str], mark: str) -> str | None:
    """Return the first cell with a mark, where in all of them it may stand between thousands."""
    marked = [cell for cell in cells if mark in cell]
    return marked[0] if marked and all(map(_GROUPED[mark].fullmatch, marked)) else None
