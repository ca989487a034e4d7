"""CIFAR-10 (Krizhevsky 2009): photographs of ten kinds of things, 32 x 32 pixels in colour.

The archive of its authors for programs in C holds plain bytes: for each image its label, then 1024
bytes each of red, green and blue.
"""

import hashlib
import io
import tarfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.datasets.dataset import Parts
from wann.datasets.idx_files import IdxFiles, cache_folder, download, find_file
from wann.errors import UserError
from wann.files import write_atomically
from wann.terminal import warn

CIFAR_CLASSES = (
    *("airplane", "automobile", "bird", "cat", "deer"),
    *("dog", "frog", "horse", "ship", "truck"),
)
_NAME = "cifar-10-binary.tar"
_INSIDE = "cifar-10-batches-bin"
_TRAINING = tuple(f"data_batch_{number}.bin" for number in range(1, 6))
_SHAPE = (3, 32, 32)


class Archive(NamedTuple):
    """Where the archive is sought, and how it is told from others."""

    files: IdxFiles  # the places alone
    digest: str  # the MD5 of the archive as it is packed
    images: int  # in each of its six files


CIFAR_10 = Archive(
    IdxFiles(
        "CIFAR-10",
        folder="cifar10",
        inside=("cifar10",),
        mirrors=("https://www.cs.toronto.edu/~kriz/",),
        digests={},
    ),
    digest="c32a1d4ab5d03f1284b67883e8d87530",
    images=10_000,
)


def load_cifar10() -> Parts:
    """Return 50000 training and 10000 test images (examples, 3, 32, 32) of 0 to 255, with labels.

    UserError as `load_archive`.
    """
    return load_archive(CIFAR_10)


def load_archive(archive: Archive) -> Parts:
    """Return the training and the test images (examples, 3, 32, 32), and their labels.

    UserError where the archive is missing and cannot be fetched, is cut off, or is another one.
    """
    packed = _packed(archive)
    try:
        with tarfile.open(fileobj=io.BytesIO(packed), mode="r:gz") as members:
            training = [_read(members, name, archive.images) for name in _TRAINING]
            x_test, y_test = _read(members, "test_batch.bin", archive.images)
    except (tarfile.TarError, KeyError, EOFError, OSError) as error:
        raise UserError(
            f"{archive.files.title}: the archive is damaged ({error}): remove it and fetch it again"
        ) from None
    images, labels = zip(*training, strict=True)
    return np.concatenate(images), np.concatenate(labels), x_test, y_test


def _packed(archive: Archive) -> bytes:
    """Return the archive as it is packed, from where it is found, or from a mirror."""
    path = find_file(archive.files, _NAME)
    if path is not None:
        return _checked(archive, path.read_bytes(), path)
    packed, mirror = download(archive.files, _NAME)
    _checked(archive, packed, f"{mirror}{_NAME}.gz")
    path = cache_folder(archive.files) / f"{_NAME}.gz"
    try:
        write_atomically(path, packed)
    except OSError as error:
        warn(f"{path} cannot be kept ({error.strerror}); it will be fetched again next time")
    return packed


def _checked(archive: Archive, packed: bytes, origin: Path | str) -> bytes:
    found = hashlib.md5(packed, usedforsecurity=False).hexdigest()
    if found != archive.digest:
        raise UserError(
            f"{origin}: expected {archive.files.title} as {_NAME}.gz with MD5 {archive.digest}, "
            f"got {found}: remove it and fetch it again"
        )
    return packed


def _read(
    members: tarfile.TarFile, name: str, images: int
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the images of one file of the archive, and their labels; nothing is unpacked."""
    opened = members.extractfile(f"{_INSIDE}/{name}")
    if opened is None:
        raise KeyError(f"{name} is no file")
    rows = np.frombuffer(opened.read(), np.uint8)
    row = 1 + int(np.prod(_SHAPE))
    if rows.size != images * row:
        raise EOFError(f"{name} has {rows.size} bytes: expected {images * row}")
    table = rows.reshape(images, row)
    return table[:, 1:].reshape(images, *_SHAPE), table[:, 0].astype(np.int64)
