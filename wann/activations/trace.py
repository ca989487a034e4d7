"""A formula is noted down: its function is called with a `Value` in place of a number."""

import inspect
from collections.abc import Callable
from typing import Any

from wann.activations.expression import Expression, X
from wann.activations.value import Value
from wann.errors import UserError, in_one_line, in_short


def trace(function: Callable[..., Any], called: str) -> Expression:
    """Return the tree of a formula: of what `function` does with one `Value`.

    Args:
        function: takes x, the input sum of a node, and returns what the node gives.
        called: what the function is called in messages.

    Raises:
        UserError: where the function cannot be called with x alone, raises, does what no formula
            can hold, returns no `Value`, or does something else when it is called again.
    """
    try:
        inspect.signature(function).bind(Value(X))
    except TypeError as error:
        raise UserError(
            f"{called}: expected a function of x alone, such as `lambda x: x / (1 + abs(x))`, got "
            f"{in_short(function)} ({in_one_line(error)})"
        ) from None
    except ValueError:  # a function of C, which does not say what it takes
        pass
    tree = _called(function, called)
    if _called(function, called) != tree:
        raise UserError(
            f"{called}: the function gave another formula when it was called again; expected one "
            "that depends on x alone, without random numbers and without counting its calls"
        )
    return tree


def _called(function: Callable[..., Any], called: str) -> Expression:
    """Return the tree of what `function` does in a call."""
    try:
        made = function(Value(X))
    except UserError as error:
        raise UserError(f"{called}: {error}") from None
    except Exception as error:
        raise UserError(
            f"{called}: the function raised {in_one_line(error, traced=True)} when called with a "
            "Value; write it with operators, abs and NumPy's functions"
        ) from None
    if not isinstance(made, Value):
        raise UserError(
            f"{called}: expected the function to return a Value made from x, got {in_short(made)}"
        )
    return made.tree
