"""The program that this process runs, as workers see it.

Python's `multiprocessing` has each worker run the main script again, so that it knows what that
defines. A script whose work does not stand below `if __name__ == "__main__":` would then do all of
it again, and start workers of its own. Workers do without such a script here.
"""

import ast
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType

from wann.terminal import warn


def workers_run_main() -> bool:
    """Return whether workers run the main script, and so know what it defines.

    They do not where there is none, as in a notebook, or where it has no main guard.
    """
    script = _script()
    return script is not None and not _unguarded(script)


@contextmanager
def hidden_without_guard() -> Iterator[None]:
    """Start worker processes within this context: those of a script without guard do not run it."""
    main = sys.modules["__main__"]
    if workers_run_main():
        yield
        return
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _script() -> Path | None:
    """Return the file of the program that workers would run again, None if there is none."""
    main = sys.modules["__main__"]
    spec = getattr(main, "__spec__", None)
    if spec is not None and spec.name.rpartition(".")[2] == "__main__":
        return None  # `python -m package`, which `multiprocessing` leaves out itself
    file = getattr(main, "__file__", None)
    return Path(file) if file and Path(file).is_file() else None  # it may be "<stdin>"


@cache
def _unguarded(script: Path) -> bool:
    """Return whether the main script has no main guard, which is said once."""
    if _has_guard(script):
        return False
    warn(
        f'{script} has no main guard (if __name__ == "__main__":), so worker processes do not run '
        "it, and know of what it defines only what was passed"
    )
    return True


def _has_guard(script: Path) -> bool:
    """Return whether a script looks at `__name__`; one that is no text in Python is left alone."""
    try:
        tree = ast.parse(script.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return True
    tests = [node.test for node in tree.body if isinstance(node, ast.If)]
    return any(
        isinstance(part, ast.Name) and part.id == "__name__"
        for test in tests
        for part in ast.walk(test)
    )
