"""The method of a search that was begun without naming one: the recipe's, or evolution.

Recipes for labelled data train masks. What is given beside such a recipe may be for evolution
alone, as `--generations` is; then the search is by evolution, and a note says so.
"""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from wann.config import EVOLUTION, SearchConfig, config_of, of_no_effect
from wann.experiments.growing.recipes import recipe_names

Alternatives = Mapping[str, tuple[Any, ...]]  # of settings, by name: the grid of a sweep
NO_GRID: Alternatives = MappingProxyType({})


def giving_way(
    recipe: str | Path | SearchConfig,
    base: SearchConfig,
    given: Mapping[str, object],
    grid: Alternatives = NO_GRID,
    seeded: bool = False,
) -> list[str]:
    """Return what was given because of which a recipe's method gives way to evolution.

    Nothing, where it does not. It never does where the method was named: among what is given, in
    the grid, or in the user's own recipe. A network that a search begins from is in its way, as
    long as evolution heeds all that is given: who named one wanted it to grow on.

    Args:
        recipe: what the search begins from.
        base: its settings.
        given: the settings that were given beside it.
        grid: those with several values.
        seeded: whether a network was given that the search begins from.

    Raises:
        UserError: a setting that was given is wrong.
    """
    of_package = isinstance(recipe, str) and recipe in recipe_names()
    if not of_package or base.method == EVOLUTION or "method" in {*given, *grid}:
        return []
    names = {*given, *grid}
    grown = config_of(given, by_evolution(base))
    parents = grid.get("parent", (grown.parent,))
    activations = {name for some in grid.get("activations", (grown.activations,)) for name in some}

    def unheeded(method: str) -> list[str]:
        return [name for name, _ in of_no_effect(names, {method}, parents, activations)]

    if unheeded(EVOLUTION):
        return []
    return unheeded(base.method) or ["seed_from"] * seeded


def by_evolution(base: SearchConfig) -> SearchConfig:
    """Return the settings with the method evolution."""
    return dataclasses.replace(base, method=EVOLUTION)


def note_on(reasons: list[str], base: SearchConfig, recipe: object) -> str:
    """Return the line that says why a search is by evolution; `base` has the recipe's method."""
    listed = " and ".join(filter(None, [", ".join(reasons[:-1]), reasons[-1]]))
    return (
        f"method evolution, because {listed} {'is' if len(reasons) == 1 else 'are'} given; the "
        f"recipe {recipe} has method {base.method} otherwise"
    )
