"""Rows as columns: arrays by name, which pandas and matplotlib take as they are."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SHOWN = 8  # names of columns that a short description lists


class Columns(dict[str, NDArray[Any]]):
    """Columns by name, each an array with a value for each row.

    It is a dictionary, the only mapping that pandas takes for columns:
    `pandas.DataFrame(columns)` makes a table of them. A column of numbers is an array of numbers
    (NaN where a row has none), any other an array of Python objects.
    """

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Lay out `rows` of JSON values; rows need not have the same keys."""
        listed = list(rows)
        names = dict.fromkeys(name for row in listed for name in row)
        super().__init__({name: _array([row.get(name) for row in listed]) for name in names})
        self._rows = listed

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The same as a list of rows, each a dictionary of JSON values."""
        return [dict(row) for row in self._rows]

    def __repr__(self) -> str:
        names = list(self)
        more = f", and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        return f"Columns({len(self._rows)} rows of {', '.join(names[:_SHOWN])}{more})"


def _array(values: list[Any]) -> NDArray[Any]:
    """Return a column: of numbers or truth values where all are such, else of objects."""
    present = [value for value in values if value is not None]
    kinds = {type(value) for value in present}
    if kinds == {bool} and len(present) == len(values):
        return np.array(values, dtype=np.bool_)
    if kinds == {int} and len(present) == len(values) and max(map(abs, values)) < 2**63:
        return np.array(values, dtype=np.int64)
    if kinds and kinds <= {int, float}:
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    column = np.empty(len(values), dtype=object)
    for i, value in enumerate(values):  # lists of one length would be taken for a matrix
        column[i] = value
    return column
