"""Small data sets in files."""

import struct
from pathlib import Path

import numpy as np

_CODES = {"u1": 8, "i1": 9, "i2": 11, "i4": 12, "f4": 13, "f8": 14}


def idx_bytes(array: np.ndarray) -> bytes:
    """Return `array` in the IDX format."""
    head = struct.pack(
        f">BBBB{array.ndim}I", 0, 0, _CODES[array.dtype.str[1:]], array.ndim, *array.shape
    )
    return head + array.astype(array.dtype.newbyteorder(">")).tobytes()


def write_idx(folder: Path, x_train, y_train, x_test, y_test) -> None:
    parts = {
        "train-images": x_train,
        "train-labels": y_train,
        "t10k-images": x_test,
        "t10k-labels": y_test,
    }
    for name, array in parts.items():
        (folder / f"{name}-idx{array.ndim}-ubyte").write_bytes(idx_bytes(array))


def write_npz(
    path: Path, examples: int = 30, features: int = 6, classes: int = 3, seed: int = 0
) -> Path:
    """Write a problem that a linear classifier solves: each class has features of its own."""
    rng = np.random.default_rng(seed)
    parts = {}
    for part, count in (("train", examples), ("test", examples // 3 - 1)):
        y = np.arange(count) % classes
        x = rng.random((count, features)) * 0.5
        for i in range(features):
            x[:, i] += (y == i % classes) * 0.5
        parts[f"x_{part}"], parts[f"y_{part}"] = x, y
    np.savez(path, **parts)
    return path


def flowers(rows: int = 90, seed: int = 0) -> list[list[str]]:
    """Return a header and rows of a table in which two lengths tell three kinds apart."""
    rng = np.random.default_rng(seed)
    table = [["length", "width", "kind"]]
    for row in range(rows):
        kind = row % 3
        length, width = (
            rng.normal([1.5, 4.5, 5.5][kind], 0.2),
            rng.normal([0.2, 1.4, 2.1][kind], 0.1),
        )
        table.append([f"{length:.2f}", f"{width:.2f}", ("bellis", "carex", "iris")[kind]])
    return table


def write_table(path: Path, table: list[list[str]], separator: str = ",") -> Path:
    """Write the cells of a table as they are."""
    path.write_text("".join(separator.join(row) + "\n" for row in table), encoding="utf-8")
    return path
