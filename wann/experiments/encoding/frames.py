"""The collected pictures, one behind the other in a file: they need not fit into the memory."""

import hashlib
import shutil
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError
from wann.experiments.encoding import folder as names
from wann.experiments.encoding.playing import Played
from wann.files import sha256
from wann.kernels.pictures import CHANNELS, SIDE
from wann.machine.memory import in_words
from wann.reading import parse_shaped
from wann.runs.rundir import RunDir

PICTURE_BYTES = SIDE * SIDE * CHANNELS
HELD_OUT = 0.1  # share of the pictures that are kept out of training, those of the last episodes
_SPARE = 2**28  # bytes of the disk that are left for the rest
_READ = 256  # pictures that are read at once: 24 MiB as numbers


class EpisodeRow(NamedTuple):
    """What was collected in an episode."""

    episode: int
    policy: str
    frames: int
    sha256: str


class Frames:
    """Pictures in the folder of an encoder, in the order in which they were played."""

    def __init__(self, run: RunDir) -> None:
        """Take up what is there; UserError where it is damaged.

        What was written behind the last whole episode is dropped.
        """
        self._run, self._path = run, run.path / names.FRAMES
        rows = run.path / names.EPISODES
        lines = rows.read_bytes() if rows.exists() else b""
        whole = lines[: lines.rfind(b"\n") + 1]
        said = [parse_shaped(line, EpisodeRow, rows) for line in whole.splitlines()]
        self.rows = [EpisodeRow(*(one[name] for name in EpisodeRow._fields)) for one in said]
        if len(whole) < len(lines):
            run.folder.cut(names.EPISODES, len(whole))
        size = self._path.stat().st_size if self._path.exists() else 0
        if size < len(self) * PICTURE_BYTES:
            raise UserError(
                f"{self._path} is shorter than {rows} says: the pictures are damaged; begin anew "
                "with another --out"
            )
        if size > len(self) * PICTURE_BYTES:
            run.folder.cut(names.FRAMES, len(self) * PICTURE_BYTES)

    def __len__(self) -> int:
        """Return how many pictures there are."""
        return sum(row.frames for row in self.rows)

    def check_room(self, wanted: int) -> None:
        """Raise UserError unless the disk has room for as many pictures as are still missing."""
        needed = (wanted - len(self)) * PICTURE_BYTES + _SPARE
        free = shutil.disk_usage(self._run.path).free
        if needed > free:
            raise UserError(
                f"{self._run.path}: {wanted:,} pictures need {in_words(needed)} of the disk, and "
                f"{in_words(free)} are free: give fewer --frames, or another --out"
            )

    def add(self, played: Played, most: int) -> EpisodeRow:
        """Append the pictures of the next episode, `most` of them in all, and return its row."""
        kept = played.pictures[: most - len(self)]
        content = np.ascontiguousarray(kept).tobytes()
        row = EpisodeRow(len(self.rows), played.policy, len(kept), sha256(content))
        self._run.folder.append(names.FRAMES, content, lines=False)
        self._run.folder.sync(names.FRAMES)
        self._run.append(names.EPISODES, row._asdict())
        self.rows.append(row)
        return row

    @property
    def digest(self) -> str:
        """The SHA-256 of what the rows say of all episodes."""
        return hashlib.sha256("".join(row.sha256 for row in self.rows).encode()).hexdigest()

    @property
    def training(self) -> int:
        """How many pictures, the first ones, are for training: whole episodes, where there are two.

        The others are kept out. Of the ends of episodes it is the nearest to nine tenths.
        """
        ends = np.cumsum([row.frames for row in self.rows])[:-1]
        most = len(self) - max(1, round(HELD_OUT * len(self)))
        return int(ends[np.abs(ends - most).argmin()]) if len(ends) else most

    def pictures(self) -> NDArray[np.uint8]:
        """Return all pictures (n, SIDE, SIDE, CHANNELS), mapped: what is not used is not read."""
        return np.memmap(self._path, np.uint8, "r", shape=(len(self), SIDE, SIDE, CHANNELS))

    def held_out(self) -> Iterator[NDArray[np.uint8]]:
        """Yield the pictures that were kept out, some at a time."""
        pictures = self.pictures()
        for first in range(self.training, len(self), _READ):
            yield np.array(pictures[first : first + _READ])
