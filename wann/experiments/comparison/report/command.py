"""The commands that make the rows of each entry again."""

import shlex
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

from wann.config import MAKING_FLAGS, Making
from wann.errors import UserError
from wann.experiments.comparison.champion_files import champion_path, read_champion
from wann.experiments.comparison.contestants.make import DENSE, GROWN
from wann.experiments.comparison.labels import labels_of
from wann.experiments.comparison.plan import ComparisonPlan
from wann.formats.load import load_network
from wann.network.digest import network_digest

# Beside any contestant stand the champion and the dense parent, which this one name makes alone.
_MADE_ALONE = (GROWN, DENSE)


def commands_for(folder: Path, plan: ComparisonPlan) -> dict[str, str]:
    """Return the command that makes the rows of each entry, into a folder of its own.

    It is a call in Python where settings differ from the default ones that no flag sets. `folder`
    is that of the comparison with this plan, in which the champions lie.
    """
    paths = {label: _network_path(folder, plan, label) for label in plan.champions}
    return {entry: _command(paths, plan, entry) for entry in plan.entries}


def _command(paths: Mapping[str, str], plan: ComparisonPlan, entry: str) -> str:
    networks = [paths[label] for label in _labels(plan, entry)]
    contestant = None
    if plan.names:
        contestant = DENSE if entry in _MADE_ALONE else entry
    if _without_flags(plan.making):
        return _call(networks, contestant, plan)
    words = ["wann", "compare", *networks]
    if contestant is not None:
        words += ["--against", contestant, "--sizes", "0"]
    words += ["--task", plan.task, "--seeds", ",".join(map(str, plan.seeds))]
    for name in _changed(plan.making):
        words += _flags(name, getattr(plan.making, name))
    return shlex.join([*words, "--out", "FOLDER"])


def _labels(plan: ComparisonPlan, entry: str) -> list[str]:
    """Return the labels of the networks that the command names: two at least, or a contestant."""
    labels = list(plan.champions)
    if plan.names:
        return labels
    others = labels[1:2] if entry == plan.reference else [entry]
    return [plan.reference, *others]


def _network_path(folder: Path, plan: ComparisonPlan, label: str) -> str:
    """Return where a network of the comparison is from, if it still lies there under that label.

    Otherwise return where the comparison keeps it.
    """
    path = read_champion(folder, label).path
    assert path is not None
    kept = champion_path(folder, label)
    if labels_of([None], [path]) != [label]:
        return str(kept)
    try:
        loaded = load_network(path)
    except (UserError, OSError):
        return str(kept)
    same = network_digest(loaded.network, loaded.weights) == plan.champions[label]
    return str(path if same else kept)


def _changed(making: Making) -> list[str]:
    """Return the names of all settings that are not the default ones."""
    standard = Making()
    return [
        entry.name
        for entry in fields(Making)
        if getattr(making, entry.name) != getattr(standard, entry.name)
    ]


def _without_flags(making: Making) -> list[str]:
    return [name for name in _changed(making) if name not in MAKING_FLAGS]


def _flags(name: str, value: object) -> list[str]:
    if name == "measure" and isinstance(value, tuple):
        return [word for one in value for word in (f"--{name}", str(one))]
    text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return [f"--{name}", text]


def _call(networks: list[str], contestant: str | None, plan: ComparisonPlan) -> str:
    given: dict[str, object] = {"task": plan.task, "seeds": list(plan.seeds)}
    if contestant is not None:
        given = {"against": [contestant], "sizes": 0, **given}
    for name in _changed(plan.making):
        value = getattr(plan.making, name)
        given[name] = list(value) if isinstance(value, tuple) else value
    arguments = [repr(networks), *(f"{name}={value!r}" for name, value in given.items())]
    return f'wann.compare({", ".join(arguments)}, out="FOLDER")'
