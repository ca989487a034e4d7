"""What archives of arrays say of themselves is checked before they are unpacked."""

import io
import tracemalloc
import zipfile

import numpy as np
import pytest
from bomb_toys import npy_bytes, npz_bytes

from wann.machine.npz import read_npz

MOST = 2**20
GIGABYTE = 2**30


def read(content: bytes) -> dict[str, np.ndarray]:
    return read_npz(io.BytesIO(content), most=MOST)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_arrays_of_every_kind_come_as_numpy_reads_them(save) -> None:
    arrays = {
        "a": np.arange(12.0).reshape(3, 4),
        "b": np.asfortranarray(np.arange(6, dtype=">i2").reshape(2, 3)),
        "c": np.array(True),
        "d": np.zeros((0, 5)),
        "e": np.array(["ja", "nein"]),
        "f": np.zeros(2, dtype=[("x", "f4"), ("y", "i8")]),
    }
    file = io.BytesIO()
    save(file, **arrays)
    found = read(file.getvalue())
    assert found.keys() == arrays.keys()
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)


def of_python_objects() -> bytes:
    file = io.BytesIO()
    np.savez(file, a=np.array([{}], dtype=object))
    return file.getvalue()


BOMBS = {
    "zeros, packed a thousandfold": (npz_bytes({"a": npy_bytes((2**22,), bytes(2**22))}), "4 MiB"),
    "together": (
        npz_bytes({name: npy_bytes((2**19,), bytes(2**19)) for name in "abc"}),
        "1.5 MiB unpacked, expected at most 1 MiB$",
    ),
    "a header of what is not there": (npz_bytes({"a": npy_bytes((GIGABYTE,), b"")}), "is damaged"),
    "a product beyond 64 bits": (npz_bytes({"a": npy_bytes((2**32, 2**32), b"")}), "is damaged"),
    "no bytes for each of many": (
        npz_bytes({"a": npy_bytes((2**40,), b"", "|S0")}),
        "has the type",
    ),
    "a negative size": (npz_bytes({"a": npy_bytes((-1, -7), bytes(7))}), "has the shape"),
    "a long header": (
        npz_bytes({"a": npy_bytes((1,), b"x", length=2**24)}),
        "a header of 16777216 bytes, expected at most 4096$",
    ),
    "Python objects": (of_python_objects(), "has the type object"),
    "a size that lies, below": (
        npz_bytes({"a": npy_bytes((2**22,), bytes(2**22))}, {"a": 200}),
        "Bad CRC-32",
    ),
    "a size that lies, above": (
        npz_bytes({"a": npy_bytes((8,), bytes(8))}, {"a": GIGABYTE}),
        "is damaged",
    ),
    "no array": (npz_bytes({"a": b"text"}), "magic string"),
    "cut off": (npz_bytes({"a": npy_bytes((8,), b"1")})[:60], "not a zip file"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_before_they_are_unpacked(name: str) -> None:
    content, message = BOMBS[name]
    tracemalloc.start()
    try:
        with pytest.raises((ValueError, zipfile.BadZipFile, EOFError), match=message):
            read(content)
        assert tracemalloc.get_traced_memory()[1] < MOST + 2**19
    finally:
        tracemalloc.stop()


def test_what_is_missing_is_named() -> None:
    with pytest.raises(KeyError, match="y, z missing, found a, b"):
        read_npz(io.BytesIO(npz_bytes({"a": b"", "b": b""})), ["a", "y", "z"], most=MOST)
