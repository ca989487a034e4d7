"""Numbers as a user writes them, within bounds: plain decimal digits, nothing else.

Python itself would also read underscores, the digits of other scripts, `inf` and `nan`, and would
stop with an error of its own at a number of thousands of digits.
"""

import math
import re
from typing import Any, NamedTuple

from wann.errors import UserError, in_short

_BYTES = {"K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}
_WHOLE = re.compile(r"[+-]?[0-9]{1,100}")
_NUMBER = re.compile(
    r"[+-]?(?:[0-9]{1,100}(?:\.[0-9]{0,100})?|\.[0-9]{1,100})(?:[eE][+-]?[0-9]{1,9})?"
)


class Bounds(NamedTuple):
    """The least and the greatest value, both allowed."""

    low: float = -math.inf
    high: float = math.inf

    def hold(self, value: float) -> bool:
        """Return whether `value` is within the bounds; NaN never is."""
        return self.low <= value <= self.high

    def in_words(self) -> str:
        """Return the bounds in words, as in "between 2 and 1,000,000", "" where there are none."""
        if self.high < math.inf:
            return f"between {_written(self.low)} and {_written(self.high)}"
        return f"at least {_written(self.low)}" if self.low > -math.inf else ""


_ANY = Bounds()
_MEMORY = Bounds(2**10, 2**50)  # bytes


def parse_whole(text: str, bounds: Bounds = _ANY, expected: str = "a whole number") -> int:
    """Return the whole number that `text` is; UserError where it is none within the bounds.

    `expected` is what the error says should have been there, to which it adds the bounds.
    """
    stripped = text.strip(" ")
    if not _WHOLE.fullmatch(stripped) or not bounds.hold(int(stripped)):
        raise _refused(text, bounds, expected)
    return int(stripped)


def of_python(value: Any) -> Any:
    """Return a number of NumPy's as one of Python's own, and all else as it is."""
    of_numpy = hasattr(value, "dtype") and getattr(value, "ndim", None) == 0
    return value.item() if of_numpy else value


def parse_number(text: str, bounds: Bounds = _ANY, expected: str = "a number") -> float:
    """Return the number that `text` is; see `parse_whole`. Minus zero becomes zero."""
    stripped = text.strip(" ")
    if not _NUMBER.fullmatch(stripped):
        raise _refused(text, bounds, expected)
    value = float(stripped) + 0.0
    if not bounds.hold(value) or math.isinf(value):
        raise _refused(text, bounds, expected)
    return value


def _refused(text: str, bounds: Bounds, expected: str) -> UserError:
    wanted = " ".join(part for part in (expected, bounds.in_words()) if part)
    return UserError(f"expected {wanted}, got {in_short(text)}")


def _written(bound: float) -> str:
    """Return a bound as messages write it: whole ones with all their digits."""
    return f"{int(bound):,}" if bound == int(bound) else f"{bound:g}"


def parse_memory(text: str) -> int:
    """Return the number of bytes that a text is: 500M, 2G, 1.5G."""
    unit = _BYTES.get(text[-1:].upper(), math.nan)
    try:
        size = parse_number(text[:-1]) * unit
    except UserError:
        size = math.nan
    if not _MEMORY.hold(size):
        raise UserError(
            f"expected a size between 1K and 1024T, such as 500M or 2G, got {in_short(text)}"
        )
    return int(size)
