"""CIFAR-10: the real loader on a small archive of the same form."""

import hashlib
import io
import tarfile
from pathlib import Path

import numpy as np
import pytest

from wann.datasets import cifar10, registry
from wann.datasets.cifar10 import CIFAR_10, CIFAR_CLASSES, Archive, load_archive
from wann.datasets.idx_files import cache_folder
from wann.datasets.images import Preparation
from wann.errors import UserError

NAMES = [*(f"data_batch_{k}.bin" for k in range(1, 6)), "test_batch.bin"]
EACH = 4
chance = np.random.default_rng(0)
IMAGES = chance.integers(0, 256, (len(NAMES), EACH, 3, 32, 32)).astype("u1")
LABELS = (np.arange(len(NAMES) * EACH) % 10).astype("u1").reshape(len(NAMES), EACH)


def packed(names: list[str], short: int = 0) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, images, labels in zip(names, IMAGES, LABELS, strict=False):
            rows = np.concatenate([labels[:, None], images.reshape(EACH, -1)], 1).tobytes()
            entry = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            entry.size = len(rows) - short
            archive.addfile(entry, io.BytesIO(rows[: entry.size]))
    return buffer.getvalue()


def given(folder: Path, content: bytes) -> Archive:
    """Return where the archive is sought, with `content` on a mirror."""
    (folder / "mirror").mkdir()
    (folder / "mirror" / "cifar-10-binary.tar.gz").write_bytes(content)
    files = CIFAR_10.files._replace(mirrors=((folder / "mirror").as_uri() + "/",))
    return Archive(files, hashlib.md5(content).hexdigest(), EACH)


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("WANN_DATA", raising=False)


def test_it_is_fetched_once_and_read_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = given(tmp_path, packed(NAMES))
    for _ in range(2):
        x_train, y_train, x_test, y_test = load_archive(archive)
        np.testing.assert_array_equal(x_train, IMAGES[:5].reshape(-1, 3, 32, 32))
        np.testing.assert_array_equal(y_train, LABELS[:5].ravel())
        np.testing.assert_array_equal(x_test, IMAGES[5])
        np.testing.assert_array_equal(y_test, LABELS[5])
        (tmp_path / "mirror").rename(tmp_path / "gone") if (tmp_path / "mirror").exists() else None
    assert "fetching cifar-10-binary" in capsys.readouterr().err
    assert [file.name for file in cache_folder(archive.files).iterdir()] == [
        "cifar-10-binary.tar.gz"
    ]


def test_it_is_found_where_the_variable_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = given(tmp_path, packed(NAMES))
    (tmp_path / "mirror").rename(tmp_path / "cifar10")
    monkeypatch.setenv("WANN_DATA", str(tmp_path))
    assert load_archive(archive)[0].shape == (20, 3, 32, 32)
    with pytest.raises(UserError, match=r"expected CIFAR-10 as cifar-10-binary.tar.gz with MD5"):
        load_archive(archive._replace(digest="0" * 32))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (packed(NAMES[:-1]), "test_batch.bin.*not found"),
        (packed(NAMES, short=5), "data_batch_1.bin has 12287 bytes: expected 12292"),
        (packed(NAMES)[:-3000], "the archive is damaged"),
        (b"no archive", "the archive is damaged"),
    ],
)
def test_a_damaged_archive_is_one_line(content: bytes, words: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=words) as error:
        load_archive(given(tmp_path, content))
    assert "\n" not in str(error.value)


def test_as_a_data_set_it_has_names_and_is_not_straightened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cifar10, "CIFAR_10", given(tmp_path, packed(NAMES)))
    found = registry.load_dataset("cifar10")
    assert (found.shape, found.classes, found.class_names) == ((3, 32, 32), 10, CIFAR_CLASSES)
    assert found.x_train.max() <= 1.0
    with pytest.raises(UserError, match="deskew and size are for images in grey"):
        registry.load_dataset("cifar10", Preparation(size=16))
