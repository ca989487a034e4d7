"""Flags of single commands: what is searched, how a network is tuned, what a sweep runs and how."""

import argparse
import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wann.cli.flags import (
    add_cluster,
    add_dataset,
    add_environment,
    add_setting,
    given_settings,
    seconds,
    task_spec,
    whole,
)
from wann.config import SearchConfig, TuneConfig, make_config
from wann.errors import UserError
from wann.experiments.growing.recipes import load_recipe, recipe_names

# The recipes of `--env ID` and `--dataset PATH`.
_ENV_RECIPE, _DATA_RECIPE = "environment", "dataset"


def add_what(parser: argparse.ArgumentParser, settings: Sequence[str]) -> None:
    """Add the recipe, or what stands in its place, and the flags of `settings`."""
    parser.add_argument(
        "recipe",
        nargs="?",
        help=f"one of {', '.join(recipe_names())}, or the path of a TOML file; with --env: {_ENV_RECIPE}",
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
    """Return the settings that recipe and flags make, a name for the result, and the settings given as flags."""
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
    config = make_config(
        given, load_recipe(options.recipe or (_ENV_RECIPE if options.env else _DATA_RECIPE))
    )
    name = Path(
        options.recipe
        or options.dataset
        or (options.env or "task").replace("/", "-").replace(":", "-")
    ).stem
    return config, name, given


def add_tune(tune: argparse.ArgumentParser) -> None:
    """Add the settings of a tuning."""
    settings = tune.add_argument_group("settings")
    for entry in dataclasses.fields(TuneConfig):
        add_setting(settings, entry)
    tune.add_argument(
        "--resume",
        action="store_true",
        help="the argument is the folder of a tuning: go on with it",
    )
    tune.add_argument("--threads", type=whole(1), help="threads; default: every core")
    tune.add_argument(
        "--out",
        type=Path,
        help="file; default: tuned-WEIGHTS.json in the run, or beside the network",
    )


def add_sweep(parser: argparse.ArgumentParser) -> None:
    """Add the flags that say what a sweep runs."""
    group = parser.add_argument_group("sweep", "Every combination of the grid, for every seed.")
    group.add_argument("--seeds", required=True, metavar="SEEDS", help="such as 0-4,7")
    group.add_argument(
        "--grid",
        nargs="+",
        metavar="NAME=VALUES",
        help="settings with alternatives, separated by commas, such as population=256,1024 ranking=nsga2,lexicase; "
        "by slashes where a setting is itself several values, such as weights=-1,1/-2,2",
    )
    group.add_argument(
        "--evaluate",
        type=whole(0),
        metavar="SEED",
        help="measure each champion on fresh episodes, as `wann evaluate RUN --seed SEED` does, and compare by that",
    )
    group.add_argument(
        "--out", metavar="PATH_OR_URL", help="default: runs/RECIPE-sweep, numbered if taken"
    )


def add_sweeping(parser: argparse.ArgumentParser) -> None:
    """Add the flags that say how a sweep is run."""
    group = parser.add_argument_group("running", "These do not change the result.")
    group.add_argument(
        "--checkpoint-seconds",
        type=seconds,
        default=10.0,
        help="work between two checkpoints of a run",
    )
    add_workers(group)
    add_cluster(group, "--workers")


def add_workers(group: Any, retries: int = 2) -> None:
    """Add --workers and --retries, whose default is told as `retries`."""
    group.add_argument(
        "--workers",
        type=whole(1),
        metavar="N",
        help="searches or trainings side by side; default: one for every core",
    )
    group.add_argument(
        "--retries",
        type=whole(0),
        metavar="N",
        help=f"how often one that failed is tried again; default: {retries}",
    )
