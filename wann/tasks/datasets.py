"""Classification tasks by name, and for data sets of the user's own.

A process reads a data set once.
"""

import dataclasses
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from wann import own
from wann.config import FLOOR, LARGEST_SIZE, DatasetSettings, TableSettings
from wann.config.own_data import SHA256
from wann.datasets.coded_table import FURTHER_SETTINGS, TableOptions, options_of
from wann.datasets.coding import ArrayCoding, Coding, is_of_arrays
from wann.datasets.dataset import Dataset
from wann.datasets.files import load_file
from wann.datasets.images import Preparation
from wann.datasets.registry import DATASETS, load_dataset
from wann.datasets.table import is_table
from wann.errors import UserError, in_short, unknown
from wann.files import sha256
from wann.machine.home import expanded
from wann.tasks.classify import Classification
from wann.tasks.spec import Settings, make_spec, parse_spec
from wann.tasks.task import Task

_SETTINGS = ("deskew", "size", "floor")
TABLE_SETTINGS = (*(entry.name for entry in dataclasses.fields(TableSettings)), *FURTHER_SETTINGS)

# What a network's table has in common with the others that the network is given.
_ALIKE = ("label", "drop", "coding", "header")
_ALIKE_ARRAYS = ("deskew", "size", "coding")


def classification(name: str, dataset: str, fixed: Settings, settings: Settings) -> Task:
    """Return the task called `name` on a data set of the package.

    The data are prepared as `fixed` says, where `settings` do not say otherwise.
    """
    return Classification(
        _load(dataset, preparation_of(name, fixed, settings)),
        name,
        tuple(sorted(settings.items())),
        float({**fixed, **settings}.get("floor", FLOOR)),
    )


def preparation_of(name: str, fixed: Settings, settings: Settings) -> Preparation:
    """Return how images are prepared for the task called `name`, without reading any.

    `fixed` holds where `settings` do not say otherwise. UserError for a setting that no such task
    has, and for a value that it cannot have.
    """
    _check(name, settings)
    return _preparation({**fixed, **settings})


def own_classification(path: str, settings: Settings) -> Task:
    """Return the task of the data set at `path`: a table, an npz file or a folder of IDX files.

    It may also be `module:function`, which returns the data set.
    """
    of_table = {key: value for key, value in settings.items() if key in TABLE_SETTINGS}
    others = {key: value for key, value in settings.items() if key not in (*of_table, SHA256)}
    _check(f"data:{path}", others, TABLE_SETTINGS)
    if own.is_name(path):
        DATASETS.find(path)  # data of another session are said to be gone, whatever is set of them
        known = _coding_in(of_table.pop("coding", None))
        if isinstance(known, Coding):  # the rest of what is known of that table says nothing here
            of_table = {key: of_table[key] for key in of_table if key not in (*_ALIKE, "whole")}
        if of_table:
            raise UserError(f"{path}: {', '.join(of_table)} are for tables")
        dataset = _load(path, _preparation(others), known)
    else:
        whole = expanded(path, "the data set")
        _check_content(whole, _stamp(whole), settings.get(SHA256))
        dataset = _load_own(str(whole), _stamp(whole), _preparation(others), options_of(of_table))
    task = Classification(
        dataset,
        f"data:{path}",
        tuple(sorted(settings.items())),
        float(settings.get("floor", FLOOR)),
    )
    if not settings.get("whole"):  # else nothing is trained on them
        task.check_parts()
    return task


def coded_alike(spec: str, known: str | None, scored_whole: bool = False) -> str:
    """Return the spec of a data set with the coding of the one that a network was made for.

    `known` is the spec of the network's task, with that coding in it. Columns then reach the same
    inputs in the same scale, and classes the same outputs. Other specs are returned as they are.
    With `scored_whole` all rows of another table are for the test, unless a share is asked for.
    """
    name, settings = parse_spec(spec)
    old, of_network = parse_spec(known) if known else ("", {})
    if not (name.startswith("data:") and old.startswith("data:") and "coding" in of_network):
        return spec
    alike = _ALIKE_ARRAYS if is_of_arrays(of_network["coding"]) else _ALIKE
    kept = {key: value for key, value in of_network.items() if key in alike}
    splits = alike is _ALIKE or is_table(Path(name.removeprefix("data:")))
    if scored_whole and splits and "test_share" not in settings and not _are_one(name, old):
        kept["whole"] = True
    return make_spec(name, {**kept, **settings})


