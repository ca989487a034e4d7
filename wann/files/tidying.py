"""What a writer looks at before it begins in a folder that others have written to."""

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from wann.files.folder import Folder, check_own
from wann.files.unfinished import finished_name


def tidy(folder: Path, own: Sequence[str]) -> None:
    """Remove what writers that were killed left in a folder, once nothing astray lies there.

    Args:
        folder: Where nobody else may be writing.
        own: Names of what its writers write there, or patterns of such names; one that ends in "/"
            is a folder all of which is theirs. Nothing else is looked at or removed.

    Raises:
        UserError: A link, a pipe or a device has one of these names.
    """
    left = []
    for name, entry in _own_entries(folder, own):
        check_own(entry.stat(follow_symlinks=False), folder / name)
        if finished_name(name.name) is not None and entry.is_file(follow_symlinks=False):
            left.append(name)
    for name in left:
        Folder(folder).remove_left(name)


def entries_below(folder: Path) -> "Iterator[tuple[PurePosixPath, os.DirEntry[str]]]":
    """Yield whatever is in a folder and in folders there, with its name relative to the folder.

    No link is followed.
    """
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        yield PurePosixPath(entry.name), entry
        if entry.is_dir(follow_symlinks=False):
            for name, inner in entries_below(folder / entry.name):
                yield entry.name / name, inner


def _own_entries(
    folder: Path, own: Sequence[str]
) -> "Iterator[tuple[PurePosixPath, os.DirEntry[str]]]":
    with os.scandir(folder) as entries:
        found = list(entries)
    for entry in found:
        name = finished_name(entry.name) or entry.name
        matching = [pattern for pattern in own if fnmatchcase(name, pattern.rstrip("/"))]
        if not matching:
            continue
        yield PurePosixPath(entry.name), entry
        whole = any(pattern.endswith("/") for pattern in matching)
        if whole and entry.is_dir(follow_symlinks=False):
            for inner_name, inner in entries_below(folder / entry.name):
                yield entry.name / inner_name, inner
