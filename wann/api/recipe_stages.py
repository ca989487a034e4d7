"""Settings that are given beside a recipe which changes them on the way."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path

from wann.config import SearchConfig
from wann.config.stages import changed, without

# Settings that together say one thing: who gives one of them means all
_TOGETHER = ({"weights", "weight_series", "strata"}, {"episodes", "episodes_last"})


def heeding_stages(
    recipe: str | Path | SearchConfig,
    base: SearchConfig,
    given: Mapping[str, object],
    grid: Mapping[str, object],
) -> tuple[SearchConfig, tuple[str, ...]]:
    """Return the settings of a recipe whose stages leave alone what is given, and what to note.

    Who names a setting wants it to hold. The stages stay as they are where they are given, too.

    Args:
        recipe: what the search begins from.
        base: its settings.
        given: the settings of search and environment that were given beside it, by name.
        grid: those with several values.
    """
    names = {*given, *grid}
    for group in _TOGETHER:
        names |= group if names & group else set()
    kept = sorted(names & changed(base.stage))
    if "stage" in names or not kept:
        return base, ()
    called = f"the recipe {recipe}" if isinstance(recipe, str | Path) else "the given settings"
    verb = "is given, and holds" if len(kept) == 1 else "are given, and hold"
    note = f"{' and '.join(kept)} {verb} throughout; the stages of {called} change it otherwise"
    return dataclasses.replace(base, stage=without(base.stage, kept)), (note,)
