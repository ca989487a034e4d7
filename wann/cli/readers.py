"""What the text of a flag becomes: numbers within bounds, sizes of memory, paths, addresses.

Each reader raises `argparse.ArgumentTypeError` with what it expected and what came.
"""

import argparse
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TypeVar

from wann.config.numbers import Bounds, parse_memory, parse_number, parse_whole
from wann.errors import UserError, in_short
from wann.evaluators.ray.address import parse_address
from wann.terminal import has_control_characters

# Bytes of a path, and of each name in it. File systems take names of 255, but what is written is
# first called a little longer, and files and figures are called after it.
_LONGEST_PATH, _LONGEST_NAME = 4000, 200

Value = TypeVar("Value")


def reader(parse: Callable[[str], Value]) -> Callable[[str], Value]:
    """Return `parse` as argparse needs it, to which only its own error is a message."""

    @wraps(parse)
    def read(given: str) -> Value:
        try:
            return parse(given)
        except UserError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return read


def whole(low: int, high: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from `low` to `high`."""
    return reader(lambda given: parse_whole(given, Bounds(low, high)))


def number(low: float, high: float, expected: str = "a number") -> Callable[[str], float]:
    """Return a reader of numbers from `low` to `high`; `expected` says of what."""
    return reader(lambda given: parse_number(given, Bounds(low, high), expected))


memory = reader(parse_memory)


@reader
def ray_address(given: str) -> str:
    """Return the address of a Ray, HOST:PORT or ray://HOST:PORT, or the word auto."""
    if given != "auto":
        parse_address(given)
    return given


@reader
def text(given: str) -> str:
    """Return the text itself, which is not empty and has no control characters."""
    if not given.strip():
        raise UserError(f"expected a text that is not empty, got {in_short(given)}")
    if has_control_characters(given):
        raise UserError(f"expected a text without control characters, got {in_short(given)}")
    return given


@reader
def path(given: str) -> Path:
    """Return the path that a text is, of something that is there."""
    if not given:
        raise UserError(f"expected a path, got {in_short(given)}")
    if has_control_characters(given):
        raise UserError(f"expected a path without control characters, got {in_short(given)}")
    return Path(given)


@reader
def new_path(given: str) -> Path:
    """Return the path that a text is, of something that can be made."""
    check_new_path(given)
    return Path(given)


@reader
def new_path_or_url(given: str) -> str:
    """Return a text that is a URL, or the path of something that can be made."""
    if "://" not in given:
        check_new_path(given)
    return text(given)


def check_new_path(given: str) -> None:
    """Raise UserError for a path at which nothing can be made, however free the disk is."""
    if not given.strip() or has_control_characters(given):
        raise UserError(
            f"expected a path that is not empty and has no control characters, got "
            f"{in_short(given)}"
        )
    whole_path = Path(given)
    if not whole_path.name and whole_path.is_absolute():
        raise UserError(f"expected a path with a name in it, got {in_short(given)}")
    names = [len(os.fsencode(part)) for part in whole_path.parts]
    if len(os.fsencode(given)) > _LONGEST_PATH or max(names, default=0) > _LONGEST_NAME:
        raise UserError(
            f"expected a path of at most {_LONGEST_PATH:,} bytes, and of {_LONGEST_NAME} in each "
            f"name, got {in_short(given)}"
        )
