"""Flags of the command line: what their texts become, those of the settings, those of a task of one's own."""

import argparse
import dataclasses
import json
import math
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from wann.config import SearchConfig, kind_of, make_config
from wann.errors import UserError
from wann.recipes import load_recipe, recipe_names

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
    group = parser.add_argument_group("settings", "Defaults are those of the recipe, then those shown here.")
    for entry in dataclasses.fields(SearchConfig):
        if entry.name in settings:
            add_setting(group, entry)


def what(options: argparse.Namespace) -> tuple[SearchConfig, str, dict[str, Any]]:
    """Return the settings that recipe and flags make, a name for the result, and the settings given as flags."""
    prefix = "setting_"
    given = {key.removeprefix(prefix): value for key, value in vars(options).items() if key.startswith(prefix)}
    options.task = given.get("task")
    spec = task_spec(options)
    if spec:
        given["task"] = spec
    if not (options.recipe or options.env or options.dataset):
        raise UserError(f"expected a recipe, --env ID or --dataset PATH; recipes are {', '.join(recipe_names())}")
    config = make_config(given, load_recipe(options.recipe or (_ENV_RECIPE if options.env else _DATA_RECIPE)))
    name = Path(options.recipe or options.dataset or (options.env or "task").replace("/", "-").replace(":", "-")).stem
    return config, name, given


def add_environment(parser: argparse.ArgumentParser) -> None:
    """Add --env and what goes with it."""
    group = parser.add_argument_group("environment", "Any environment of Gymnasium whose observations are numbers.")
    group.add_argument("--env", metavar="ID", help="Gymnasium id, or MODULE:ID of one's own")
    # In the order of the settings in a spec; those not given are not said.
    given = partial(group.add_argument, default=argparse.SUPPRESS)
    given("--env-kwargs", dest="env_kwargs", type=json_object, metavar="JSON", help="arguments of the environment")
    given("--backend", dest="env_backend", help="auto, gymnasium, envpool or jit (default: auto)")
    given("--normalise", dest="env_normalise", action="store_true", help="scale observations by what is seen at random")
    given("--max-steps", dest="env_max_steps", type=whole(1), help="steps after which an episode is cut")
    given("--on-error", dest="env_on_error", help="fail: stop; worst: such episodes count as failed (default: fail)")


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
    given("--size", dest="data_size", type=whole(1), help="resize images to so many pixels, both ways")


def add_tune(tune: argparse.ArgumentParser) -> None:
    """Add the settings of a tuning."""
    for name, kind, text in (
        ("weights", str, "shared or individual"),
        ("task", str, "task; default: the one the network was grown for"),
        ("seed", int, "the one seed: same seed, same bytes; default: 0"),
        ("generations", int, "generations of the search for individual weights; default: 1600"),
        ("population", int, "candidates of a race in a generation; default: 24"),
        ("races", int, "starts, halved again and again, doubled for each excerpt a task has; default: 32"),
        ("sigma", float, "standard deviation of a weight in the first generation; default: 0.7"),
        (
            "episodes",
            int,
            "episodes of a candidate while all races run, more when some are given up; default: 4",
        ),
        ("method", str, "auto, cma or gradient; default: auto"),
    ):
        tune.add_argument(f"--{name}", type=kind, default=argparse.SUPPRESS, metavar=name.upper(), help=text)
    tune.add_argument("--resume", action="store_true", help="the argument is the folder of a tuning: go on with it")
    tune.add_argument("--threads", type=whole(1), help="threads; default: every core")
    tune.add_argument("--out", type=Path, help="file; default: tuned-WEIGHTS.json in the run, or beside the network")


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
    group.add_argument("--out", metavar="PATH_OR_URL", help="default: runs/RECIPE-sweep, numbered if taken")


def add_sweeping(parser: argparse.ArgumentParser) -> None:
    """Add the flags that say how a sweep is run."""
    group = parser.add_argument_group("running", "These do not change the result.")
    group.add_argument("--checkpoint-seconds", type=seconds, default=10.0, help="work between two checkpoints of a run")
    add_workers(group)


