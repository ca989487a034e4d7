"""What the text of a flag becomes: numbers within bounds, sizes of memory, paths, addresses.

Each reader raises `argparse.ArgumentTypeError` with what it expected and what came.
"""

import argparse
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TypeVar

from wann.config.numbers import Bounds, parse_memory, parse_number, parse_whole
from wann.errors import UserError, in_short
from wann.evaluators.ray.address import parse_address
from wann.files.new_paths import check_new_path
from wann.terminal import has_control_characters

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
