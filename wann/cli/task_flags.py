"""Flags that say what networks are scored on: a recipe, a task, an environment, a data set."""

import argparse
import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wann.cli.flags import DATASET, ENV
from wann.cli.readers import path, text
from wann.cli.settings_flags import add_settings, flag_of, given_settings
from wann.config import (
    DatasetSettings,
    EnvironmentSettings,
    SearchConfig,
    Settings,
    make_config,
)
from wann.errors import UserError
from wann.experiments.growing.recipes import load_recipe, recipe_names

# The recipes that `--env ID` and `--dataset PATH` begin from.
_ENVIRONMENT_RECIPE, _DATASET_RECIPE = "environment", "dataset"


def add_network(parser: argparse.ArgumentParser) -> None:
    """Add the network that a command is about."""
    parser.add_argument(
        "network", type=path, metavar="RUN_OR_NETWORK", help="run directory, .json or .out file"
    )


def add_searched(parser: argparse.ArgumentParser, settings: Sequence[str]) -> None:
    """Add the recipe, or what stands in its place, and the flags of `settings`."""
    parser.add_argument(
        "recipe",
        nargs="?",
        type=text,
        help=f"one of {', '.join(recipe_names())}, or the path of a TOML file; with --env: "
        f"{_ENVIRONMENT_RECIPE}; with --dataset: {_DATASET_RECIPE}",
    )
    add_environment(parser)
    add_dataset(parser)
    group = parser.add_argument_group(
        "settings", "Defaults are those of the recipe, then those shown here."
    )
    add_settings(group, SearchConfig, settings)


def given_searched(options: argparse.Namespace) -> dict[str, Any]:
    """Return what is searched, apart from the recipe, as the calls of `wann.api` take it."""
    return given_settings(options, SearchConfig) | given_scored_on(options)


def given_scored_on(options: argparse.Namespace) -> dict[str, Any]:
    """Return --env, --dataset and what goes with them, as the calls of `wann.api` take them."""
    from wann.api.arguments import argument_of

    given = {"env": options.env, "dataset": options.dataset}
    for kind in (EnvironmentSettings, DatasetSettings):
        said = given_settings(options, kind)
        given |= {argument_of(name): value for name, value in said.items()}
    return given


def searched(options: argparse.Namespace) -> tuple[SearchConfig, str, dict[str, Any]]:
    """Return what is searched.

    These are the settings that recipe and flags make, a name for the result, and the settings that
    were given as flags.
    """
    given = given_settings(options, SearchConfig)
    spec = task_spec(options, given.get("task"))
    if spec:
        given["task"] = spec
    if not (options.recipe or options.env or options.dataset):
        raise UserError(
            "expected a recipe, --env ID or --dataset PATH; recipes are "
            f"{', '.join(recipe_names())}"
        )
    default = _ENVIRONMENT_RECIPE if options.env else _DATASET_RECIPE
    config = make_config(given, load_recipe(options.recipe or default))
    environment = (options.env or "task").replace("/", "-").replace(":", "-")
    return config, Path(options.recipe or options.dataset or environment).stem, given


def add_environment(parser: argparse.ArgumentParser) -> None:
    """Add --env and what goes with it."""
    group = parser.add_argument_group(
        "environment", "Any environment of Gymnasium whose observations are numbers."
    )
    ENV.add_to(group)
    add_settings(group, EnvironmentSettings)


def add_dataset(parser: argparse.ArgumentParser) -> None:
    """Add --dataset and what goes with it."""
    group = parser.add_argument_group("data set", "A classification problem of one's own.")
    DATASET.add_to(group)
    add_settings(group, DatasetSettings)


def task_spec(options: argparse.Namespace, task: str | None) -> str | None:
    """Return the spec that --env, --dataset or --task stand for, None where none of them is given.

    `task` is what --task says. UserError where several of them are given.
    """
    own = {"--env": _environment_spec(options), "--dataset": _dataset_spec(options), "--task": task}
    given = {flag: spec for flag, spec in own.items() if spec}
    if len(given) > 1:
        raise UserError(
            f"{' and '.join(given)} all say what networks are scored on: give one of them"
        )
    return next(iter(given.values()), None)


def _environment_spec(options: argparse.Namespace) -> str | None:
    from wann.tasks.spec import make_spec

    said = _companions(options, EnvironmentSettings, "--env ID", options.env)
    return None if options.env is None else make_spec(f"gym:{options.env}", said)


def _dataset_spec(options: argparse.Namespace) -> str | None:
    from wann.tasks.spec import data_name, make_spec

    said = _companions(options, DatasetSettings, "--dataset PATH", options.dataset)
    if options.dataset is None:
        return None
    return make_spec(data_name(options.dataset), said)


def _companions(
    options: argparse.Namespace, kind: type[Settings], needed: str, given: str | None
) -> dict[str, Any]:
    """Return the settings that go with a flag; UserError where the `needed` flag is not given."""
    said = given_settings(options, kind)
    if said and given is None:
        entry = next(entry for entry in dataclasses.fields(kind) if entry.name in said)
        raise UserError(f"{flag_of(entry)} needs {needed}")
    make_config(said, kind())  # refuses what is out of bounds
    return said
