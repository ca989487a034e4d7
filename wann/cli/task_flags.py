"""Flags that say what networks are scored on: a recipe, a task, an environment, a data set."""

import argparse
import dataclasses
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from wann.cli.readers import json_object, whole
from wann.cli.settings_flags import add_setting, given_settings
from wann.config import SearchConfig, make_config
from wann.errors import UserError
from wann.experiments.growing.recipes import load_recipe, recipe_names

# The recipes that `--env ID` and `--dataset PATH` begin from.
_ENVIRONMENT_RECIPE, _DATASET_RECIPE = "environment", "dataset"


def add_network(parser: argparse.ArgumentParser) -> None:
    """Add the network that a command is about."""
    parser.add_argument(
        "network", type=Path, metavar="RUN_OR_NETWORK", help="run directory, .json or .out file"
    )


def add_what(parser: argparse.ArgumentParser, settings: Sequence[str]) -> None:
    """Add the recipe, or what stands in its place, and the flags of `settings`."""
    parser.add_argument(
        "recipe",
        nargs="?",
        help=f"one of {', '.join(recipe_names())}, or the path of a TOML file; with --env: "
        f"{_ENVIRONMENT_RECIPE}; with --dataset: {_DATASET_RECIPE}",
    )
    add_environment(parser)
    add_dataset(parser)
    group = parser.add_argument_group(
        "settings", "Defaults are those of the recipe, then those shown here."
    )
    for entry in dataclasses.fields(SearchConfig):
        if entry.name in settings:
            add_setting(group, entry)


def what(options: argparse.Namespace) -> tuple[SearchConfig, str, dict[str, Any]]:
    """Return what is searched.

    These are the settings that recipe and flags make, a name for the result, and the settings that
    were given as flags.
    """
    given = given_settings(options)
    options.task = given.get("task")
    spec = task_spec(options)
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
    group.add_argument("--env", metavar="ID", help="Gymnasium id, or MODULE:ID of one's own")
    # In the order of the settings in a spec; those not given are not said.
    given = partial(group.add_argument, default=argparse.SUPPRESS)
    given(
        "--env-kwargs",
        dest="env_kwargs",
        type=json_object,
        metavar="JSON",
        help="arguments of the environment",
    )
    given("--backend", dest="env_backend", help="auto, gymnasium, envpool or jit (default: auto)")
    given(
        "--normalise",
        dest="env_normalise",
        action="store_true",
        help="scale observations by what is seen at random",
    )
    given(
        "--max-steps",
        dest="env_max_steps",
        type=whole(1),
        help="steps after which an episode is cut",
    )
    given(
        "--on-error",
        dest="env_on_error",
        help="fail: stop; worst: such episodes count as failed (default: fail)",
    )


def add_dataset(parser: argparse.ArgumentParser) -> None:
    """Add --dataset and what goes with it."""
    group = parser.add_argument_group("data set", "A classification problem of one's own.")
    group.add_argument(
        "--dataset",
        metavar="PATH",
        help="npz file with x_train, y_train, x_test, y_test, or a folder of IDX files named as MNIST's",
    )
    given = partial(group.add_argument, default=argparse.SUPPRESS)
    given("--deskew", dest="data_deskew", action="store_true", help="straighten slanted images")
    given(
        "--size", dest="data_size", type=whole(1), help="resize images to so many pixels, both ways"
    )


def task_spec(options: argparse.Namespace) -> str | None:
    """Return the spec that --env, --dataset or --task stand for, None where none of them is given.

    UserError where several of them are.
    """
    own = {
        "--env": environment_spec(options),
        "--dataset": dataset_spec(options),
        "--task": options.task,
    }
    given = {flag: spec for flag, spec in own.items() if spec}
    if len(given) > 1:
        raise UserError(
            f"{' and '.join(given)} all say what networks are scored on: give one of them"
        )
    return next(iter(given.values()), None)


def dataset_spec(options: argparse.Namespace) -> str | None:
    """Return the spec that the flags of the data set stand for, None where there is no --dataset."""
    from wann.tasks.spec import make_spec

    said = {
        key.removeprefix("data_"): value
        for key, value in vars(options).items()
        if key.startswith("data_")
    }
    if options.dataset is None:
        if said:
            raise UserError(f"--{next(iter(said))} needs --dataset PATH")
        return None
    return make_spec(f"data:{Path(options.dataset).expanduser().resolve()}", said)


def environment_spec(options: argparse.Namespace) -> str | None:
    """Return the spec that the flags of the environment stand for, None where there is no --env."""
    from wann.tasks.spec import make_spec

    prefix = "env_"
    said = {
        key.removeprefix(prefix): value
        for key, value in vars(options).items()
        if key.startswith(prefix)
    }
    if options.env is None:
        if said:
            flag = next(iter(said)).replace("_", "-")
            raise UserError(f"--{'env-kwargs' if flag == 'kwargs' else flag} needs --env ID")
        return None
    return make_spec(f"gym:{options.env}", said)
