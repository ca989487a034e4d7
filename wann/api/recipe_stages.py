"""Stages of a recipe, and what is given beside them."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wann.config import EVOLUTION, SearchConfig
from wann.config.stages import OF_EPISODES, changed, without

# Settings that together say one thing: who gives one of them means all
_TOGETHER = ({"weights", "weight_series", "strata"}, {"episodes", "episodes_last"})


def heeding_stages(
    recipe: str | Path | SearchConfig,
    base: SearchConfig,
    given: Mapping[str, object],
    grid: Mapping[str, object],
) -> tuple[SearchConfig, tuple[str, ...]]:
    """Return the settings of a recipe whose stages leave alone what is given, and what to note.

    Who names a setting wants it to hold. Stages give way, too, to what can have none. They stay as
    they are where they are given.

    Args:
        recipe: what the search begins from.
        base: its settings.
        given: the settings of search and environment that were given beside it, by name.
        grid: those with several values.
    """
    names = {*given, *grid}
    if "stage" in names or not base.stage:
        return base, ()
    of = f"the stages of the recipe {recipe}" if isinstance(recipe, str | Path) else "the stages"
    without_any = _without_any(given, grid)
    if without_any:
        return dataclasses.replace(base, stage=()), (f"{of} are left out: {without_any} has none",)
    for group in _TOGETHER:
        names |= group if names & group else set()
    if not str(given.get("task", "gym:")).startswith("gym:"):
        names |= set(OF_EPISODES)
    kept = sorted(names & changed(base.stage))
    if not kept:
        return base, ()
    verb = "holds" if len(kept) == 1 else "hold"
    note = f"{' and '.join(kept)} {verb} throughout, as given; {of} change it otherwise"
    return dataclasses.replace(base, stage=without(base.stage, kept)), (note,)


def _without_any(given: Mapping[str, object], grid: Mapping[str, object]) -> str:
    """Return what was given that has no stages, "" where nothing was."""
    methods: Any = grid.get("method", (given.get("method", EVOLUTION),))
    other = next((method for method in methods if method != EVOLUTION), None)
    if other is not None:
        return f"method {other}"
    return "an asynchronous search" if given.get("asynchronous") or "asynchronous" in grid else ""
