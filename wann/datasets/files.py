"""Data sets of the user's own: a table, an npz file, or a folder of IDX files named as MNIST's."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from wann.datasets.coded_table import TableOptions, load_table
from wann.datasets.coding import ArrayCoding, Coding, is_of_arrays
from wann.datasets.columns_of_arrays import from_columns
from wann.datasets.conversion import convert
from wann.datasets.dataset import Dataset, Parts, prepared
from wann.datasets.idx import parse_idx
from wann.datasets.images import Preparation
from wann.datasets.numerals import LARGEST_NUMBER
from wann.datasets.table import is_table
from wann.errors import UserError, in_one_line
from wann.machine.memory import largest_content
from wann.machine.npz import read_npz
from wann.machine.unpacking import read_unpacked

ARRAYS = ("x_train", "y_train", "x_test", "y_test")
_MOST_FEATURES = 65_536
_EXPECTED = f"a table (.csv, .tsv, .csv.gz) or an npz file with {', '.join(ARRAYS)}"


def load_file(path: Path, preparation: Preparation, options: TableOptions | None = None) -> Dataset:
    """Return the data set at `path`, prepared as `preparation` says.

    `options` say how a table is read. UserError where the file is missing or damaged, is no
    classification problem, has no images to prepare, or is no table to read as `options` say.
    """
    if not path.exists():
        raise UserError(f"{path} does not exist: expected {_EXPECTED}, or IDX files in a folder")
    if is_table(path) and not path.is_dir():
        if preparation != Preparation():
            raise UserError(f"{path}: deskew and size are for images, got a table")
        return load_table(path, options or TableOptions())
    known: ArrayCoding | Coding | None = None
    if options and (coding := options.coding):
        if is_of_arrays(json.loads(coding)):
            known = ArrayCoding.from_json(coding)
            options = options._replace(coding=None)
        else:  # the rest of what is known of that table says nothing of arrays
            known = Coding.from_json(coding)
            options = TableOptions(test_share=options.test_share, split_seed=options.split_seed)
    if options not in (None, TableOptions()):
        raise UserError(f"{path}: label, drop, test_share and split_seed are for tables")
    parts = _read_folder(path) if path.is_dir() else _read_npz(path)
    arrays = (parts[0], parts[1], parts[2], parts[3])
    return from_parts(path.stem, arrays, preparation, path, known)


def from_parts(
    name: str,
    parts: Parts,
    preparation: Preparation,
    origin: Path | str,
    known: ArrayCoding | Coding | None = None,
) -> Dataset:
    """Return the data set of four arrays.

    Args:
        name: that of the data set.
        parts: the arrays.
        preparation: how images are straightened and resized.
        origin: what messages name.
        known: scale and classes of the arrays that a network was made for, which then hold here,
            or the coding of such a table.

    Raises:
        UserError: the arrays are no data set.
    """
    arrays = dict(zip(ARRAYS, parts, strict=True))
    for part in ("train", "test"):
        _check_part(origin, part, arrays[f"x_{part}"], arrays[f"y_{part}"])
    if arrays["x_train"].shape[1:] != arrays["x_test"].shape[1:]:
        raise UserError(
            f"{origin}: training examples have shape {arrays['x_train'].shape[1:]}, test examples "
            f"{arrays['x_test'].shape[1:]}: they must be alike"
        )
    if (preparation.deskew or preparation.size) and arrays["x_train"].ndim != 3:
        raise UserError(
            f"{origin}: deskew and size are for images (examples, height, width), got "
            f"{arrays['x_train'].shape}"
        )
    if isinstance(known, Coding):
        return from_columns(name, parts, known, origin)
    return prepared(name, parts, preparation, origin, known)


def _read_npz(path: Path) -> list[NDArray[Any]]:
    expected = f"expected {_EXPECTED}"
    if (how := convert(path)) is not None:
        raise UserError(f"{path}: {expected}; {how}")
    try:
        with path.open("rb") as opened:
            if opened.read(6) == npy.MAGIC_PREFIX:
                raise UserError(f"{path}: {expected}, got a single array")
            found = read_npz(opened, ARRAYS, most=largest_content())
    except UserError:
        raise
    except KeyError as error:
        raise UserError(f"{path}: {error.args[0]}") from None
    except Exception as error:  # of many kinds, where the archive is damaged
        raise UserError(f"{path}: {expected}, {in_one_line(error)}") from None
    return list(found.values())


def _read_folder(path: Path) -> list[NDArray[Any]]:
    parts: list[NDArray[Any]] = []
    left = largest_content()
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
        content = read_unpacked(found[0], left)
        left -= len(content)
        parts.append(parse_idx(content, found[0]))
    return parts


def _check_part(path: Path | str, part: str, x: NDArray[Any], y: NDArray[Any]) -> None:
    where = f"{path}: {part}ing examples" if part == "train" else f"{path}: test examples"
    if x.ndim < 2 or x.size == 0 or x.dtype.kind not in "uifb":
        raise UserError(
            f"{where}: expected numbers of shape (examples, ...), got {x.dtype} {x.shape}"
        )
    if math.prod(x.shape[1:]) > _MOST_FEATURES:
        raise UserError(
            f"{where}: expected at most {_MOST_FEATURES} features, got {x.shape[1:]}: make them "
            "smaller"
        )
    if x.dtype.kind == "f" and not np.isfinite(x).all():
        raise UserError(
            f"{where}: expected finite numbers, got {np.count_nonzero(~np.isfinite(x))} that are "
            "not"
        )
    if x.dtype.kind == "f" and max(float(x.max()), -float(x.min())) > LARGEST_NUMBER:
        raise UserError(
            f"{where}: expected numbers within {LARGEST_NUMBER:g}, got some from {x.min():g} to "
            f"{x.max():g}: scale them"
        )
    if len(y.shape) < 1 or len(y) != len(x):
        raise UserError(f"{where}: expected {len(x)} labels, got {y.dtype} {y.shape}")
