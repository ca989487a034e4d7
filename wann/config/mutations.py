"""Mutations of the user's own as settings have them: a name with a frequency."""

from collections.abc import Mapping
from typing import Any

from wann import own
from wann.config.numbers import Bounds, of_python, parse_number
from wann.errors import UserError, in_short

_MOST = 1e6


def mutation_texts(given: Any) -> tuple[str, ...]:
    """Return mutations as texts `name=frequency`, the form in which settings and files hold them.

    In Python they may also be a mapping of functions, or of their names, to frequencies. UserError
    on anything else.
    """
    if isinstance(given, Mapping):
        texts = tuple(f"{_name(mutation)}={of_python(rate)!r}" for mutation, rate in given.items())
    elif isinstance(given, str):
        texts = (given,)
    elif isinstance(given, tuple | list) and all(isinstance(text, str) for text in given):
        texts = tuple(given)
    else:
        raise UserError(
            "mutation: expected a mapping of functions to frequencies, such as "
            f"{{my_function: 0.3}}, got {in_short(given)}"
        )
    names = [parse_mutation(text)[0] for text in texts]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise UserError(f"mutation: expected different functions, got {twice[0]} twice")
    return texts


def parse_mutation(text: str) -> tuple[str, float]:
    """Return name and frequency of a mutation; UserError if there is none."""
    name, equals, rate = text.rpartition("=")
    if not equals or not name:
        raise UserError(
            "mutation: expected a name and its frequency, such as my_module:my_function=0.3, got "
            f"{in_short(text)}"
        )
    if own.is_own(name):
        own.check_name(name, "mutation")
    return name, parse_number(rate, Bounds(0, _MOST), "a frequency as a number")


def _name(mutation: Any) -> str:
    return mutation if isinstance(mutation, str) else own.name_of(mutation)
