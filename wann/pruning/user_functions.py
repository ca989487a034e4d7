"""Functions of the user's own, by `module:function`; modules of the current folder come first."""

import importlib
import os
import sys
from collections.abc import Callable
from typing import Any

from wann.errors import UserError, in_one_line


def own_function(name: str, what: str) -> Callable[..., Any]:
    """Return the function called `module:function`, `what` being what it is for.

    UserError if there is none.
    """
    module_name, _, function_name = name.partition(":")
    here = os.getcwd()
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as problem:
        raise UserError(
            f"{name}: {in_one_line(problem)}; expected 'module:function', and {module_name}.py in "
            f"{here} or installed"
        ) from None
    except Exception as problem:  # whatever somebody's module raises
        raise UserError(
            f"{name}: {module_name} cannot be imported: {in_one_line(problem)}"
        ) from None
    function = getattr(module, function_name, None)
    if not callable(function):
        came = f" (but {type(function).__name__})" if hasattr(module, function_name) else ""
        raise UserError(
            f"{name}: {module_name} has no function {function_name!r}{came}; expected one that "
            f"returns {what}"
        )
    return function  # type: ignore[no-any-return]
