"""Data sets of four IDX files: the real loader on small stand-ins, and the real files."""

import gzip
import hashlib
from pathlib import Path

import numpy as np
import pytest
from datasets_toys import idx_bytes
from paths import SHARED

from wann.datasets.fashion_mnist import FASHION_CLASSES, FASHION_MNIST
from wann.datasets.idx_files import NAMES, IdxFiles, cache_folder, find_file, load_idx_files
from wann.datasets.images import Preparation
from wann.datasets.mnist import MNIST
from wann.datasets.registry import load_dataset
from wann.errors import UserError

rng = np.random.default_rng(0)
ARRAYS = {
    "x_train": rng.integers(0, 256, (6, 28, 28)).astype("u1"),
    "y_train": np.arange(6).astype("u1"),
    "x_test": rng.integers(0, 256, (3, 28, 28)).astype("u1"),
    "y_test": np.arange(3).astype("u1"),
}
Given = tuple[IdxFiles, Path]


@pytest.fixture(params=[MNIST, FASHION_MNIST], ids=lambda files: files.title)
def given(request, tmp_path, monkeypatch) -> Given:
    """A data set whose sums are those of four small files, and the folder where these are."""
    folder = tmp_path / "data" / request.param.folder
    folder.mkdir(parents=True)
    digests = {}
    for part, name in NAMES.items():
        content = idx_bytes(ARRAYS[part])
        (folder / f"{name}.gz").write_bytes(gzip.compress(content))
        digests[part] = hashlib.md5(content).hexdigest()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("WANN_DATA", raising=False)
    mirrors = ((tmp_path / "mirror").as_uri() + "/",)
    return request.param._replace(digests=digests, mirrors=mirrors, elsewhere=()), folder


def test_files_are_found_in_their_folder_where_the_variable_says(given: Given, monkeypatch) -> None:
    files, folder = given
    monkeypatch.setenv("WANN_DATA", str(folder.parent))
    for part, loaded in zip(ARRAYS, load_idx_files(files), strict=True):
        np.testing.assert_array_equal(loaded, ARRAYS[part])


def test_files_may_be_where_a_package_puts_them(given: Given) -> None:
    files, folder = given
    loaded = load_idx_files(files._replace(elsewhere=(str(folder),)))
    np.testing.assert_array_equal(loaded[0], ARRAYS["x_train"])


def test_only_files_of_mnist_lie_where_the_variable_says_themselves(
    given: Given, monkeypatch
) -> None:
    """Those of Fashion-MNIST have the same names."""
    files, folder = given
    monkeypatch.setenv("WANN_DATA", str(folder))
    found = find_file(files, NAMES["x_train"])
    assert (found is not None) == (files.title == "MNIST")


def test_files_may_be_unpacked_and_called_otherwise(given: Given, monkeypatch, tmp_path) -> None:
    files, folder = given
    for file in folder.iterdir():
        name = file.name.removesuffix(".gz").replace("-idx", ".idx")
        target = tmp_path / "other" / files.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(gzip.decompress(file.read_bytes()))
    monkeypatch.setenv("WANN_DATA", str(tmp_path / "other"))
    np.testing.assert_array_equal(load_idx_files(files)[0], ARRAYS["x_train"])


def test_files_are_fetched_once_into_the_cache(given: Given, tmp_path, capsys) -> None:
    files, folder = given
    folder.rename(tmp_path / "mirror")
    np.testing.assert_array_equal(load_idx_files(files)[2], ARRAYS["x_test"])
    assert "fetching train-images-idx3-ubyte" in capsys.readouterr().err
    assert len(list(cache_folder(files).iterdir())) == 4
    (tmp_path / "mirror").rename(tmp_path / "gone")
    np.testing.assert_array_equal(load_idx_files(files)[1], ARRAYS["y_train"])


def test_files_that_are_nowhere_say_where_to_put_them(given: Given) -> None:
    files, _ = given
    inside = "" if files.title == "MNIST" else "the folder fashion-mnist of "
    with pytest.raises(
        UserError,
        match=rf"neither in {inside}\$WANN_DATA \(not set\) nor in .*cannot be fetched.*put train-",
    ):
        load_idx_files(files)


def test_files_of_another_content_are_refused(given: Given, monkeypatch) -> None:
    files, folder = given
    path = folder / f"{NAMES['y_test']}.gz"
    path.write_bytes(gzip.compress(idx_bytes(np.zeros(3, "u1"))))
    monkeypatch.setenv("WANN_DATA", str(folder.parent))
    with pytest.raises(UserError, match=rf"expected {files.title} with MD5 .* got "):
        load_idx_files(files)


def test_a_truncated_download_is_not_kept(given: Given, tmp_path) -> None:
    files, folder = given
    folder.rename(tmp_path / "mirror")
    file = tmp_path / "mirror" / f"{NAMES['x_train']}.gz"
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(UserError, match="damaged or cut off"):
        load_idx_files(files)
    assert find_file(files, NAMES["x_train"]) is None


def test_a_cache_that_cannot_be_written_does_not_stop_it(given: Given, tmp_path, capsys) -> None:
    files, folder = given
    folder.rename(tmp_path / "mirror")
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "wann").write_text("a file where the folder should be")
    np.testing.assert_array_equal(load_idx_files(files)[0], ARRAYS["x_train"])
    assert "cannot be kept" in capsys.readouterr().err


def test_the_real_mnist(monkeypatch) -> None:
    folder = SHARED / "data" / "mnist"
    if not (folder / "t10k-labels-idx1-ubyte.gz").exists():
        pytest.skip("needs data/mnist in $WANN_SHARED, or in a folder shared beside the checkout")
    monkeypatch.setenv("WANN_DATA", str(folder))
    data = load_dataset("mnist", Preparation(deskew=True, size=16))
    assert (data.x_train.shape, data.x_test.shape, data.shape) == (
        (60000, 256),
        (10000, 256),
        (16, 16),
    )
    assert np.bincount(data.y_train).tolist() == [
        5923,
        6742,
        5958,
        6131,
        5842,
        5421,
        5918,
        6265,
        5851,
        5949,
    ]


def test_the_real_fashion_mnist(monkeypatch) -> None:
    """Its labels have the names of the paper, in its order."""
    monkeypatch.setenv("WANN_DATA", str(SHARED / "data"))
    if find_file(FASHION_MNIST, NAMES["x_train"]) is None:
        pytest.skip("needs data/fashion-mnist in $WANN_SHARED, or Debian's dataset-fashion-mnist")
    data = load_dataset("fashion-mnist", Preparation(size=16))
    assert (data.x_train.shape, data.x_test.shape) == ((60000, 256), (10000, 256))
    assert np.bincount(data.y_train).tolist() == [6000] * 10
    assert data.y_train[:5].tolist() == [9, 0, 0, 3, 0]
    assert data.class_names == FASHION_CLASSES
