"""Whether the arguments of a call are of the kinds that they have to be."""

import numbers
from collections.abc import Mapping
from typing import Any

from wann.config import LARGEST_SEED
from wann.errors import UserError, in_short

_NAMES = ("protect", "include", "outputs")


def check_given(given: Mapping[str, Any]) -> None:
    """Raise UserError, which names the argument of `prune`, where one is of no kind that it takes.

    Whether numbers are within their bounds, and names known, is said elsewhere.
    """
    density, seed, step = (given[name] for name in ("density", "seed", "rewind_step"))
    if isinstance(density, bool) or not isinstance(density, numbers.Real):
        raise UserError(f"density: expected a number in (0, 1], got {in_short(density)}")
    if not _is_whole(seed) or not 0 <= seed <= LARGEST_SEED:
        raise UserError(
            f"seed: expected a whole number from 0 to {LARGEST_SEED:,}, got {in_short(seed)}"
        )
    if step is not None and not _is_whole(step):
        raise UserError(f"rewind_step: expected a whole number or None, got {in_short(step)}")
    for name in _NAMES:
        names = given[name]
        several = isinstance(names, tuple | list | set | frozenset)
        if not isinstance(names, str) and not (
            several and all(isinstance(one, str) for one in names)
        ):
            raise UserError(
                f"{name}: expected names of parameters or layers, as in {name}=['fc1'], got "
                f"{in_short(names)}"
            )
    if given["tell"] is not None and not callable(given["tell"]):
        raise UserError(
            f"tell: expected a function of (steps done, all), got {in_short(given['tell'])}"
        )


def _is_whole(value: object) -> bool:
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)
