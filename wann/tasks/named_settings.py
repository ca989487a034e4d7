"""The task of a recipe, where that names an environment or a data set as flags do.

`env = "CartPole-v1"` and `max_steps = 50` then stand for `task = 'gym:CartPole-v1 {"max_steps":
50}'`. Nothing is imported or read.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

from wann.config import DatasetSettings, EnvironmentSettings, Settings, make_config
from wann.errors import UserError, in_short
from wann.tasks.spec import data_name, make_spec, parse_spec

ENV, DATASET, TASK = "env", "dataset", "task"
_FLAGGED = {
    kind: {
        (entry.metadata["flag"] or entry.name).replace("-", "_"): entry.name
        for entry in dataclasses.fields(kind)
    }
    for kind in (EnvironmentSettings, DatasetSettings)
}
# Names of flags, with underscores, and what the settings are called in specs
OF_ENVIRONMENT, OF_DATASET = _FLAGGED[EnvironmentSettings], _FLAGGED[DatasetSettings]
_NAMES = {ENV, DATASET, *OF_ENVIRONMENT, *OF_DATASET}


def with_task(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings of a search whose task is composed of all that says what is scored on.

    Where nothing but `task` says it, all are returned as they are. UserError where several things
    say it, or settings are there without what they are of.
    """
    others = {name: value for name, value in given.items() if name not in _NAMES}
    if len(others) == len(given):
        return others
    said = [name for name in (ENV, DATASET, TASK) if name in given]
    if len(said) > 1:
        raise UserError(
            f"{' and '.join(said)} all say what networks are scored on: give one of them"
        )
    for name in (ENV, DATASET):
        if name in given and not isinstance(given[name], str):
            raise UserError(f"{name}: expected a text, got {in_short(given[name])}")
    of_environment = {key: given[key] for key in OF_ENVIRONMENT if key in given}
    of_dataset = {key: given[key] for key in OF_DATASET if key in given}
    spec = given.get(TASK)
    if ENV in given:
        spec = f"gym:{given[ENV]}"
    elif DATASET in given:
        spec = data_name(given[DATASET])
    if of_environment:
        spec = with_named(spec, of_environment)
    if of_dataset:
        spec = with_named(spec, of_dataset)
    return {**others, TASK: spec}


def with_named(spec: object, given: Mapping[str, Any]) -> str:
    """Return the spec of a task with settings in place of its own, by the names of their flags.

    These are all of environments, or all of data sets. UserError where the task is neither, or a
    setting is out of bounds.
    """
    first = next(iter(given))
    names, kind, family, needed = (
        (OF_ENVIRONMENT, EnvironmentSettings, "gym:", "env, the id of an environment")
        if first in OF_ENVIRONMENT
        else (OF_DATASET, DatasetSettings, "data:", "dataset, the path of a data set")
    )
    if not isinstance(spec, str) or not spec.startswith(family):
        raise UserError(f"{first} needs {needed}, or a task {family}... in its place")
    name, settings = parse_spec(spec)
    return make_spec(name, settings | _plain_settings(given, names, kind))


def _plain_settings(
    given: Mapping[str, Any], names: Mapping[str, str], kind: type[Settings]
) -> dict[str, Any]:
    """Return settings as specs have them, by the names that they have there."""
    found = {names[key]: value for key, value in given.items()}
    make_config(found, kind())  # refuses what is out of bounds
    return {key: list(value) if isinstance(value, tuple) else value for key, value in found.items()}
