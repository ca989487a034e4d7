"""What a search is about, out of a recipe, an environment or a data set, and settings."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from wann import trust
from wann.api.arguments import check_settings, of_kind
from wann.api.data_files import DataFile
from wann.api.recipe_method import NO_GRID, Alternatives, by_evolution, giving_way, note_on
from wann.api.recipe_stages import heeding_stages
from wann.api.recipe_weights import heeding_weights
from wann.api.scored_on import Data, Environment, name_of, scored_on, with_settings
from wann.config import DatasetSettings, EnvironmentSettings, SearchConfig, config_of
from wann.errors import UserError, in_short
from wann.experiments.growing.recipes import (
    DATASET_RECIPE,
    ENVIRONMENT_RECIPE,
    load_recipe,
    recipe_names,
)
from wann.own.names import SESSION

if TYPE_CHECKING:
    from wann.tasks.task import Task

Recipe = str | Path | SearchConfig

_IN_MEMORY = f"{SESSION}:data-in-memory"  # stands for the path of data that are in no file


class Searched(NamedTuple):
    """What is searched: the settings, and what they cannot hold."""

    config: SearchConfig
    name: str  # what the folder is called after
    given: frozenset[str]  # the settings that were given
    data: DataFile | None  # in place of the task, where a data set was given that is no file
    wanted_by: object  # what asks for the task, in messages
    notes: tuple[str, ...] = ()  # what the user should know of it


def searched(
    recipe: Recipe | None,
    env: Environment | None,
    dataset: Data,
    given: Mapping[str, Any],
    *,
    grid: Alternatives = NO_GRID,
    seeded: bool = False,
) -> Searched:
    """Return what is searched; UserError where that is nothing, or a setting is wrong.

    Args:
        recipe: what it begins from, as users say it; see `wann.search`.
        env: the environment, likewise.
        dataset: the data set, likewise.
        given: settings of search, environment and data set by the names of their arguments.
        grid: settings of a sweep that have several values.
        seeded: whether the search begins from a network.
    """
    check_settings(given, SearchConfig, EnvironmentSettings, DatasetSettings)
    settings = of_kind(given, SearchConfig)
    of_environment = of_kind(given, EnvironmentSettings)
    of_dataset = of_kind(given, DatasetSettings)
    # Settings of an environment are of the recipe's, where nothing else says what is meant.
    own = env is not None or dataset is not None or "task" in settings or of_dataset
    kept = None if own or recipe is None or not of_environment else _base(recipe).task
    spec = (kept and with_settings(kept, of_environment)) or scored_on(
        env, dataset, settings.get("task"), of_environment, of_dataset
    )
    if recipe is None and env is None and dataset is None:
        raise UserError(
            "expected a recipe, --env ID or --dataset PATH; recipes are "
            f"{', '.join(recipe_names())}"
        )
    if isinstance(spec, str):
        settings["task"] = spec
    default = ENVIRONMENT_RECIPE if env is not None else DATASET_RECIPE
    chosen = default if recipe is None else recipe
    base = _base(chosen)
    reasons = giving_way(chosen, base, settings, grid, seeded)
    notes: tuple[str, ...] = (note_on(reasons, base, chosen),) if reasons else ()
    base, noted = heeding_weights(chosen, by_evolution(base) if reasons else base, settings, grid)
    notes += noted
    base, noted = heeding_stages(chosen, base, {**settings, **of_environment}, grid)
    notes += noted
    config = config_of(settings, base)
    trust.allow(*(name for name in config.code() if name not in base.code()))  # named by the user
    called = Path(recipe).stem if isinstance(recipe, str | Path) else name_of(env, dataset)
    data = spec if isinstance(spec, DataFile) else None
    wanted_by = recipe if isinstance(recipe, str | Path) else "the task of the settings"
    return Searched(config, called or "search", frozenset(settings), data, wanted_by, notes)


def make_task(found: Searched, folder: Path) -> "Task":
    """Return the task, with what it measures once put into its spec.

    A data set that is still to be written to `folder` is read as if it lay there. UserError for an
    unknown task.
    """
    from wann.tasks.registry import task_of

    if found.data is None:
        return task_of(found.config.task, found.wanted_by).frozen()
    return task_in_memory(found.data, folder)


def _base(recipe: Recipe) -> SearchConfig:
    if isinstance(recipe, SearchConfig):
        return recipe
    if not isinstance(recipe, str | Path):
        raise UserError(
            "expected a recipe: its name, the path of a TOML file, or a SearchConfig; got "
            f"{in_short(recipe)}"
        )
    return load_recipe(str(recipe))


def task_in_memory(data: DataFile, folder: Path | None) -> "Task":
    """Return the task of a data set that is to be written to `folder`.

    None: it is written nowhere. Its spec then names an object of this session, so that whoever
    reads it elsewhere is told to pass the data again, and takes no other file for them.
    """
    from wann.config.own_data import SHA256
    from wann.files import sha256, write_atomically
    from wann.tasks.classify import Classification
    from wann.tasks.registry import task_of
    from wann.tasks.spec import make_spec

    final = _IN_MEMORY if folder is None else str((folder / data.name).resolve())
    with TemporaryDirectory() as scratch:
        path = Path(scratch).resolve() / data.name
        write_atomically(path, data.content)
        try:
            # What is written has a sum, by which whoever reads it knows that it is the same
            known = {} if folder is None else {SHA256: sha256(data.content)}
            spec = make_spec(f"data:{path}", {**data.settings, **known})
            task = task_of(spec, "dataset").frozen()
        except UserError as error:
            raise UserError(str(error).replace(str(path), "dataset")) from None
    assert isinstance(task, Classification)
    called = "dataset" if folder is None else final
    notes = tuple(line.replace(str(path), called) for line in task.dataset.notes)
    dataset = task.dataset._replace(notes=notes)
    return dataclasses.replace(task, source=f"data:{final}", dataset=dataset)
