"""Functions of the user's own, by `module:function`; modules of the current folder come first."""

import functools
import importlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from wann.errors import UserError, in_one_line


def own_function(name: str, what: str) -> Callable[..., Any]:
    """Return the function called `module:function`, `what` being what it is for.

    Modules of the folder that is the current one now are found while the module is imported and
    while the function runs; the search path of imports is as before afterwards. UserError if there
    is no such function.
    """
    module_name, _, function_name = name.partition(":")
    folder = os.getcwd()
    try:
        with _found_first(folder):
            module = importlib.import_module(module_name)
    except ModuleNotFoundError as problem:
        raise UserError(
            f"{name}: {in_one_line(problem)}; expected 'module:function', and {module_name}.py in "
            f"{folder} or installed"
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

    @functools.wraps(function, updated=())
    def run(*arguments: Any, **named: Any) -> Any:
        with _found_first(folder):
            return function(*arguments, **named)

    return run


@contextmanager
def own_modules_first() -> Iterator[None]:
    """Let imports look into the current folder first until the block, or the function, ends.

    For whatever runs a user's model or score: code of theirs may import its neighbours late.
    """
    with _found_first(os.getcwd()):
        yield


@contextmanager
def _found_first(folder: str) -> Iterator[None]:
    """Let imports look into `folder` first until the block ends.

    Where `folder` is searched already, at whatever index, the search path stays as it is.
    """
    if folder in sys.path:
        yield
        return
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        if folder in sys.path:
            sys.path.remove(folder)
