"""Budgets as a user gives them: numbers of connections at which everything is compared."""

import operator
import re
from collections.abc import Iterable

from wann.errors import UserError, in_short

Budgets = str | int | Iterable[int | str]

DENSE_PARENT = "dense"  # in place of a number: as many connections as the dense parent has
_FEWEST, _MOST_BUDGETS = 2, 64


def budgets_of(given: Budgets, dense: int) -> tuple[int, ...]:
    """Return the budgets that a user gave, the smallest first; `dense` is that of the dense parent.

    They are given as a text such as "50,100,dense", as one number, or as several. UserError where
    they are none, or one of them is given twice.
    """
    some = given.split(",") if isinstance(given, str) else given
    parts = list(some) if isinstance(some, Iterable) else [some]
    budgets = [_budget(part, dense) for part in parts]
    if not 1 <= len(budgets) <= _MOST_BUDGETS:
        raise UserError(f"--budgets: expected 1 to {_MOST_BUDGETS} numbers, got {in_short(given)}")
    twice = [budget for budget in budgets if budgets.count(budget) > 1]
    if twice:
        raise UserError(f"--budgets: {twice[0]} is given twice in {in_short(given)}")
    return tuple(sorted(budgets))


def _budget(given: object, dense: int) -> int:
    if isinstance(given, str) and given.strip() == DENSE_PARENT:
        return dense
    try:
        if isinstance(given, str):
            number = int(given) if re.fullmatch(r"\s*\d{1,9}\s*", given, re.ASCII) else 0
        else:
            number = operator.index(given)  # type: ignore[arg-type]
    except TypeError:
        number = 0
    if isinstance(given, bool) or number < _FEWEST:
        raise UserError(
            f"--budgets: expected numbers of connections from {_FEWEST} on, or {DENSE_PARENT}, "
            f"such as 50,100,200,dense; got {in_short(given)}"
        )
    return number
