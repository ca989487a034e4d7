"""Whole numbers beyond 2^53, of which float64 makes neighbours one number.

Examples are scaled in float64, and so such numbers would lose what tells classes apart. Where the
numbers reach so far that networks do not see the difference anyway, which they read as float32,
nothing is lost.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.datasets.labels import EXACT
from wann.datasets.numerals import number_in
from wann.datasets.table import Column
from wann.errors import UserError
from wann.terminal import printable

_STEP = 2.0**-24  # of the way from the least to the greatest number: float32 has no finer ones

Ends = tuple[float, float]


def check_column(path: object, column: Column, numbers: NDArray[np.float64], ends: Ends) -> None:
    """Raise UserError where floats lose what tells cells of a column apart, of these `numbers`.

    `ends` are what becomes 0 and 1.
    """
    if np.abs(numbers).max(initial=0.0) < EXACT:
        return
    found = [number_in(cell) for cell in column.cells]
    wholes = {one for one in found if isinstance(one, int)}
    if all(isinstance(one, int) for one in found):
        where = f"{path}: column {printable(column.name)!r}"
        _check(where, wholes, ends, ", or leave the column out with --drop")


def check_array(origin: object, x: NDArray[Any], ends: Ends) -> None:
    """Raise UserError where floats lose what tells numbers of an array apart.

    `ends` are what becomes 0 and 1.
    """
    if x.dtype.kind in "iu" and max(int(x.max()), -int(x.min())) >= EXACT:
        _check(str(origin), set(np.unique(x).tolist()), ends, "")


def _check(where: str, wholes: set[int], ends: Ends, otherwise: str) -> None:
    """Raise UserError, which ends with what to do but to subtract."""
    if len(wholes) < 2:
        return
    low, high = ends
    most = (high - low) * _STEP
    for whole in sorted(wholes):
        number = float(whole)
        if low <= number <= high and abs(whole - int(number)) > most:
            raise UserError(
                f"{where}: whole numbers beyond 2^53, such as {whole}, become one with their "
                f"neighbours: subtract the least of them, {min(wholes)}, from all "
                f"beforehand{otherwise}"
            )
