"""The store of a sweep, which keeps its files: what every store does, and the one that is a folder.

Names within a store are relative paths with forward slashes. A search always writes to a folder:
with a folder as the store that is the one it will stay in, with a URL a scratch folder whose files
are copied to the store at every checkpoint (`url_storage`).
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple, Protocol

from wann.files import Folder
from wann.jobs.plan_files import Files, FolderFiles
from wann.runs.tail import tail


class WorkFolder(NamedTuple):
    """The folder that a worker writes a run to."""

    path: Path
    publish: Callable[[], None]  # copies what is new to the store: to be called after checkpoints


class Store(Files, Protocol):
    """The files of one sweep."""

    given: str  # where it is, as the user said it
    address: str  # the same for workers, whose working directory may be another

    def tail(self, name: str, size: int) -> bytes:
        """Return the last `size` bytes of a file, fewer if it has fewer, none if there is none."""

    def remove(self, name: str) -> None:
        """Remove a file if it is there."""

    def work_folder(self, name: str) -> AbstractContextManager[WorkFolder]:
        """Give the folder `name` of the store to work in, with what is in it so far."""


class FolderStore(FolderFiles):
    """A store that is a folder."""

    def __init__(self, path: str) -> None:
        super().__init__(Path(path))
        self.given, self.address = path, os.path.abspath(path)

    def tail(self, name: str, size: int) -> bytes:
        """See `Store`."""
        return tail(self.folder / name, size)

    def remove(self, name: str) -> None:
        """See `Store`."""
        Folder(self.folder).remove(name)

    @contextmanager
    def work_folder(self, name: str) -> Iterator[WorkFolder]:
        """See `Store`; UserError if there is a link in its place."""
        Folder(self.folder).make(name)
        yield WorkFolder(Path(self.address) / name, lambda: None)
