"""Environments of the user's own that are named, not registered: a class, or what makes one.

`gym:module:Name` is an id that `module` registers or, where it registers none of that name, the
class or function `Name` in it. `gym:session:Name` is one that the user passed in this session.
"""

import functools
import sys
from collections.abc import Callable
from typing import Any

import gymnasium

from wann import own
from wann.own.names import SESSION
from wann.tasks.gym.settings import GymSettings

Factory = Callable[..., Any]  # returns an environment


def factory_of(identity: str) -> Factory | None:
    """Return what makes the environment `identity`, None where Gymnasium does, by an id.

    The module in it has been imported. UserError for an object of another session.
    """
    module, _, name = identity.rpartition(":")
    if module == SESSION:
        found: Any = own.find_object(identity, "environment")
    elif not module or name in gymnasium.registry:
        return None
    else:
        found = functools.reduce(_attribute, name.split("."), sys.modules.get(module))
    return found if callable(found) else None


def names_of_session(settings: GymSettings) -> list[str]:
    """Return those names of environment and wrappers that stand for objects of this session."""
    names = [settings.id, *(wrapper.name for wrapper in settings.wrappers)]
    return [name for name in names if name.startswith(f"{SESSION}:")]


def objects_of_session(settings: GymSettings) -> tuple[own.Same, ...]:
    """Return the objects of this session among environment and wrappers, as keys.

    In a notebook they may be defined anew under the same names: what is kept for later use of an
    environment is kept for these objects.
    """
    return tuple(
        own.Same(own.find_object(name, "environment" if name == settings.id else "wrapper"))
        for name in names_of_session(settings)
    )


def _attribute(holder: Any, name: str) -> Any:
    return getattr(holder, name, None)
