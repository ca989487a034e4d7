"""Which modules of a user's own may be imported because some name asks for them.

An environment `module:ID` or a model `module:function` runs code. Its name may stand in a file
that somebody else wrote, so a module is imported only where the user named it, on the command line
or in Python, or trusts all files. This is the only place that imports a module by such a name.
"""

import importlib
import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import NamedTuple

from wann.errors import UserError


class Permission(NamedTuple):
    """What may be imported, as it can be sent to another process."""

    modules: frozenset[str] = frozenset()
    everything: bool = False
    folder: str | None = None  # where modules are looked for besides; None: the current folder


_permission = Permission()


def allow(*names: str) -> None:
    """Let modules be imported that the user named, as `module` or in names like `module:what`."""
    global _permission
    modules = {module_of(name) or name for name in names}
    _permission = _permission._replace(modules=_permission.modules | modules)


def allow_all() -> None:
    """Let every module be imported that a file asks for: the user trusts all files."""
    global _permission
    _permission = _permission._replace(everything=True)


def given() -> Permission:
    """Return what is allowed now, for `take_over` in another process."""
    return _permission._replace(folder=_folder())


def take_over(permission: Permission) -> None:
    """Allow what another process allowed, in place of what is allowed here."""
    global _permission
    _permission = permission


@contextmanager
def forgotten_afterwards() -> Iterator[None]:
    """Let what is allowed within this context be allowed no longer than that."""
    before = _permission
    try:
        yield
    finally:
        take_over(before)


def module_of(name: str) -> str | None:
    """Return the module in a name such as `module:function`, None where there is none."""
    return name.rpartition(":")[0] or None


def check(name: str, wanted_by: object) -> None:
    """Raise UserError if the module in a name such as `module:function` must not be imported.

    `wanted_by` is what asks for it, as the user knows it: a file, as a rule.
    """
    module = module_of(name)
    if module is None or _permission.everything or module in _permission.modules:
        return
    raise UserError(
        f"{wanted_by} wants to run code: {name!r}, out of the module {module!r}. If you trust it, "
        f"add --trust, or name {name} in a flag yourself (in Python: "
        f"wann.trust.allow({module!r}))"
    )


def import_named(name: str, wanted_by: object) -> ModuleType:
    """Return the module in a name such as `module:function`, imported.

    It is looked for where Python looks for modules, and then in the current folder, which therefore
    never stands in for a package. Where the module lies there, the folder stays at the end of the
    search path: the module may import its neighbours as late as when it runs.

    Raises:
        UserError: where it must not be imported (see `check`), or where the current folder holds
            another module of that name, which the user may have meant.
        ImportError: where there is no such module; and whatever the module itself raises.
    """
    check(name, wanted_by)
    module = module_of(name)
    assert module is not None, f"{name!r} names no module"
    top = module.partition(".")[0]
    if top not in sys.modules:
        _make_findable(name, top)
    return importlib.import_module(module)


def _make_findable(name: str, top: str) -> None:
    """Put the folder at the end of the search path if the module `top` lies there alone."""
    folder = _folder()
    found = importlib.util.find_spec(top)
    here = importlib.machinery.PathFinder.find_spec(top, [folder])
    if here is None or here.origin is None:
        return
    if found is None:
        sys.path.append(folder)
        importlib.invalidate_caches()
    elif found.origin is None or not _same(found.origin, here.origin):
        raise UserError(
            f"{name}: {here.origin} has the name of a module that is installed "
            f"({found.origin or top}), which comes first: give yours another name"
        )


def _folder() -> str:
    return _permission.folder or os.getcwd()


def _same(one: str, other: str) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)
