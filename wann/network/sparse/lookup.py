"""How the connections of a layer are laid out to be looked up in registers, for one example."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.kernels.sparse_lookup import FORMS, NO_CONNECTION, Form
from wann.network.sparse.images import Floats, Integers

# Costs in connections that are read one by one, measured on layers of 16 to 3000 inputs, of which
# 0.3 to 100 % are kept (Zen 5): of a unit that is so computed, of a step, of a step that waits for
# the one before, of a group of units at a table, and of a table.
_UNIT, _STEP, _WAITING, _GROUP, _TABLE = 6.0, 2.5, 5.3, 4.0, 15.0
# The same of a connection that is computed input by input, and of looking which inputs are at rest.
_BY_INPUT, _LOOK = 1.45, 1600.0
_SURELY = 0.6  # how much less that should take, as tables of nothing but zeros are skipped
_RARE = 6  # to look is not worth it where no more than one input in so many may not be at rest


class Lookup(NamedTuple):
    """Connections as steps: a group of units in each, and each unit's next input of a table."""

    tables: Integers  # (tables, 2) where in `values` it begins, and its first step
    counts: Integers  # (tables, groups) steps
    codes: NDArray[np.uint8]  # (steps, lanes) which input of the table
    weights: Floats  # (steps, lanes)

    @property
    def cost(self) -> float:
        """How long it takes, in connections that are read one by one."""
        longest = int(self.counts.sum(axis=0).max())  # steps of one group, one after another
        steps = max(_STEP * len(self.codes), _WAITING * longest)
        return steps + _GROUP * self.counts.size + _TABLE * len(self.tables)

    def most_by_input(self, places: Integers) -> int:
        """Return up to how many inputs that are not at rest it is faster to go input by input.

        `places` (connections,) are where each comes from.
        """
        inputs = int(places.max()) + 1 - int(places.min())
        most = (_SURELY * self.cost - _LOOK) * inputs / (_BY_INPUT * len(places))
        return int(most) if most * _RARE > inputs else 0


def lookup(
    places: Integers,
    weights: Floats,
    units: Integers,
    dtype: np.dtype[Any],
) -> Lookup | None:
    """Return the layout of a layer, None where it is faster to read its connections one by one.

    Args:
        places: (connections,) where in `values` each comes from.
        weights: (connections,) of each.
        units: (connections,) which unit it leads to.
        dtype: of the numbers; processors look up float32, some float64, some none.
    """
    form = FORMS.get(dtype)
    if form is None or not len(places):
        return None
    found = _laid_out(places, weights, units, form)
    return found if found.cost < len(places) + _UNIT * (int(units.max()) + 1) else None


def _laid_out(
    places: Integers,
    weights: Floats,
    units: Integers,
    form: Form,
) -> Lookup:
    low = int(places.min())
    order = np.lexsort((places, units, (places - low) // form.table))
    places, weights, units = places[order] - low, weights[order], units[order]
    blocks, table = np.unique(places // form.table, return_inverse=True)
    groups = int(units.max()) // form.lanes + 1
    # How many connections the same unit has before, to the same table.
    each = np.arange(len(places))
    starts = np.ones(len(places), bool)
    starts[1:] = (np.diff(table) != 0) | (np.diff(units) != 0)
    before = each - np.maximum.accumulate(np.where(starts, each, 0))
    counts = np.zeros((len(blocks), groups), np.int64)
    np.maximum.at(counts, (table, units // form.lanes), before + 1)
    firsts = (np.cumsum(counts) - counts.ravel()).reshape(counts.shape)
    steps = firsts[table, units // form.lanes] + before
    codes = np.full((counts.sum(), form.lanes), NO_CONNECTION, np.uint8)
    laid = np.zeros(codes.shape)
    codes[steps, units % form.lanes] = places % form.table
    laid[steps, units % form.lanes] = weights
    return Lookup(np.stack([low + blocks * form.table, firsts[:, 0]], 1), counts, codes, laid)
