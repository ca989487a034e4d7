"""MNIST (LeCun, Cortes & Burges 1998): from $WANN_DATA, from the cache, or from public mirrors.

What is fetched from a mirror goes into the cache.
"""

import hashlib
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable
from pathlib import Path

from wann.datasets.dataset import Parts
from wann.datasets.idx import parse_idx
from wann.errors import UserError
from wann.files import write_atomically
from wann.machine.home import expanded
from wann.machine.unpacking import read_unpacked, unpacked
from wann.terminal import warn

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)

# File name and MD5 of the uncompressed bytes.
FILES = {
    "x_train": ("train-images-idx3-ubyte", "6bbc9ace898e44ae57da46a324031adb"),
    "y_train": ("train-labels-idx1-ubyte", "a25bea736e30d166cdddb491f175f624"),
    "x_test": ("t10k-images-idx3-ubyte", "2646ac647ad5339dbf082846283269ea"),
    "y_test": ("t10k-labels-idx1-ubyte", "27ae3e4e09519cfbb04c329615203637"),
}

_TIMEOUT_SECONDS = 20
_CHUNK = 1 << 16


def load_mnist() -> Parts:
    """Return 60000 training and 10000 test images (examples, 28, 28) of 0 to 255, and their labels.

    UserError where a file is missing and cannot be fetched, is cut off, or is not MNIST's.
    """
    x_train, y_train, x_test, y_test = (
        parse_idx(_content(name, digest), name) for name, digest in FILES.values()
    )
    return x_train, y_train, x_test, y_test


def cache_folder() -> Path:
    """Return where downloads are kept: `wann/data/mnist` in the user's cache folder."""
    return (
        expanded(os.environ.get("XDG_CACHE_HOME") or "~/.cache", "XDG_CACHE_HOME")
        / "wann"
        / "data"
        / "mnist"
    )


def find_file(name: str) -> Path | None:
    """Return the file called `name`, gzipped or not, or None where there is none.

    It is sought in $WANN_DATA, in the `mnist` folder there, and in the cache.
    """
    own = os.environ.get("WANN_DATA")
    places = [expanded(own, "WANN_DATA")] if own else []
    for folder in (*places, *(place / "mnist" for place in places), cache_folder()):
        for candidate in (
            name,
            f"{name}.gz",
            name.replace("-idx", ".idx"),
            f"{name.replace('-idx', '.idx')}.gz",
        ):
            if (folder / candidate).is_file():
                return folder / candidate
    return None


def _content(name: str, digest: str) -> bytes:
    path = find_file(name)
    if path is not None:
        content = read_unpacked(path)
        _check(content, digest, path)
        return content
    packed, mirror = _download(name)
    path = cache_folder() / f"{name}.gz"
    content = unpacked(packed, f"{mirror}{name}.gz")
    _check(content, digest, f"{mirror}{name}.gz")
    try:
        write_atomically(path, packed)
    except OSError as error:
        warn(f"{path} cannot be kept ({error.strerror}); it will be fetched again next time")
    return content


def _check(content: bytes, digest: str, origin: object) -> None:
    found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if found != digest:
        raise UserError(
            f"{origin}: expected MNIST with MD5 {digest} (uncompressed), got {found}: remove it "
            "and fetch it again"
        )


def _download(name: str) -> tuple[bytes, str]:
    """Return the gzipped file and the mirror that had it, with progress on stderr."""
    failures = []
    for mirror in MIRRORS:
        try:
            with urllib.request.urlopen(f"{mirror}{name}.gz", timeout=_TIMEOUT_SECONDS) as response:
                size = int(response.headers.get("Content-Length") or 0)
                return b"".join(
                    _shown(iter(lambda: response.read(_CHUNK), b""), name, size)
                ), mirror
        except (OSError, ValueError, urllib.error.URLError) as error:
            failures.append(f"{mirror}: {getattr(error, 'reason', error)}")
    raise UserError(
        f"MNIST's {name} is neither in $WANN_DATA ({os.environ.get('WANN_DATA') or 'not set'}) nor "
        f"in {cache_folder()}, and cannot be fetched ({'; '.join(failures)}): put {name}.gz into "
        "one of these folders"
    )


def _shown(chunks: Iterable[bytes], name: str, size: int) -> Iterable[bytes]:
    done = 0
    for chunk in chunks:
        done += len(chunk)
        share = f"{100 * done // size:3d} %" if size else f"{done >> 10} kB"
        print(f"\rfetching {name}: {share}", end="", file=sys.stderr, flush=True)
        yield chunk
    print(file=sys.stderr)
