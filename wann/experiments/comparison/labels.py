"""The labels of the networks in a comparison, each of them fit for a folder's name.

A champion of a sweep is called after the sweep, the cell of its grid and its seed. Where two would
have one name, the folders that they lie in come before it, and where that is no help, a number
comes behind.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from wann.experiments.sweep.addresses import is_sweep
from wann.files import as_file_name, free_name
from wann.runs import filenames

_DEEPEST = 3  # folders that may come before a name
_RESERVED = re.compile(r"budget-\d+")  # what rows at a budget are called, which have no champion
_NO_NAME = "network"


def labels_of(given: Sequence[str | None], places: Sequence[Path | None]) -> list[str]:
    """Return a label for each network, all different.

    `given`: what the user calls it, None where that is not said; `places`: where it lies, None
    where it is in no file.
    """
    names = [[name] if name else _names(place) for name, place in zip(given, places, strict=True)]
    alike: dict[str, list[int]] = {}
    for index, some in enumerate(names):
        alike.setdefault(plain(some[0]), []).append(index)
    found = {
        index: name
        for indices in alike.values()
        for index, name in zip(indices, _told_apart([names[i] for i in indices]), strict=True)
    }
    labels: list[str] = []
    for index in range(len(names)):
        labels.append(free_name(plain(found[index]), labels.__contains__))
    return labels


def _told_apart(names: Sequence[Sequence[str]]) -> list[str]:
    """Return one of the `names` of each, with no more folders than tell them apart.

    These are the shortest ones where nothing does.
    """
    for depth in range(_DEEPEST + 1):
        chosen = [some[min(depth, len(some) - 1)] for some in names]
        if len(set(map(plain, chosen))) == len(chosen):
            return chosen
    return [some[0] for some in names]


def plain(name: str) -> str:
    """Return `name` with nothing in it that is not fit for a folder's name."""
    text = as_file_name(name, "-", ascii_only=True).strip("-.") or _NO_NAME
    return f"{text}-{_NO_NAME}" if _RESERVED.fullmatch(text) else text


def budget_label(budget: int) -> str:
    """Return what rows of that many connections are called which are made for no champion."""
    return f"budget-{budget}"


def _names(place: Path | None) -> list[str]:
    """Return what a network may be called after its place, with ever more folders before it."""
    if place is None:
        return [_NO_NAME]
    whole = place.resolve()
    run = whole.parent if whole.name == filenames.CHAMPION else whole
    name = run.name if run.is_dir() else run.stem
    above = run.parents
    if is_sweep(str(run.parent)):
        name, above = f"{run.parent.name}-{name}", run.parent.parents
    names = [name]
    for folder in above[:_DEEPEST]:
        if folder.name:
            names.append(f"{folder.name}-{names[-1]}")
    return names
