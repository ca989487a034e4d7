import gzip
import io
from pathlib import Path

import naive
import numpy as np
import pytest
from bomb_toys import npy_bytes, npz_bytes
from datasets_toys import idx_bytes, write_idx, write_npz

from wann.datasets.files import ARRAYS, load_file
from wann.datasets.idx import parse_idx
from wann.datasets.images import Preparation, deskew, prepare, resize
from wann.datasets.registry import DATASETS, load_dataset
from wann.errors import UserError
from wann.machine.unpacking import read_unpacked

rng = np.random.default_rng(0)


# ---- digits


def test_digits_need_nothing() -> None:
    data = load_dataset("digits")
    assert data.x_train.shape == (1347, 64)
    assert data.x_test.shape == (450, 64)
    assert (data.classes, data.shape) == (10, (8, 8))
    assert (data.x_train.min(), data.x_train.max()) == (0.0, 1.0)
    assert data.x_train.dtype == np.float32
    assert np.bincount(data.y_test).min() > 30


def test_training_and_test_digits_are_different_images() -> None:
    data = load_dataset("digits")
    train = {row.tobytes() for row in data.x_train}
    assert sum(row.tobytes() in train for row in data.x_test) == 0


def test_an_unknown_data_set_names_the_known() -> None:
    with pytest.raises(UserError, match=r"mnits.*mnist"):
        load_dataset("mnits")
    assert set(DATASETS) == {"digits", "mnist", "fashion-mnist", "cifar10"}


# ---- IDX


@pytest.mark.parametrize("dtype", ["u1", "i1", ">i2", ">i4", ">f4", ">f8"])
def test_idx_round_trip(dtype: str) -> None:
    array = rng.integers(0, 100, (3, 4, 5)).astype(dtype)
    np.testing.assert_array_equal(parse_idx(idx_bytes(array), "x"), array)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "expected an IDX file"),
        (b"PK\x03\x04rest", "expected an IDX file"),
        (b"\0\0\x07\x01\0\0\0\1a", "expected an IDX file"),
        (b"\0\0\x08\x03\0\0", "cut off"),
        (
            idx_bytes(np.zeros((4, 5), "u1"))[:-1],
            r"expected 32 bytes for an array of \(4, 5\), got 31",
        ),
        (idx_bytes(np.zeros(3, "u1")) + b"more", "expected 11 bytes"),
    ],
)
def test_damaged_idx(content: bytes, message: str) -> None:
    with pytest.raises(UserError, match=message):
        parse_idx(content, "some file")


def test_a_cut_off_gzip_file(tmp_path: Path) -> None:
    path = tmp_path / "images.gz"
    path.write_bytes(gzip.compress(bytes(1000))[:-9])
    with pytest.raises(UserError, match=r"images.gz: damaged or cut off.*fetch it again"):
        read_unpacked(path)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        read_unpacked(tmp_path / "nothing")


# ---- preparation


def test_deskew_is_its_definition() -> None:
    images = rng.random((5, 9, 7)) * (rng.random((5, 9, 7)) < 0.4)
    images[4] = 0.0
    straight = np.empty_like(images)
    deskew(images, straight)
    for image, found in zip(images, straight, strict=True):
        np.testing.assert_allclose(found, naive.deskew(image), atol=1e-12)


