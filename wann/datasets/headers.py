"""Whether the first row of a table is its header."""

from collections.abc import Collection, Sequence

from wann.datasets.numerals import MISSING, is_number

_FEW_ROWS = 4  # too few to tell whether texts repeat


def has_header(rows: Sequence[Sequence[str]], names: Collection[str] = ()) -> bool:
    """Return whether the first of `rows` is a header.

    It is one where all `names` that columns are known to have are in it. Otherwise it is one unless
    a number is in it, or all that is in it is in other rows, too. With numbers in it, it is one if
    each text in it stands where all others have numbers, or texts that repeat.
    """
    if names and set(names) <= set(rows[0]):
        return True
    columns = list(zip(*rows, strict=True))
    if any(map(is_number, rows[0])):
        named = [_names_the_others(cells) for cells in columns if not is_number(cells[0])]
        return bool(named) and all(named)
    return not all(cells[0] in cells[1:] for cells in columns)


def _names_the_others(cells: Sequence[str]) -> bool:
    """Whether the first cell of a column is a text that tells what the others are."""
    first, *others = cells
    if not others or first.lower() in MISSING:
        return False
    different = set(others)
    repeat = len(others) >= _FEW_ROWS and 2 * len(different) <= len(others)
    return all(map(is_number, different)) or (repeat and first not in different)
