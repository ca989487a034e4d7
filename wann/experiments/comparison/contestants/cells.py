"""Three things in which networks differ, whoever made them: a table of 2 x 2 x 2 cells.

A contestant has its cell by its name (`CELLS`), a function of the user's own by what it declares,
and a champion by the search that it comes from. All others stand outside of the table: controls of
the champion's own structure, and parents that no search has, as those of `shared-mask`.
"""

from typing import NamedTuple

from wann.config import GROWN_BY_GRADIENTS, MIXED_TICKET
from wann.errors import UserError, in_short

GROWN_UP, PRUNED = "grown", "pruned"
MIXED_KINDS, RECTIFIERS_ALONE = "mixed", "rectifiers"
SHARED, FREE = "shared", "free"
# The two levels of each factor; a difference is the second less the first.
LEVELS = ((GROWN_UP, PRUNED), (MIXED_KINDS, RECTIFIERS_ALONE), (FREE, SHARED))


class Cell(NamedTuple):
    """What kind of network a contestant is."""

    made: str  # grown from few connections, or pruned from many
    activations: str  # of hidden nodes: mixed, or of rectifiers (relu, linear, inverse) alone
    weights: str  # chosen under shared weights, or trained with free ones


_GROWN_OF_RECTIFIERS, _GROWN_OF_ALL = GROWN_BY_GRADIENTS
CELLS = {
    _GROWN_OF_RECTIFIERS: Cell(GROWN_UP, RECTIFIERS_ALONE, FREE),
    _GROWN_OF_ALL: Cell(GROWN_UP, MIXED_KINDS, FREE),
    "imp": Cell(PRUNED, RECTIFIERS_ALONE, FREE),
    MIXED_TICKET: Cell(PRUNED, MIXED_KINDS, FREE),
    "rectified-mask": Cell(PRUNED, RECTIFIERS_ALONE, SHARED),
    "mixed-mask": Cell(PRUNED, MIXED_KINDS, SHARED),
}


def declared_cell(function: object, name: str) -> Cell | None:
    """Return the cell that a contestant of the user's own declares as its `cell`, None without one.

    UserError where that is no cell. `name`: what messages call the contestant.
    """
    given = getattr(function, "cell", None)
    if given is None:
        return None
    levels = tuple(given) if isinstance(given, tuple | list) else ()
    fits = len(levels) == len(LEVELS)
    if not fits or any(one not in some for one, some in zip(levels, LEVELS, strict=True)):
        expected = ", ".join(" or ".join(some) for some in LEVELS)
        raise UserError(
            f"the contestant {name} has the cell {in_short(given)}: expected one of each of "
            f"({expected}), such as ('grown', 'mixed', 'free')"
        )
    return Cell(*levels)
