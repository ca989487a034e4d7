"""Shared weights that are given beside a recipe which draws its own anew each generation."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path

from wann.config import GRADIENT, SearchConfig
from wann.experiments.growing.recipes import recipe_names


def heeding_weights(
    recipe: str | Path | SearchConfig,
    base: SearchConfig,
    given: Mapping[str, object],
    grid: Mapping[str, object],
) -> tuple[SearchConfig, tuple[str, ...]]:
    """Return the settings of a recipe that heed `weights` where these are given, and what to note.

    A recipe whose weights are `stratified` takes of its weights their number alone. Who names
    weights wants them trained: their series is then what it is without a recipe. The series stays
    where it or its strata are given, too, in the user's own recipe, and where gradients train
    masks: these hold for all magnitudes.

    Args:
        recipe: what the search begins from.
        base: its settings.
        given: the settings that were given beside it, by name.
        grid: those with several values.
    """
    names, series = {*given, *grid}, SearchConfig().weight_series
    of_package = isinstance(recipe, str) and recipe in recipe_names()
    if not of_package or base.weight_series != "stratified" or "weights" not in names:
        return base, ()
    trained = given.get("method", base.method) == GRADIENT or "method" in grid
    if trained or names & {"weight_series", "strata"}:
        return base, ()
    note = (
        f"weight series {series}, because weights are given; the recipe {recipe} draws others anew "
        "in each generation otherwise (stratified)"
    )
    return dataclasses.replace(base, weight_series=series), (note,)
