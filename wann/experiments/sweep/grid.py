"""The grid of a sweep: which settings have which alternatives, from texts and for tasks."""

import dataclasses
import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from wann.config import (
    DatasetSettings,
    EnvironmentSettings,
    SearchConfig,
    kind_of,
    parse_setting,
    values_of,
)
from wann.errors import UserError, in_short, unknown
from wann.tasks.named_settings import OF_DATASET, OF_ENVIRONMENT, TASK, with_named

_SWITCH = {"true": True, "false": False}
_QUOTES = "\"'"
# Settings of environments that are objects, or name code, stand in whole specs alone
_IN_SPECS = ("env_kwargs", "reset_options", "wrap", "encoder", "drop")


def _named(names: Mapping[str, str], kind: type[Any]) -> dict[str, "dataclasses.Field[Any]"]:
    entries = {entry.name: entry for entry in dataclasses.fields(kind)}
    return {name: entries[setting] for name, setting in names.items() if name not in _IN_SPECS}


_FIELDS = {entry.name: entry for entry in dataclasses.fields(SearchConfig)}
# Of what is scored on: these become alternatives of the task
OF_TASKS = _named(OF_ENVIRONMENT, EnvironmentSettings) | _named(OF_DATASET, DatasetSettings)


def check_name(name: str) -> None:
    """Raise UserError for what is no setting that a grid can hold."""
    if name == "seed":
        raise UserError("--grid: seeds are given by --seeds")
    if name in _IN_SPECS:
        raise UserError(
            f"--grid: {name} has no alternatives of its own: give whole tasks, such as "
            "'task=gym:A-v1,gym:A-v1 {\"kwargs\": {...}}'"
        )
    if name not in _FIELDS and name not in OF_TASKS:
        raise unknown("setting", name, [*_FIELDS, *OF_TASKS])


def plain_value(name: str, value: Any) -> Any:
    """Return a value of a setting of a task as plans have it: NumPy's numbers are plain ones."""
    kind = EnvironmentSettings if name in OF_ENVIRONMENT else DatasetSettings
    setting = OF_TASKS[name].name
    return values_of({setting: value}, kind)[setting]


def parse_grid(texts: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """Return the alternatives that texts such as `population=256,1024` give, by setting.

    Where a setting is itself several values, alternatives are separated by slashes:
    `weights=-1,1/-2,2`. What stands in quotes is not cut:
    `activations='soft = x / (1 + abs(x))'/tanh`.
    """
    grid: dict[str, tuple[Any, ...]] = {}
    for text in texts:
        name, equals, values = text.partition("=")
        name = name.strip().replace("-", "_")
        if not equals:
            raise UserError(
                f"--grid: expected NAME=VALUE,VALUE such as population=256,1024, got "
                f"{in_short(text)}"
            )
        check_name(name)
        if name in grid:
            raise UserError(f"--grid: {name} is given twice")
        grid[name] = _parse_values(name, values)
    return grid


def _parse_values(name: str, text: str) -> tuple[Any, ...]:
    entry = _FIELDS.get(name) or OF_TASKS[name]
    several = kind_of(entry)[1]
    parts = _split(name, text, "/" if several else ",")
    if not all(part.strip() for part in parts):
        raise UserError(f"--grid: {name} has an empty value in {in_short(text)}")
    try:
        values = tuple(_parse_value(entry, part.strip()) for part in parts)
    except UserError as error:
        cut = several and len(parts) > 1 and name == "activations"
        hint = "; a formula with a slash stands in quotes, as in 'x / 2'/tanh" if cut else ""
        raise UserError(f"--grid: {name}: {error}{hint}") from None
    twice = [value for value, count in Counter(values).items() if count > 1]
    if twice:
        raise UserError(f"--grid: {name} has the value {in_short(twice[0])} twice")
    return values


def _parse_value(entry: "dataclasses.Field[Any]", text: str) -> Any:
    if kind_of(entry)[0] is not bool:
        return parse_setting(entry, text)
    if text not in _SWITCH:
        raise UserError(f"expected true or false, got {in_short(text)}")
    return _SWITCH[text]


def _split(name: str, text: str, at: str) -> list[str]:
    """Split at a letter, but not in braces or quotes: a task may be a spec with settings.

    Quotes begin where a value does, and are left out.
    """
    depth, quote, parts = 0, "", [""]
    for letter in text:
        if quote:
            if letter == quote:
                quote = ""
            else:
                parts[-1] += letter
            continue
        if letter in _QUOTES and depth <= 0 and parts[-1].strip()[-1:] in ("", ","):
            quote = letter
            continue
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if letter == at and depth <= 0:
            parts.append("")
        else:
            parts[-1] += letter
    if quote:
        raise UserError(f"--grid: {name}: the quote {quote} is not closed in {in_short(text)}")
    return parts


class Composed(NamedTuple):
    """A grid of settings of searches, and what its tasks were composed of, if they were."""

    grid: Mapping[str, tuple[Any, ...]]
    parts: tuple[Mapping[str, Any], ...] = ()


def with_tasks(grid: Mapping[str, tuple[Any, ...]], task: str) -> Composed:
    """Return a grid in which settings of environments and data sets are alternatives of `task`.

    UserError where the grid names tasks besides, or `task` has no such settings.
    """
    named = [name for name in grid if name in OF_TASKS]
    if not named:
        return Composed(grid)
    if TASK in grid:
        raise UserError(
            f"--grid: task and {named[0]} both say what networks are scored on: put {named[0]} "
            "into the tasks, as in 'task=gym:A-v1 {\"max_steps\": 50}'"
        )
    parts = tuple(
        dict(zip(named, values, strict=True))
        for values in itertools.product(*(grid[name] for name in named))
    )
    tasks = tuple(_composed(task, part) for part in parts)
    found: dict[str, tuple[Any, ...]] = {}
    for name, values in grid.items():
        if name not in named:
            found[name] = values
        elif TASK not in found:
            found[TASK] = tasks
    return Composed(found, parts)


def _composed(task: str, part: Mapping[str, Any]) -> str:
    for names in (OF_ENVIRONMENT, OF_DATASET):
        given = {key: value for key, value in part.items() if key in names}
        task = with_named(task, given) if given else task
    return task


def check_parts(parts: Sequence[Mapping[str, Any]], tasks: Sequence[object]) -> None:
    """Raise UserError unless each task of a grid has its parts, all of the same settings."""
    names = [tuple(part) for part in parts]
    if len(parts) != len(tasks) or len(set(names)) != 1 or not set(names[0]) <= set(OF_TASKS):
        raise UserError("expected what each task of the grid was composed of: is it damaged?")
