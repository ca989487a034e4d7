"""A method with another allocation than its own, or with a pattern in the place of one."""

from collections.abc import Callable
from dataclasses import replace

from wann.errors import UserError
from wann.pruning.allocate import ALLOCATIONS
from wann.pruning.counts import Counts
from wann.pruning.methods import OF_UNITS, Method, When
from wann.pruning.patterns import Groups, Pattern, pattern_of


def allocated(method: Method, allocation: str | Callable[..., Counts] | None) -> Method:
    """Return `method` with another allocation, None for its own.

    UserError where there is no such allocation, or the method has none to change.
    """
    if not allocation:
        return method
    if method.select in (*OF_UNITS, "walks") or method.kind == "supermask":
        raise UserError(
            f"this method does not allocate weights to layers ({method.about}): leave out the "
            "allocation, or choose another method"
        )
    pattern = pattern_of(allocation)
    if pattern:
        _check_pattern(method, pattern)
        return replace(method, allocate=str(allocation))
    ALLOCATIONS.find(allocation)
    return replace(method, allocate=ALLOCATIONS.name_of(allocation))


def _check_pattern(method: Method, pattern: Pattern) -> None:
    """Raise UserError where a method does not prune to a pattern."""
    if method.when not in (When.INIT, When.TRAINED):
        raise UserError(
            f"this method prunes again and again ({method.about}), and patterns are cut once: "
            "choose a method of before or after training, such as magnitude or snip"
        )
    if isinstance(pattern, Groups) and method.rounds > 1:
        raise UserError(
            f"this method prunes in {method.rounds} rounds ({method.about}), and "
            f"{pattern.keep}:{pattern.of} is one density: choose a method of one round, such as "
            "magnitude, or blocks such as 4x4"
        )
    if method.score is not None and method.select == "random":
        raise UserError(
            f"this method draws weights by chance in each layer ({method.about}), not by a "
            "pattern: choose random, or a method that keeps the best"
        )
