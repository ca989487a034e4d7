"""Data sets of the user's own: an npz file, or a folder of four IDX files named as MNIST's."""

import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.datasets.dataset import Dataset, prepared
from wann.datasets.idx import parse_idx, read_bytes
from wann.datasets.images import Preparation
from wann.errors import UserError

ARRAYS = ("x_train", "y_train", "x_test", "y_test")
_MOST_CLASSES = 1000
_MOST_FEATURES = 65_536


def load_file(path: Path, preparation: Preparation) -> Dataset:
    """Return the data set at `path`, prepared as `preparation` says.

    UserError where it is missing or damaged, is no classification problem, or has no images to
    prepare.
    """
    if not path.exists():
        raise UserError(
            f"{path} does not exist: expected an npz file with {', '.join(ARRAYS)}, or IDX files "
            "in a folder"
        )
    parts = _read_folder(path) if path.is_dir() else _read_npz(path)
    arrays = dict(zip(ARRAYS, parts, strict=True))
    for part in ("train", "test"):
        _check_part(path, part, arrays[f"x_{part}"], arrays[f"y_{part}"])
    if arrays["x_train"].shape[1:] != arrays["x_test"].shape[1:]:
        raise UserError(
            f"{path}: training examples have shape {arrays['x_train'].shape[1:]}, test examples "
            f"{arrays['x_test'].shape[1:]}: they must be alike"
        )
    if (preparation.deskew or preparation.size) and arrays["x_train"].ndim != 3:
        raise UserError(
            f"{path}: deskew and size are for images (examples, height, width), got "
            f"{arrays['x_train'].shape}"
        )
    return prepared(path.stem, (parts[0], parts[1], parts[2], parts[3]), preparation)


def _read_npz(path: Path) -> list[NDArray[Any]]:
    expected = f"expected an npz file with {', '.join(ARRAYS)}"
    try:
        with path.open("rb") as opened:
            file = np.load(opened, allow_pickle=False)
            if isinstance(file, np.ndarray):
                raise UserError(f"{path}: {expected}, got a single array")
            missing = [name for name in ARRAYS if name not in file.files]
            if missing:
                raise UserError(
                    f"{path}: {', '.join(missing)} missing, found "
                    f"{', '.join(file.files) or 'nothing'}"
                )
            return [np.asarray(file[name]) for name in ARRAYS]
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise UserError(f"{path}: {expected}, {error}") from None


def _read_folder(path: Path) -> list[NDArray[Any]]:
    parts: list[NDArray[Any]] = []
    for part, kind in (
        ("train", "images"),
        ("train", "labels"),
        ("t10k", "images"),
        ("t10k", "labels"),
    ):
        stems = (part, "test") if part == "t10k" else (part,)
        found = [
            file
            for stem in stems
            for file in sorted(path.glob(f"{stem}-{kind}*"))
            if file.is_file()
        ]
        if not found:
            raise UserError(
                f"{path}: no {part}-{kind}... in it; expected four IDX files named as MNIST's, or "
                "an npz file"
            )
        parts.append(parse_idx(read_bytes(found[0]), found[0]))
    return parts


def _check_part(path: Path, part: str, x: NDArray[Any], y: NDArray[Any]) -> None:
    where = f"{path}: {part}ing examples" if part == "train" else f"{path}: test examples"
    if x.ndim < 2 or len(x) == 0 or x.dtype.kind not in "uifb":
        raise UserError(
            f"{where}: expected numbers of shape (examples, ...), got {x.dtype} {x.shape}"
        )
    if np.prod(x.shape[1:]) > _MOST_FEATURES:
        raise UserError(
            f"{where}: expected at most {_MOST_FEATURES} features, got {x.shape[1:]}: make them "
            "smaller"
        )
    if x.dtype.kind == "f" and not np.isfinite(x).all():
        raise UserError(
            f"{where}: expected finite numbers, got {np.count_nonzero(~np.isfinite(x))} that are "
            "not"
        )
    if y.shape != (len(x),) or y.dtype.kind not in "ui":
        raise UserError(
            f"{where}: expected {len(x)} whole numbers as labels, got {y.dtype} {y.shape}"
        )
    if int(y.min()) < 0 or int(y.max()) >= _MOST_CLASSES:
        raise UserError(
            f"{where}: expected labels from 0 to {_MOST_CLASSES - 1}, got {y.min()} to {y.max()}"
        )
