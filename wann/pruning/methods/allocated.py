"""A method with another allocation than its own."""

from collections.abc import Callable
from dataclasses import replace

from wann.errors import UserError
from wann.pruning.allocate import ALLOCATIONS
from wann.pruning.counts import Counts
from wann.pruning.methods import Method


def allocated(method: Method, allocation: str | Callable[..., Counts] | None) -> Method:
    """Return `method` with another allocation, None for its own.

    UserError where there is no such allocation, or the method has none to change.
    """
    if not allocation:
        return method
    if method.select == "units" or method.kind == "supermask":
        raise UserError(
            f"this method does not allocate weights to layers ({method.about}): leave out the "
            "allocation, or choose another method"
        )
    ALLOCATIONS.find(allocation)
    return replace(method, allocate=ALLOCATIONS.name_of(allocation))
