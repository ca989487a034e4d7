"""Values out of files of others: checked as they are read, and shown in one-line errors."""

import json
import math

from wann.errors import UserError

# How many characters of a wrong value a message shows.
_SHOWN = 60


def integer(value: object, what: str, low: int, high: int) -> int:
    """Return `value` if it is an integer from `low` to `high`; True and 1.0 are none.

    UserError, naming it as `what`, if it is not.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise UserError(
            f"{what}: expected an integer from {low} to {high}, got {shown(value)}; correct it"
        )
    return value


def number(value: object, what: str) -> float:
    """Return `value` as a float if it is a finite number; True is none.

    UserError, naming it as `what`, if it is not.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            result = float(value)
        except OverflowError:  # an integer beyond the largest float
            result = math.inf
        if math.isfinite(result):
            return result
    raise UserError(f"{what}: expected a finite number, got {shown(value)}; correct it")


def shown(value: object) -> str:
    """Return a JSON value as it can stand in a message: on one line, and short."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else f"a list of {len(value)}"
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    text = repr(value[: 2 * _SHOWN] if isinstance(value, str) else value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
