"""Gzipped files are read up to a limit, whatever they say of their size."""

import gzip
import tracemalloc
from pathlib import Path

import pytest
from bomb_toys import gzip_bomb

from wann.errors import UserError
from wann.machine.unpacking import read_unpacked, unpacked

SMALL = 2**20


@pytest.fixture(autouse=True)
def little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wann.machine.unpacking.largest_content", lambda: SMALL)


@pytest.mark.parametrize("content", [b"", b"x", bytes(SMALL)])
def test_content_comes_as_it_is_packed_or_not(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    for stored in (content, gzip.compress(content)):
        path.write_bytes(stored)
        assert read_unpacked(path) == content
    assert unpacked(gzip.compress(content), "there") == content


@pytest.mark.parametrize(
    "stored",
    [
        pytest.param(gzip_bomb(2**26), id="a size that lies"),
        pytest.param(gzip.compress(bytes(2**19)) * 9, id="in many members"),
        pytest.param(bytes(SMALL + 1), id="not packed"),
    ],
)
def test_a_bomb_is_refused_within_the_limit(stored: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(stored)
    tracemalloc.start()
    try:
        with pytest.raises(UserError, match=r"bomb: expected at most 1 MiB unpacked .* got more"):
            read_unpacked(path)
        assert tracemalloc.get_traced_memory()[1] < 4 * SMALL
    finally:
        tracemalloc.stop()
    if stored[:2] == b"\x1f\x8b":
        with pytest.raises(UserError, match="there: expected at most 1 MiB"):
            unpacked(stored, "there")


def test_a_nested_bomb_is_unpacked_once(tmp_path: Path) -> None:
    inner = gzip_bomb(2**24)
    path = tmp_path / "nested"
    path.write_bytes(gzip.compress(inner))
    assert read_unpacked(path) == inner


@pytest.mark.parametrize(
    "stored",
    [gzip.compress(b"abc", mtime=0)[:-9], b"\x1f\x8bx", b"\x1f\x8b"],
    ids=["cut off", "no header", "two bytes"],
)
def test_what_is_damaged_is_said(stored: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(stored)
    with pytest.raises(UserError, match="damaged or cut off"):
        read_unpacked(path)


def test_a_limit_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert read_unpacked(path, 5) == b"12345"
    with pytest.raises(UserError, match="at most 4 bytes"):
        read_unpacked(path, 4)
