"""Data sets of four IDX files: from $WANN_DATA, from the cache, or from public mirrors.

What is fetched from a mirror goes into the cache. Whatever its place, a file counts by its sum.
"""

import hashlib
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from wann.datasets.dataset import Parts
from wann.datasets.idx import parse_idx
from wann.errors import UserError
from wann.files import write_atomically
from wann.machine.home import expanded
from wann.machine.unpacking import read_unpacked, unpacked
from wann.terminal import warn

# Names of the files, the same in all these data sets
NAMES = {
    "x_train": "train-images-idx3-ubyte",
    "y_train": "train-labels-idx1-ubyte",
    "x_test": "t10k-images-idx3-ubyte",
    "y_test": "t10k-labels-idx1-ubyte",
}
_TIMEOUT_SECONDS = 20
_CHUNK = 1 << 16


class IdxFiles(NamedTuple):
    """Where the files of a data set are, and how they are told from others."""

    title: str
    folder: str  # in the cache
    inside: Sequence[str]  # where they may be in $WANN_DATA; "" is that folder itself
    mirrors: Sequence[str]
    digests: Mapping[str, str]  # of the uncompressed bytes of each of `NAMES`: their MD5
    elsewhere: Sequence[str] = ()  # folders where an installed package puts them


def load_idx_files(files: IdxFiles) -> Parts:
    """Return the training and the test images (examples, height, width), and their labels.

    UserError where a file is missing and cannot be fetched, is cut off, or is another data set's.
    """
    x_train, y_train, x_test, y_test = (
        parse_idx(_content(files, name, files.digests[part]), name) for part, name in NAMES.items()
    )
    return x_train, y_train, x_test, y_test


def cache_folder(files: IdxFiles) -> Path:
    """Return where downloads are kept, as `wann/data/mnist` in the user's cache folder."""
    return (
        expanded(os.environ.get("XDG_CACHE_HOME") or "~/.cache", "XDG_CACHE_HOME")
        / "wann"
        / "data"
        / files.folder
    )


def find_file(files: IdxFiles, name: str) -> Path | None:
    """Return the file called `name`, gzipped or not, or None where there is none.

    It is sought in $WANN_DATA, in the cache, and where a package puts it.
    """
    own = os.environ.get("WANN_DATA")
    given = [expanded(own, "WANN_DATA") / folder for folder in files.inside] if own else []
    for folder in (*given, cache_folder(files), *map(Path, files.elsewhere)):
        for candidate in (
            name,
            f"{name}.gz",
            name.replace("-idx", ".idx"),
            f"{name.replace('-idx', '.idx')}.gz",
        ):
            if (folder / candidate).is_file():
                return folder / candidate
    return None


def _content(files: IdxFiles, name: str, digest: str) -> bytes:
    path = find_file(files, name)
    if path is not None:
        content = read_unpacked(path)
        _check(files, content, digest, path)
        return content
    packed, mirror = download(files, name)
    path = cache_folder(files) / f"{name}.gz"
    content = unpacked(packed, f"{mirror}{name}.gz")
    _check(files, content, digest, f"{mirror}{name}.gz")
    try:
        write_atomically(path, packed)
    except OSError as error:
        warn(f"{path} cannot be kept ({error.strerror}); it will be fetched again next time")
    return content


def _check(files: IdxFiles, content: bytes, digest: str, origin: object) -> None:
    found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if found != digest:
        raise UserError(
            f"{origin}: expected {files.title} with MD5 {digest} (uncompressed), got {found}: "
            "remove it and fetch it again"
        )


def download(files: IdxFiles, name: str) -> tuple[bytes, str]:
    """Return the gzipped file and the mirror that had it, with progress on stderr."""
    failures = []
    for mirror in files.mirrors:
        try:
            with urllib.request.urlopen(f"{mirror}{name}.gz", timeout=_TIMEOUT_SECONDS) as response:
                size = int(response.headers.get("Content-Length") or 0)
                return b"".join(
                    _shown(iter(lambda: response.read(_CHUNK), b""), name, size)
                ), mirror
        except (OSError, ValueError, urllib.error.URLError) as error:
            failures.append(f"{mirror}: {getattr(error, 'reason', error)}")
    inside = "" if "" in files.inside else f"the folder {files.folder} of "
    raise UserError(
        f"{files.title}'s {name} is neither in {inside}$WANN_DATA "
        f"({os.environ.get('WANN_DATA') or 'not set'}) nor in {cache_folder(files)}, and cannot be "
        f"fetched ({'; '.join(failures)}): put {name}.gz into one of these folders"
    )


def _shown(chunks: Iterable[bytes], name: str, size: int) -> Iterable[bytes]:
    done = 0
    for chunk in chunks:
        done += len(chunk)
        share = f"{100 * done // size:3d} %" if size else f"{done >> 10} kB"
        print(f"\rfetching {name}: {share}", end="", file=sys.stderr, flush=True)
        yield chunk
    print(file=sys.stderr)
