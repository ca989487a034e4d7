"""Objects as a user writes them: JSON in one line, such as {"g": 9.81}."""

import json
import math
from typing import Any, NoReturn

from wann.errors import UserError, in_short


def parse_object(text: str, expected: str = 'a JSON object such as {"g": 9.81}') -> dict[str, Any]:
    """Return the JSON object that `text` is.

    UserError, which says what was `expected`, where it is none, names something twice, or holds a
    number that is not finite.
    """
    try:
        value = json.loads(
            text, parse_constant=_refuse, parse_float=_finite, object_pairs_hook=_without_doubles
        )
    except (ValueError, RecursionError) as error:
        raise UserError(f"expected {expected}, {error}: {in_short(text)}") from None
    if not isinstance(value, dict):
        raise UserError(f"expected {expected}, got {in_short(text)}")
    return value


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of JSON")


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"{text[:40]} is too large")
    return value


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice!r} is given twice")
    return found
