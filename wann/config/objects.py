"""Objects as a user writes them: JSON in one line, such as {"g": 9.81}."""

from typing import Any

from wann.errors import UserError, in_short
from wann.reading import parse_json


def parse_object(text: str, expected: str = 'a JSON object such as {"g": 9.81}') -> dict[str, Any]:
    """Return the JSON object that `text` is.

    UserError, which says what was `expected`, where it is none, names something twice, or holds a
    number that is not finite.
    """
    try:
        value = parse_json(text)
    except UserError as error:
        raise UserError(f"expected {expected}, {error}: {in_short(text)}") from None
    if not isinstance(value, dict):
        raise UserError(f"expected {expected}, got {in_short(text)}")
    return value
