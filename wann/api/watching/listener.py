"""The callback of a search: it hears the rows, and may stop the search."""

from collections.abc import Callable
from typing import Any

import numpy as np

from wann import own
from wann.errors import UserError, in_short

Row = dict[str, Any]
Callback = Callable[[Row], bool | None]


class Listener:
    """Calls the user's function with each row, and remembers whether the search is to stop."""

    def __init__(self, callback: Callback | None) -> None:
        self._callback = callback
        self.stopped = False
        self.problem: UserError | None = None

    def hear(self, row: Row) -> None:
        """Hand on the row, unless the search is to stop; what the function does wrong is kept."""
        if self._callback is None or self.stopped:
            return
        where = f"generation {row['generation']}"
        label = f"the callback {own.label_of(self._callback)}"
        try:
            said = own.call(label, _EXPECTED, self._callback, where, row)
            if said is not None and not isinstance(said, bool | np.bool_):
                raise UserError(
                    f"{label} returned {in_short(said)} of {where}: expected {_EXPECTED}"
                )
        except UserError as problem:
            self.problem, said = problem, True
        self.stopped = bool(said)


_EXPECTED = "a function of a row (a dictionary) that returns True to stop the search, or None"
