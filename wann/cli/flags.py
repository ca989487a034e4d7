"""Flags of the command line: what their texts become, those of the settings, those of a task of one's own."""

import argparse
import dataclasses
import json
import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wann.config import kind_of, parse_setting
from wann.errors import UserError

if TYPE_CHECKING:
    from wann.evaluators.ray.cluster import Place

_UNITS = {"K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}

_SETTING = "setting_"  # begins the destinations of settings


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


def add_cluster(parser: Any, workers: str = "--threads") -> None:
    """Add --ray and what goes with it; the flag `workers` says how many there are."""
    parser.add_argument(
        "--ray",
        nargs="?",
        const="auto",
        metavar="ADDRESS",
        help="work on Ray: HOST:6379, ray://HOST:10001, or without ADDRESS the Ray of this machine, started if need "
        f"be; {workers} is then the number of workers, by default as many as there are cores",
    )
    parser.add_argument(
        "--cpus-per-worker", type=positive, metavar="N", help="cores of a worker on Ray; default: 1"
    )
    parser.add_argument(
        "--memory-per-worker",
        type=memory,
        metavar="SIZE",
        help="memory of a worker on Ray: 500M, 2G",
    )


def cluster_place(options: argparse.Namespace, workers: int | None) -> "Place | None":
    """Return what --ray and its companions ask for, None where there is no --ray.

    UserError if nothing is there.

    `workers` is the most that are to run at once.
    """
    if options.ray is None:
        for flag in ("cpus_per_worker", "memory_per_worker"):
            if getattr(options, flag) is not None:
                raise UserError(f"--{flag.replace('_', '-')} needs --ray")
        return None
    from wann.evaluators.ray.cluster import Place, check_reachable

    if options.ray != "auto":
        check_reachable(options.ray)
    return Place(options.ray, options.cpus_per_worker or 1.0, options.memory_per_worker, workers)


def task_spec(options: argparse.Namespace) -> str | None:
    """Return the spec that --env, --dataset or --task stand for, None where there is none of them."""
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


def add_setting(parser: Any, entry: "dataclasses.Field[Any]") -> None:
    """Add the flag of one field of a `Settings`; `given_settings` reads it."""
    kind, several = kind_of(entry)
    default: Any = entry.default
    flag, destination = "--" + entry.name.replace("_", "-"), _SETTING + entry.name
    if kind is bool:
        switch, text = argparse.BooleanOptionalAction, entry.metadata["help"]
        parser.add_argument(
            flag, dest=destination, action=switch, default=argparse.SUPPRESS, help=text
        )
        return
    shown = entry.metadata["shown"]
    if shown is None:
        shown = ",".join(map(str, default)) if several else default
    text = entry.metadata["help"] + (
        f"; one of {', '.join(entry.metadata['choices'])}" if entry.metadata["choices"] else ""
    )
    several_text = (
        "; separated by commas, as in --weights=-1,1" if several and kind is float else ""
    )
    parser.add_argument(
        flag,
        dest=destination,
        metavar=kind.__name__.upper() + ("S" if several else ""),
        type=_reader(entry),
        default=argparse.SUPPRESS,
        help=(f"{text}{several_text}" + (f" (default: {shown})" if shown != "" else "")).replace(
            "%", "%%"
        ),
    )


def given_settings(options: argparse.Namespace) -> dict[str, Any]:
    """Return the settings whose flags were given, by name."""
    return {
        key.removeprefix(_SETTING): value
        for key, value in vars(options).items()
        if key.startswith(_SETTING)
    }


def _reader(entry: "dataclasses.Field[Any]") -> Callable[[str], Any]:
    """Return what reads the value of a setting from the text of its flag."""

    def read(text: str) -> Any:
        try:
            return parse_setting(entry, text)
        except UserError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return read


def json_object(text: str) -> dict[str, Any]:
    """Return the JSON object that `text` is."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise argparse.ArgumentTypeError(
            f'expected a JSON object such as {{"g": 9.81}}, {error}: {text!r}'
        ) from None
    if not isinstance(value, dict):
        raise argparse.ArgumentTypeError(
            f'expected a JSON object such as {{"g": 9.81}}, got {text!r}'
        )
    return value


def whole(low: int) -> Callable[[str], int]:
    """Return what reads a whole number of at least `low`."""

    def parse(text: str) -> int:
        if not text.lstrip("+-").isdigit() or int(text) < low:
            raise argparse.ArgumentTypeError(
                f"expected a whole number of at least {low}, got {text!r}"
            )
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


def positive(text: str) -> float:
    """Return the number above 0 that `text` is."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"expected a number above 0, got {text!r}")
    return value


def memory(text: str) -> int:
    """Return the bytes that `text` is: 500M, 2G, 1.5G."""
    number, unit = text[:-1], text[-1:].upper()
    try:
        value = float(number) * _UNITS[unit]
    except (ValueError, KeyError):
        value = math.nan
    if not 1 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"expected a size such as 500M or 2G, got {text!r}")
    return int(value)
