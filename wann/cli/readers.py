"""What the text of a flag becomes: numbers within bounds, and sizes of memory.

Each reader raises `argparse.ArgumentTypeError` with what it expected and what came.
"""

import argparse
import math
from collections.abc import Callable

_BYTES = {"K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


def whole(low: int) -> Callable[[str], int]:
    """Return a reader of whole numbers of at least `low`."""

    def read(text: str) -> int:
        if not text.lstrip("+-").isdigit() or int(text) < low:
            raise argparse.ArgumentTypeError(
                f"expected a whole number of at least {low}, got {text!r}"
            )
        return int(text)

    return read


def seconds(text: str) -> float:
    """Return the number of seconds that `text` is, 0 or more."""
    value = _number(text)
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"expected a number of seconds, 0 or more, got {text!r}")
    return value


def positive(text: str) -> float:
    """Return the number above 0 that `text` is."""
    value = _number(text)
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"expected a number above 0, got {text!r}")
    return value


def memory(text: str) -> int:
    """Return the number of bytes that `text` is: 500M, 2G, 1.5G."""
    value = _number(text[:-1]) * _BYTES.get(text[-1:].upper(), math.nan)
    if not 1 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"expected a size such as 500M or 2G, got {text!r}")
    return int(value)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