def add_workers(group: Any) -> None:
    """Add --workers and --retries."""
    group.add_argument(
        "--workers", type=whole(1), metavar="N", help="searches of a sweep side by side; default: one for every core"
    )
    group.add_argument(
        "--retries", type=whole(0), default=2, metavar="N", help="how often a run of a sweep that failed is tried again"
    )


def task_spec(options: argparse.Namespace) -> str | None:
    """Return the spec that --env, --dataset or --task stand for, None where there is none of them."""
    own = {"--env": environment_spec(options), "--dataset": dataset_spec(options), "--task": options.task}
    given = {flag: spec for flag, spec in own.items() if spec}
    if len(given) > 1:
        raise UserError(f"{' and '.join(given)} all say what networks are scored on: give one of them")
    return next(iter(given.values()), None)


def dataset_spec(options: argparse.Namespace) -> str | None:
    """Return the spec that the flags of the data set stand for, None where there is no --dataset."""
    from wann.tasks import make_spec

    said = {key.removeprefix("data_"): value for key, value in vars(options).items() if key.startswith("data_")}
    if options.dataset is None:
        if said:
            raise UserError(f"--{next(iter(said))} needs --dataset PATH")
        return None
    return make_spec(f"data:{Path(options.dataset).expanduser().resolve()}", said)


def environment_spec(options: argparse.Namespace) -> str | None:
    """Return the spec that the flags of the environment stand for, None where there is no --env."""
    from wann.tasks import make_spec

    prefix = "env_"
    said = {key.removeprefix(prefix): value for key, value in vars(options).items() if key.startswith(prefix)}
    if options.env is None:
        if said:
            flag = next(iter(said)).replace("_", "-")
            raise UserError(f"--{'env-kwargs' if flag == 'kwargs' else flag} needs --env ID")
        return None
    return make_spec(f"gym:{options.env}", said)


def add_setting(parser: Any, entry: "dataclasses.Field[Any]") -> None:
    """Add the flag of one field of `SearchConfig`."""
    kind, several = kind_of(entry)
    default: Any = entry.default
    shown = ",".join(map(str, default)) if several else default
    text = entry.metadata["help"] + (
        f"; one of {', '.join(entry.metadata['choices'])}" if entry.metadata["choices"] else ""
    )
    several_text = "; separated by commas, as in --weights=-1,1" if several and kind is float else ""
    parser.add_argument(
        "--" + entry.name.replace("_", "-"),
        dest=f"setting_{entry.name}",
        metavar=kind.__name__.upper() + ("S" if several else ""),
        type=lambda text: _setting(entry, text),
        default=argparse.SUPPRESS,
        help=f"{text}{several_text} (default: {shown})".replace("%", "%%"),
    )


def parse_setting(entry: "dataclasses.Field[Any]", text: str) -> Any:
    """Return the value of a setting that `text` is; ValueError if it is of another type."""
    kind, several = kind_of(entry)
    try:
        return tuple(kind(item) for item in text.split(",")) if several else kind(text)
    except ValueError:
        noun = {int: "a whole number", float: "a number"}.get(kind, "text")
        raise ValueError(f"expected {noun}, got {text!r}") from None


def _setting(entry: "dataclasses.Field[Any]", text: str) -> Any:
    try:
        return parse_setting(entry, text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def json_object(text: str) -> dict[str, Any]:
    """Return the JSON object that `text` is."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise argparse.ArgumentTypeError(f'expected a JSON object such as {{"g": 9.81}}, {error}: {text!r}') from None
    if not isinstance(value, dict):
        raise argparse.ArgumentTypeError(f'expected a JSON object such as {{"g": 9.81}}, got {text!r}')
    return value


def whole(low: int) -> Callable[[str], int]:
    """Return what reads a whole number of at least `low`."""

    def parse(text: str) -> int:
        if not text.lstrip("+-").isdigit() or int(text) < low:
            raise argparse.ArgumentTypeError(f"expected a whole number of at least {low}, got {text!r}")
        return int(text)

    return parse


def seconds(text: str) -> float:
    """Return the seconds that `text` is, 0 or more."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"expected a number of seconds, 0 or more, got {text!r}")
    return value
