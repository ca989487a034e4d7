"""Arrays as users give them: a value that is missing, or is no real number, is said in one line.

NumPy takes such values without a word: it forgets the mask of a masked array, and the imaginary
part of a complex number.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError, in_one_line, in_short

_OTHER_KINDS = {
    "c": "complex numbers: give the real and the imaginary part as numbers of their own",
    "M": "dates: give numbers, such as the days since the first of them",
    "m": "durations: give numbers, such as seconds",
    "V": "rows with fields: give an array with a column for each field",
}


def array_of(given: Any, what: str) -> NDArray[Any]:
    """Return what a user gave as an array of whatever type; a tensor is one without its gradient.

    UserError, which begins with `what`, where an entry is masked, or the values are of a kind that
    is neither numbers nor texts nor objects.
    """
    without_gaps(given, what)
    if hasattr(given, "toarray") and hasattr(given, "nnz"):
        raise UserError(f"{what}: expected an array, got a sparse one: give .toarray() of it")
    if hasattr(given, "detach"):
        given = given.detach()
    try:
        array = np.asarray(given)
    except (ValueError, TypeError, RuntimeError) as problem:
        raise UserError(
            f"{what}: expected an array of numbers or texts, {in_one_line(problem)}"
        ) from None
    check_kind(array, what)
    return array


def numbers_of(given: Any, what: str) -> NDArray[np.float64]:
    """Return what a user gave as an array of float64.

    UserError, which begins with `what`, where an entry is masked or is no real number.
    """
    array = given if type(given) is np.ndarray else array_of(given, what)
    if array.dtype == np.float64:
        return array
    check_kind(array, what)
    try:
        return array.astype(np.float64)
    except (ValueError, TypeError):
        raise UserError(f"{what}: expected numbers, got {in_short(given)}") from None


def without_gaps(given: Any, what: str) -> None:
    """Raise UserError, which begins with `what`, where an entry of an array is masked.

    The array may be masked itself, or be a list of masked rows.
    """
    rows = given if isinstance(given, list | tuple) else [given]
    if not any(isinstance(row, np.ma.MaskedArray) for row in rows):
        return
    for number, row in enumerate(rows):
        masked = np.argwhere(np.ma.getmaskarray(row)) if _is_masked(row) else np.empty((0, 0))
        if len(masked):
            place = masked[0].tolist() if rows is not given else [number, *masked[0].tolist()]
            raise UserError(
                f"{what}: no value in {_place(place)} (it is masked): fill it in, or leave out the "
                "row or the column"
            )


def check_kind(array: NDArray[Any], what: str) -> None:
    """Raise UserError, which begins with `what`, for values that are no numbers, texts, objects."""
    other = _OTHER_KINDS.get(array.dtype.kind)
    if other is not None:
        raise UserError(f"{what}: expected numbers or texts, got {array.dtype}, {other}")


def _is_masked(row: Any) -> bool:
    return isinstance(row, np.ma.MaskedArray) and bool(np.ma.is_masked(row))


def _place(place: list[int]) -> str:
    """Return how a message names a place in an array, counted from 1."""
    numbers = [number + 1 for number in place]
    if len(numbers) == 2:
        return f"column {numbers[1]}, row {numbers[0]}"
    behind = f" at {tuple(numbers[1:])}" if len(numbers) > 2 else ""
    return f"row {numbers[0]}{behind}" if numbers else "the only place"
