"""The names that stand for objects of the user's own in settings and files.

`module:name` where importing that gives the same object; `name` may have dots. Otherwise
`session:NAME`: such an object, for instance a function of a notebook, is known in this process,
and in its workers where it can be sent to them.
"""

import importlib.util
import re
import sys
from collections.abc import Iterable
from functools import reduce
from typing import Any

from wann import trust
from wann.errors import UserError, in_one_line, in_short, unknown

SESSION = "session"  # stands for a module in the names of objects that no import gives
_NAME = re.compile(r"[^\W\d][\w.]*:[^\W\d][\w.]*")
_SESSION_NAME = re.compile(rf"{SESSION}:[\w.<>#-]+")


class Same:
    """An object as a key: equal to itself alone, whether or not it has a hash of its own."""

    __slots__ = ("thing",)

    def __init__(self, thing: object) -> None:
        self.thing = thing  # kept, so that its id stays its own

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.thing is other.thing

    def __hash__(self) -> int:
        return id(self.thing)


objects: dict[str, Any] = {}  # those of this session, by name
unsent: dict[str, str] = {}  # why some of another process's could not be sent to this one


def is_own(name: str) -> bool:
    """Whether a name is one of the user's own, such as `module:function`, and not 2:4."""
    return ":" in name and not name[0].isdigit()


def is_name(text: str) -> bool:
    """Whether a text has the form `module:name`."""
    return bool(_NAME.fullmatch(text) or _SESSION_NAME.fullmatch(text))


def check_trusted(names: Iterable[str], wanted_by: object) -> None:
    """Raise UserError if one of `names`, which the file `wanted_by` has, must not be imported.

    Objects of another session, which cannot be had, are refused, too.
    """
    for name in names:
        if name.startswith(f"{SESSION}:"):
            _of_session(name, "object", wanted_by)
        else:
            trust.check(name, wanted_by)


def check_name(name: str, kind: str) -> None:
    """Raise UserError unless `name` has the form `module:name`; `kind` says what is named."""
    if not is_name(name):
        raise UserError(f"{kind}: expected a name such as 'module:function', got {in_short(name)}")


def name_of(thing: Any) -> str:
    """Return the name that stands for an object in settings and files, and remember the object.

    Whoever calls this was handed the object by the user, so its module may be imported. Objects
    that no import gives keep their place in this process: one that is defined anew at the top of a
    module or a notebook replaces the one before, others of one name are numbered.
    """
    module = getattr(thing, "__module__", None)
    named = getattr(thing, "__qualname__", None)
    if isinstance(module, str) and isinstance(named, str) and _is_imported(module, named, thing):
        trust.allow(f"{module}:{named}")
        return f"{module}:{named}"
    return _in_session(thing, re.sub(r"[^\w.<>]", "-", named or type(thing).__qualname__))


def named(given: Any) -> tuple[str, ...]:
    """Return the names of one object or of several, each given by its name or as itself."""
    several = given if isinstance(given, tuple | list) else (given,)
    return tuple(one if isinstance(one, str) else name_of(one) for one in several)


def find_object(name: str, kind: str, wanted_by: object = None) -> Any:
    """Return the object that `name` stands for.

    `kind` says what it is, and `wanted_by` which file asks for it; None: the user named it, and
    its module is imported for that.

    Raises:
        UserError: where there is no such object, its module cannot be imported, or a file asks for
            a module that the user neither named nor trusts.
    """
    check_name(name, kind)
    if name.startswith(f"{SESSION}:"):
        return _of_session(name, kind, wanted_by)
    if wanted_by is None:
        trust.allow(name)
    module_name, _, path = name.rpartition(":")
    try:
        module = trust.import_named(name, wanted_by=wanted_by or f"the {kind}")
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
    try:
        return reduce(getattr, path.split("."), module)
    except AttributeError:
        public = [name for name in vars(module) if not name.startswith("_")]
        raise unknown(f"name in {module_name}", path, public or ["(none)"]) from None


def _is_imported(module: str, named: str, thing: Any) -> bool:
    """Whether `module:named` gives the same object to every process that imports it."""
    if module in ("__main__", "__mp_main__", SESSION) or not _NAME.fullmatch(f"{module}:{named}"):
        return False
    try:
        if importlib.util.find_spec(module) is None:
            return False
        return reduce(getattr, named.split("."), sys.modules[module]) is thing
    except (AttributeError, ImportError, KeyError, ValueError):
        return False


def _in_session(thing: Any, called: str) -> str:
    name, number = f"{SESSION}:{called}", 1
    local = "<" in called or not hasattr(thing, "__qualname__")
    while local and name in objects and objects[name] is not thing:
        number += 1
        name = f"{SESSION}:{called}#{number}"
    objects[name] = thing
    return name


def _of_session(name: str, kind: str, wanted_by: object = None) -> Any:
    if name in objects:
        return objects[name]
    called = name.partition(":")[2]
    if name in unsent:
        raise UserError(
            f"the {kind} {called} cannot be sent to a worker ({unsent[name]}): define it in a "
            "module that workers can import"
        )
    origin = "" if wanted_by is None else f"{wanted_by}: "
    raise UserError(
        f"{origin}the {kind} {called} was an object of another Python session: pass it again (to "
        "wann.resume in objects=[...]), or define it in a module and name that, as module:name"
    )
