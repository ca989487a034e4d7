"""How a folder becomes a run, a sweep, a study: the file that says so gets its name last.

That file is written first, under an unfinished name, by which a folder is known whose making was
cut off: it can be made anew, as if it were empty. All else in a folder is somebody's, and the
folder is left as it is.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from wann.files import Folder, finished_name
from wann.files.tidying import entries_below
from wann.runs.filenames import LOCK


class Making(NamedTuple):
    """What makes a folder one of its kind, and what is written to it before."""

    marker: str  # the name of the file that is written last
    before: tuple[str, ...] = ()  # names, or patterns such as champions/*.json

    def can_begin(self, path: Path) -> bool:
        """Return whether nothing lies at `path`, or only what is left where making was cut off."""
        if not os.path.lexists(path):
            return True
        if not path.is_dir():
            return False
        return all(self._is_left(path, name, entry) for name, entry in entries_below(path))

    @contextlib.contextmanager
    def made(self, path: Path, content: bytes) -> Iterator[Folder]:
        """Make the folder at `path`, which the caller has locked, one of this kind.

        What has to be there before is written in the block. Where that fails, all is removed but
        the folder and its lock. `content` is that of the marker.
        """
        folder = Folder(path)
        try:
            with folder.written_last(self.marker, content) as temporary:
                self._remove_left(folder, temporary)
                yield folder
        except BaseException:
            with contextlib.suppress(OSError):
                self._remove_left(folder, None)
            raise

    def _is_left(self, path: Path, name: PurePosixPath, entry: "os.DirEntry[str]") -> bool:
        """Return whether something in the folder at `path` may have been left by its making."""
        if entry.is_dir(follow_symlinks=False):
            return any(name in PurePosixPath(known).parents for known in self.before)
        if not entry.is_file(follow_symlinks=False):
            return False
        if name.as_posix() == LOCK:
            return entry.stat(follow_symlinks=False).st_size == 0
        if finished_name(name.as_posix()) == self.marker:
            return True
        return self._was_begun(path) and self._is_before(name)

    def _was_begun(self, path: Path) -> bool:
        return any(finished_name(name) == self.marker for name in os.listdir(path))

    def _is_before(self, name: PurePosixPath) -> bool:
        own = name.with_name(finished_name(name.name) or name.name)
        return any(
            own.match(known) and len(own.parts) == len(PurePosixPath(known).parts)
            for known in self.before
        )

    def _remove_left(self, folder: Folder, temporary: str | None) -> None:
        """Remove what an earlier attempt left, in the end its unfinished markers but `temporary`.

        Without a `temporary` nothing is removed where there is a whole marker.
        """
        if temporary is None and os.path.lexists(folder.path / self.marker):
            return
        markers, folders = [], set()
        for name, entry in list(entries_below(folder.path)):
            if finished_name(name.as_posix()) == self.marker:
                markers += [name] if name.as_posix() != temporary else []
            elif entry.is_file(follow_symlinks=False) and self._is_before(name):
                folder.remove(name)
                folders |= set(name.parents[:-1])
        for name in sorted(folders, key=lambda name: -len(name.parts)):
            folder.remove_empty(name)
        for name in markers:
            folder.remove_left(name)
