"""Flags that say what networks are scored on: a recipe, a task, an environment, a data set."""

import argparse
from collections.abc import Sequence
from typing import Any

from wann.cli.flags import DATASET, ENV
from wann.cli.readers import path, text
from wann.cli.settings_flags import add_settings, given_settings
from wann.config import (
    DatasetSettings,
    EnvironmentSettings,
    SearchConfig,
)
from wann.experiments.growing.recipes import DATASET_RECIPE, ENVIRONMENT_RECIPE, recipe_names


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
        help=f"one of {', '.join(recipe_names())}, or the path of a TOML file "
        f"(default: {ENVIRONMENT_RECIPE} with --env, {DATASET_RECIPE} with --dataset)",
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


def add_environment(parser: argparse.ArgumentParser) -> None:
    """Add --env and what goes with it."""
    group = parser.add_argument_group(
        "environment", "Any environment of Gymnasium whose observations are numbers."
    )
    ENV.add_to(group)
    add_settings(group, EnvironmentSettings)


def add_played(parser: argparse.ArgumentParser, settings: Sequence[str]) -> None:
    """Add --env, and those `settings` of an environment that say how it is made and reset."""
    group = parser.add_argument_group("environment", "Any environment of Gymnasium with pictures.")
    ENV.add_to(group)
    add_settings(group, EnvironmentSettings, settings)


def add_dataset(parser: argparse.ArgumentParser) -> None:
    """Add --dataset and what goes with it."""
    group = parser.add_argument_group("data set", "A classification problem of your own.")
    DATASET.add_to(group)
    add_settings(group, DatasetSettings)
