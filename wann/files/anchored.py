"""Paths that lead to the same place after the working folder was changed.

Simulators and users' own code change it. A path is shown as it was given for as long as that leads
there.
"""

import os
from pathlib import Path


class Anchored:
    """An attribute that holds a path: as it was given, or absolute once that leads elsewhere."""

    def __set_name__(self, owner: type, name: str) -> None:
        """Take the name of the attribute."""
        self._name = f"_anchored_{name}"

    def __set__(self, instance: object, given: Path) -> None:
        """Note a path, and where it leads now."""
        instance.__dict__[self._name] = given, Path(os.path.abspath(given))

    def __get__(self, instance: object, owner: type | None = None) -> Path:
        """Return the path."""
        given: Path
        place: Path
        given, place = instance.__dict__[self._name]
        try:
            leads_there = os.path.abspath(given) == str(place)
        except FileNotFoundError:  # the working folder was removed
            leads_there = False
        return given if leads_there else place
