"""Values out of files of others: checked as they are read, and shown in one-line errors."""

import json
import math
from collections import Counter
from typing import Any

from wann.errors import UserError

# How many characters of a wrong value a message shows.
_SHOWN = 60


def parse_json(text: str) -> Any:
    """Return the value of a JSON text.

    UserError if the text is no JSON, or holds NaN, an infinity, or a key twice in one object.
    """
    try:
        return json.loads(
            text, parse_constant=_reject, parse_float=_parse_float, object_pairs_hook=_unique_keys
        )
    except UserError:
        raise
    except json.JSONDecodeError as error:
        raise UserError(
            f"line {error.lineno}, column {error.colno}: expected JSON, got "
            f"{text[error.pos : error.pos + 10]!r} ({error.msg}); is the file complete?"
        ) from None
    except RecursionError:
        raise UserError(
            "expected a network, got lists or objects nested too deeply; is it a network file?"
        ) from None
    except ValueError:  # Python refuses to convert integers of more than 4300 digits
        raise UserError(
            "expected numbers, got an integer of thousands of digits; correct it"
        ) from None


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


def printable(origin: str) -> str:
    """Return the name of a file as it can stand in a message.

    It is quoted if it has line breaks and the like.
    """
    return origin if origin.isprintable() else repr(origin)


def _reject(constant: str) -> None:
    raise UserError(f"expected finite numbers, got {constant}; correct it")


def _parse_float(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise UserError(
            f"expected finite numbers, got {shown(text)}, which is beyond float64; correct it"
        )
    return value


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entry = dict(pairs)
    if len(entry) != len(pairs):
        counts = Counter(key for key, _ in pairs)
        twice = next(key for key, count in counts.items() if count > 1)
        raise UserError(
            f"expected every key once, got {shown(twice)} twice in one object; remove one"
        )
    return entry