def test_a_slanted_line_becomes_upright() -> None:
    image = np.zeros((1, 16, 16))
    for row in range(16):
        image[0, row, min(3 + row // 2, 15)] = 1.0
    straight = np.empty_like(image)
    deskew(image, straight)
    before, behind = (np.var(picture.argmax(axis=1)) for picture in (image[0], straight[0]))
    assert behind < 0.3 < before


@pytest.mark.parametrize(("old", "new"), [(28, 16), (8, 8), (5, 9), (1, 3), (3, 1)])
def test_resize_keeps_what_is_constant(old: int, new: int) -> None:
    np.testing.assert_allclose(resize(np.full((2, old, old), 0.7), new), 0.7)
    if old == new:
        image = rng.random((2, old, old))
        np.testing.assert_allclose(resize(image, new), image)


def test_both_parts_are_scaled_by_the_training_part() -> None:
    train, test = prepare(np.array([[2.0, 6.0]]), np.array([[4.0, 8.0]]), Preparation())
    assert train.tolist() == [[0.0, 1.0]]
    assert test.tolist() == [[0.5, 1.0]]
    assert prepare(np.ones((2, 3)), np.ones((1, 3)), Preparation())[0].tolist() == [[0.0] * 3] * 2


# ---- files of one's own


def test_an_npz_file(tmp_path: Path) -> None:
    path = write_npz(tmp_path / "mine.npz")
    data = load_file(path, Preparation())
    assert (data.name, data.x_train.shape, data.x_test.shape, data.classes, data.shape) == (
        "mine",
        (30, 6),
        (9, 6),
        3,
        (6,),
    )


def test_a_folder_of_idx_files(tmp_path: Path) -> None:
    images, labels = rng.integers(0, 256, (12, 5, 4)).astype("u1"), (np.arange(12) % 4).astype("u1")
    write_idx(tmp_path, images, labels, images[:4], labels[:4])
    data = load_file(tmp_path, Preparation(deskew=True, size=3))
    assert (data.x_train.shape, data.x_test.shape, data.classes, data.shape) == (
        (12, 9),
        (4, 9),
        4,
        (3, 3),
    )


def _npz(**changed) -> bytes:
    arrays = {
        "x_train": np.zeros((4, 2)),
        "y_train": np.arange(4),
        "x_test": np.zeros((2, 2)),
        "y_test": np.arange(2),
    }
    arrays.update(changed)
    buffer = io.BytesIO()
    np.savez(buffer, **{key: value for key, value in arrays.items() if value is not None})
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no zip", "or an npz file"),
        (_npz()[:60], "or an npz file"),
        (_npz(y_test=None), "y_test missing, found x_train, y_train, x_test"),
        (_npz(x_train=np.array(["a"] * 4)[:, None]), "expected numbers of shape"),
        (_npz(x_train=np.zeros(4)), "expected numbers of shape"),
        (_npz(x_train=np.full((4, 2), np.nan)), "expected finite numbers, got 8"),
        (
            _npz(x_train=np.array([[1.7e308, -1.7e308]] * 4)),
            r"training examples: expected numbers within 1e\+150, got some from -1\.7e\+308 to",
        ),
        (_npz(x_test=np.full((2, 2), -1e151)), r"test examples: expected numbers within 1e\+150"),
        (
            _npz(x_test=np.zeros((2, 3))),
            r"training examples have shape \(2,\), test examples \(3,\)",
        ),
        (_npz(y_train=np.zeros(4), y_test=np.zeros(2)), "at least two classes"),
        (_npz(y_test=np.array(["a", "b"])), "labels of both parts must be alike"),
        (_npz(y_train=np.zeros(3, int)), r"expected 4 labels, got int64 \(3,\)"),
        (_npz(y_test=np.array([0, -1])), "class '-1' is in the test part alone"),
        (_npz(x_test=np.zeros((0, 2)), y_test=np.zeros(0, int)), "expected numbers of shape"),
        (_npz(x_train=np.array([[{}]] * 4)), "or an npz file"),
    ],
)
def test_a_bad_npz_file(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.npz"
    path.write_bytes(content)
    with pytest.raises(UserError, match=message) as caught:
        load_file(path, Preparation())
    assert "\n" not in str(caught.value)


def test_a_single_array_is_no_data_set(tmp_path: Path) -> None:
    np.save(tmp_path / "one.npy", np.zeros(3))
    with pytest.raises(UserError, match="got a single array"):
        load_file(tmp_path / "one.npy", Preparation())


def test_what_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"does not exist: expected a table .* or an npz file"):
        load_file(tmp_path / "nothing", Preparation())
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="no train-images"):
        load_file(tmp_path / "empty", Preparation())


def test_only_images_are_straightened(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="deskew and size are for images"):
        load_file(write_npz(tmp_path / "mine.npz"), Preparation(deskew=True))


def test_bombs_are_refused_by_their_headers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wann.machine.memory._LARGEST", 2**20)
    arrays = {name: npy_bytes((2**19, 1), bytes(2**19)) for name in ARRAYS}
    (tmp_path / "bomb.npz").write_bytes(npz_bytes(arrays))
    with pytest.raises(UserError, match=r"its arrays have 2 MiB unpacked, expected at most 1 MiB"):
        load_file(tmp_path / "bomb.npz", Preparation())
    (tmp_path / "idx").mkdir()
    images = idx_bytes(np.zeros((2**19, 1), "u1"))
    for part in ("train-images", "train-labels", "t10k-images", "t10k-labels"):
        (tmp_path / "idx" / part).write_bytes(gzip.compress(images))
    with pytest.raises(UserError, match=r"train-labels: expected at most .* unpacked"):
        load_file(tmp_path / "idx", Preparation())


def test_examples_without_a_feature_are_refused(tmp_path: Path) -> None:
    path, y = tmp_path / "mine.npz", np.arange(3)
    np.savez(path, x_train=np.zeros((3, 0, 2**40)), y_train=y, x_test=np.zeros((3, 0)), y_test=y)
    with pytest.raises(UserError, match=r"expected numbers of shape \(examples, \.\.\.\)"):
        load_file(path, Preparation())
