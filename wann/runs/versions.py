"""The versions and the machine that made a result: with other versions it may be another."""

import os
import platform
import sys
from collections.abc import Mapping, Sequence
from importlib import metadata
from typing import Any, TypedDict

_PACKAGES = ("wann", "numpy", "numba", "llvmlite", "gymnasium")
# Results may depend on these.
_DECIDING = ("wann", "python", "numpy", "numba", "llvmlite")


class Environment(TypedDict, total=False):
    """What is read again of a record of `environment`; older records have less."""

    python: str
    wann: str
    numpy: str
    numba: str
    llvmlite: str
    cores: int | None
    command: list[str]
    notes: list[str]
    sources: dict[str, str]  # a digest of the code behind each name of the user's own
    begun_with: dict[str, str]  # the SHA-256 of each file that a search began with, by its name


def environment(notes: Sequence[str] = ()) -> dict[str, Any]:
    """Return the versions of Python and packages, the machine and the command, as JSON values.

    `notes` are what the user was told of the task before it started.
    """
    return {
        "python": sys.version.split()[0],
        **{name: metadata.version(name) for name in _PACKAGES},
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "command": sys.argv,
        "notes": list(notes),
    }


def deciding_versions() -> dict[str, str]:
    """Return the present versions of what results may depend on."""
    now = environment()
    return {name: now[name] for name in _DECIDING}


def other_versions(then: Mapping[str, Any]) -> str:
    """Return the versions in a record of `environment` that are others than the present ones."""
    now = environment()
    return ", ".join(
        f"{name} {then.get(name)}" for name in _DECIDING if then.get(name) != now[name]
    )
