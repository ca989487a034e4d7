"""Classification tasks by name, and for data sets of the user's own.

A process reads a data set once.
"""

from functools import cache
from pathlib import Path
from typing import Any

from wann.config import FLOOR, LARGEST_SIZE, DatasetSettings
from wann.datasets.dataset import Dataset
from wann.datasets.files import load_file
from wann.datasets.images import Preparation
from wann.datasets.registry import load_dataset
from wann.errors import UserError, in_short, unknown
from wann.tasks.classify import Classification
from wann.tasks.spec import Settings
from wann.tasks.task import Task

_SETTINGS = ("deskew", "size", "floor")


def classification(name: str, dataset: str, fixed: Settings, settings: Settings) -> Task:
    """Return the task called `name` on a data set of the package.

    The data are prepared as `fixed` says, where `settings` do not say otherwise.
    """
    _check(name, settings)
    given = {**fixed, **settings}
    return Classification(
        _load(dataset, _preparation(given)),
        name,
        tuple(sorted(settings.items())),
        float(given.get("floor", FLOOR)),
    )


def own_classification(path: str, settings: Settings) -> Task:
    """Return the task of the data set at `path`, an npz file or a folder of IDX files."""
    _check(f"data:{path}", settings)
    dataset = _load_own(str(Path(path).expanduser()), _preparation(settings))
    return Classification(
        dataset,
        f"data:{path}",
        tuple(sorted(settings.items())),
        float(settings.get("floor", FLOOR)),
    )


def _check(name: str, settings: Settings) -> None:
    for key, value in settings.items():
        if key not in _SETTINGS:
            raise unknown(f"setting of {name}", key, _SETTINGS)
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


@cache
def _load(dataset: str, preparation: Preparation) -> Dataset:
    return load_dataset(dataset, preparation)


@cache
def _load_own(path: str, preparation: Preparation) -> Any:
    return load_file(Path(path), preparation)
