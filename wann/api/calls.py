"""What all public calls share: mistyped names get the nearest, and messages name arguments."""

import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from wann.config import check_known
from wann.errors import UserError

P = ParamSpec("P")
R = TypeVar("R")

# A flag, and the blank between it and a value: a place for one, such as PATH, or one of these
_VALUES = "c|cma|gradient|gymnasium|individual|shared|worst"
_FLAG = re.compile(
    rf"(?<![\w`-])--([a-z]+(?:-[a-z]+)*)(?: (?=(?:[A-Z][A-Z:]*|\d+|{_VALUES})(?![\w-])))?"
)
# Flags whose arguments in Python have other names.
_ARGUMENTS = {"method": "methods", "density": "densities", "score-examples": "examples"}
# Those that no call takes: messages that name them say what to do on the command line.
_OF_COMMANDS = {"resume", "trust"}
_flags_are_meant = False


def public(function: Callable[P, R]) -> Callable[P, R]:
    """Return a call for users: `function`, told in one line what is wrong with its arguments.

    A keyword that it does not take is a UserError with the nearest one. Messages of rooms below
    speak of flags, such as `--out`: here they speak of arguments, `out=`, unless the command line
    is what calls (see `flags_are_meant`).
    """
    parameters = inspect.signature(function).parameters
    takes_others = any(one.kind is one.VAR_KEYWORD for one in parameters.values())

    @wraps(function)
    def called(*arguments: P.args, **keywords: P.kwargs) -> R:
        if _flags_are_meant:
            return function(*arguments, **keywords)
        if not takes_others:
            check_known(keywords, parameters)
        try:
            return function(*arguments, **keywords)
        except UserError as error:
            error.args = (in_python(str(error)), *error.args[1:])
            raise

    return called


@contextmanager
def flags_are_meant() -> Iterator[None]:
    """Let the messages of public calls name flags in this context, as the command line does."""
    global _flags_are_meant
    before, _flags_are_meant = _flags_are_meant, True
    try:
        yield
    finally:
        _flags_are_meant = before


def in_python(message: str) -> str:
    """Return a message with `out=` in place of `--out`; commands in backquotes stay."""
    parts = message.split("`")
    parts[::2] = [_FLAG.sub(_argument, part) for part in parts[::2]]
    return "`".join(parts)


def _argument(flag: "re.Match[str]") -> str:
    name = flag[1]
    if name in _OF_COMMANDS:
        return flag[0]
    return f"{_ARGUMENTS.get(name, name).replace('-', '_')}="
