"""Whole numbers beyond 2^53 are refused where they would become one, and taken elsewhere."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wann.datasets.coded_table import TableOptions, load_table
from wann.datasets.dataset import Dataset
from wann.datasets.files import ARRAYS, load_file
from wann.datasets.images import Preparation
from wann.errors import UserError

ROWS = np.arange(40)
Y = ROWS % 2
BIG = 2**53

MERGED: dict[str, list[int]] = {
    "all become one": (BIG + Y).tolist(),
    "some become one": (BIG + ROWS % 7).tolist(),
    "negative": (-BIG - ROWS % 3).tolist(),
    "beyond 64 bits": [10**30 + int(row) for row in ROWS],
}
KEPT: dict[str, list[int]] = {
    "small": (BIG - 8 + ROWS % 7).tolist(),
    "as floats are": (BIG + 2 * (ROWS % 7)).tolist(),
    "far apart": [int(row) * 10**17 + 1 for row in ROWS],
    "moments of a day": (1_700_000_000_000_000_001 + ROWS * 2_160_000_000_001).tolist(),
}


def table(path: Path, cells: list[Any], y: Any = Y, **options: Any) -> Dataset:
    rows = (f"{cell},{other},{label}" for cell, other, label in zip(cells, ROWS, y, strict=True))
    path.write_text("a,b,s\n" + "\n".join(rows) + "\n")
    return load_table(path, TableOptions(label="s", **options))


def different(found: Dataset) -> int:
    """Return how many numbers a column has; ends that are in the test alone are clipped."""
    return len(np.unique(np.concatenate([found.x_train[:, 0], found.x_test[:, 0]])))


@pytest.mark.parametrize("name", MERGED)
def test_what_would_become_one_is_refused(name: str, tmp_path: Path) -> None:
    cells = MERGED[name]
    with pytest.raises(
        UserError, match=r"column 'a': whole numbers beyond 2\^53, such as"
    ) as raised:
        table(tmp_path / "t.csv", cells)
    assert f"subtract the least of them, {min(cells)}, from all beforehand" in str(raised.value)
    less = table(tmp_path / "t.csv", [cell - min(cells) for cell in cells])
    assert different(less) >= len(set(cells)) - 2
    assert table(tmp_path / "t.csv", cells, drop=("a",)).feature_names == ("b",)


@pytest.mark.parametrize("name", KEPT)
def test_other_large_numbers_are_taken(name: str, tmp_path: Path) -> None:
    cells = KEPT[name]
    found = table(tmp_path / "t.csv", cells)
    assert different(found) >= len(set(cells)) - 2


@pytest.mark.parametrize("cells", [[BIG + 1] * 40, [f"{BIG + 1}.0", f"{BIG + 2}.0"] * 20])
def test_a_column_that_is_alike_or_of_floats_is_as_before(cells: Any, tmp_path: Path) -> None:
    found = table(tmp_path / "t.csv", cells)
    assert "b" in (found.feature_names or ())


def test_new_rows_are_held_against_the_scale_that_is_known(tmp_path: Path) -> None:
    near = table(tmp_path / "t.csv", KEPT["as floats are"])
    with pytest.raises(UserError, match=r"column 'a': whole numbers beyond 2\^53"):
        table(tmp_path / "t.csv", MERGED["some become one"], coding=near.coding)
    far = table(tmp_path / "t.csv", KEPT["far apart"])
    table(tmp_path / "t.csv", MERGED["some become one"], coding=far.coding)
    table(tmp_path / "t.csv", [10**30 + 1] * 39 + [BIG], coding=near.coding)  # beyond: it is 1


@pytest.mark.parametrize("kind", [np.int64, np.uint64])
def test_arrays_are_held_to_the_same(kind: Any, tmp_path: Path) -> None:
    path = tmp_path / "own.npz"
    for cells, refused in ((MERGED["some become one"], True), (KEPT["far apart"], False)):
        x = np.array(cells, dtype=kind)[:, None]
        np.savez(path, **dict(zip(ARRAYS, (x, Y, x, Y), strict=True)))
        if refused:
            with pytest.raises(UserError, match=r"own.npz: whole numbers beyond 2\^53, such as"):
                load_file(path, Preparation())
        else:
            assert len(np.unique(load_file(path, Preparation()).x_train)) == 40