def array_coding_of(task: Task) -> dict[str, Any] | None:
    """Return the scale and the classes of arrays of the user's own, None of any other task."""
    if not isinstance(task, Classification) or not task.source.startswith("data:"):
        return None
    data = task.dataset
    if data.coding is not None or data.scaled_from is None or data.class_names is None:
        return None
    return ArrayCoding(*data.scaled_from, data.class_names).to_json()


def with_array_coding(spec: str | None, coding: object) -> str | None:
    """Return the spec of a network's task with the coding that stands in the file of the network.

    None, and specs that have one or are of no data, are returned as they are.
    """
    name, settings = parse_spec(spec) if spec else ("", {})
    if not name.startswith("data:") or "coding" in settings or not is_of_arrays(coding):
        return spec
    return make_spec(name, {**settings, "coding": coding})


def _coding_in(coding: object) -> ArrayCoding | Coding | None:
    """Return the coding of arrays or of a table that stands in a spec."""
    if coding is None:
        return None
    kind = ArrayCoding if is_of_arrays(coding) else Coding
    return kind.from_json(json.dumps(coding))


def _are_one(name: str, other: str) -> bool:
    """Whether two names of tables are of one file; what has no path is another than all others."""
    one, two = (expanded(text.removeprefix("data:"), "the data set") for text in (name, other))
    return one.resolve() == two.resolve()


def _check(name: str, settings: Settings, further: Sequence[str] = ()) -> None:
    for key, value in settings.items():
        if key not in _SETTINGS:
            raise unknown(f"setting of {name}", key, [*_SETTINGS, *further])
        fits = {
            "deskew": isinstance(value, bool),
            "size": type(value) is int and 1 <= value <= LARGEST_SIZE,
            "floor": isinstance(value, int | float)
            and not isinstance(value, bool)
            and -1e6 <= value < 0,
        }
        if not fits[key]:
            wanted = {
                "deskew": "true or false",
                "size": f"1 to {LARGEST_SIZE}",
                "floor": "a number from -1e6 to below 0",
            }
            raise UserError(f"task {name!r}: {key} must be {wanted[key]}, got {in_short(value)}")


def _preparation(settings: Settings) -> Preparation:
    deskew = bool(settings.get("deskew", DatasetSettings.deskew))
    return Preparation(deskew, settings.get("size", DatasetSettings.size))


def _load(
    dataset: str, preparation: Preparation, known: ArrayCoding | Coding | None = None
) -> Dataset:
    return _loaded(dataset, own.Same(DATASETS.find(dataset)), preparation, known)


@cache
def _loaded(
    dataset: str, function: own.Same, preparation: Preparation, known: ArrayCoding | Coding | None
) -> Dataset:
    """Return a data set; a function that is defined anew under an old name is called anew."""
    return load_dataset(dataset, preparation, known)


@cache
def _load_own(path: str, stamp: object, preparation: Preparation, options: TableOptions) -> Dataset:
    return load_file(Path(path), preparation, options)


@cache
def _check_content(path: Path, stamp: object, listed: str | None) -> None:
    """Raise UserError where a file is not the one whose SHA-256 is listed, if one is."""
    if listed is None:
        return
    if not path.is_file():
        raise UserError(
            f"{path} does not exist: the data of a search that was given arrays or a table lie in "
            "its folder; put them there, or give --dataset"
        )
    if sha256(path.read_bytes()) != listed:
        raise UserError(
            f"{path} holds other data than those that this was made of: put them back, or give "
            "--dataset"
        )


def _stamp(path: Path) -> tuple[tuple[int, int, int], ...]:
    """Return what tells a file, or those in a folder, from others that lay there before."""
    try:
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        stats = [file.stat() for file in files]
    except OSError:  # whoever reads it says so
        return ()
    return tuple((stat.st_ino, stat.st_size, stat.st_mtime_ns) for stat in stats)
