"""Calls of functions of the user's own: what they do wrong becomes one line."""

import inspect
from collections.abc import Callable
from typing import Any

from wann.errors import UserError, in_one_line


def label_of(thing: Any) -> str:
    """Return what messages call an object: `module:name`, without the module of a script."""
    named = getattr(thing, "__qualname__", type(thing).__qualname__)
    module = getattr(thing, "__module__", None)
    return str(named) if module in (None, "__main__") else f"{module}:{named}"


def accepted(function: Callable[..., Any], **offered: Any) -> dict[str, Any]:
    """Return those of the arguments `offered` that a function takes by name."""
    try:
        taken = inspect.signature(function).parameters.values()
    except (ValueError, TypeError):  # a function of C says nothing
        return {}
    if any(one.kind is one.VAR_KEYWORD for one in taken):
        return offered
    names = {one.name for one in taken if one.kind is not one.POSITIONAL_ONLY}
    return {name: value for name, value in offered.items() if name in names}


def call(
    called: str,
    expected: str,
    function: Callable[..., Any],
    given: str,
    *arguments: Any,
    **named: Any,
) -> Any:
    """Return what `function` returns of `arguments`.

    A mistake of the user, and Ctrl-C, are let through. Anything else that is raised becomes one
    line of UserError, which tells where it was raised.

    Args:
        called: what the function is, as in 'the ranking module:function'.
        expected: what it should be, as in 'a function of (scores, settings, rng) that ...'.
        function: is called.
        given: says in messages what it was called with, as in 'generation 7'.
        arguments: what it is called with.
        named: what it is called with by name.
    """
    try:
        return function(*arguments, **named)
    except UserError:
        raise
    except Exception as problem:  # whatever somebody's function raises
        raise UserError(
            f"{called} failed on {given}: {in_one_line(problem, traced=True)}; expected {expected}"
        ) from problem
