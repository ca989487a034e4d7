"""Functions of the user's own, by `module:function`."""

from collections.abc import Callable
from typing import Any

from wann import trust
from wann.errors import UserError, in_one_line


def own_function(name: str, what: str) -> Callable[..., Any]:
    """Return the function called `module:function`, `what` being what it is for.

    Whoever calls this names the module, which is imported. Names that were read from a file are
    checked before by whoever read them (see `wann.trust`). UserError if there is no such function.
    """
    trust.allow(name)
    module_name, _, function_name = name.rpartition(":")
    try:
        module = trust.import_named(name, wanted_by=f"the name of {what}")
    except UserError:
        raise
    except ModuleNotFoundError as problem:
        raise UserError(
            f"{name}: {in_one_line(problem)}; expected 'module:function', and {module_name}.py in "
            "the current folder or installed"
        ) from None
    except Exception as problem:  # whatever somebody's module raises
        raise UserError(
            f"{name}: {module_name} cannot be imported: {in_one_line(problem)}"
        ) from None
    function: Any = getattr(module, function_name, None)
    if not callable(function):
        came = f" (but {type(function).__name__})" if hasattr(module, function_name) else ""
        raise UserError(
            f"{name}: {module_name} has no function {function_name!r}{came}; expected one that "
            f"returns {what}"
        )
    return function  # type: ignore[no-any-return]
