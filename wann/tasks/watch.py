"""What an episode under way is at, for another process that ends it where it never returns.

The process that plays writes to a few bytes of shared memory whenever it calls somebody's
environment and whenever that returns. The process that watches reads them from without, so it
learns of a call that hangs, or in which the other process died, whatever that was doing.
"""

import math
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from wann.terminal import warn

# Where the numbers stand in the memory, eight bytes each: four whole ones, and a time.
_NETWORK, _LANE, _SEED, _STEP, _UNTIL = range(5)
WATCH_BYTES = 8 * 5


class Place(NamedTuple):
    """A call of an environment: where in a piece of work it stands."""

    network: int
    lane: int  # which (weighting, episode) pair of the piece, counted row by row
    seed: int
    step: int  # 0: the reset


class Watch:
    """The place of the call under way, and until when it has time.

    One and the same memory is written by the process that plays, and read by the one that watches.
    """

    def __init__(self, memory: Any, tell: Callable[[str], None] = warn) -> None:
        """`memory` is a writable buffer of WATCH_BYTES bytes, and `tell` takes lines for the user.

        Times are those of `time.monotonic`, which all processes of a machine share.
        """
        view = memoryview(memory).cast("B")
        self._whole, self._time = view.cast("q"), view.cast("d")
        self.tell = tell
        # (network, lane): the step at which its episode was ended, so that it is not played again
        self.ended: dict[tuple[int, int], int] = {}
        self._seconds: float | None = None
        self._left: dict[int, float] = {}  # seconds that the episode of each lane still has
        self._began = 0.0

    @classmethod
    def by_nobody(cls, tell: Callable[[str], None] = warn) -> "Watch":
        """Return a watch that no other process looks at; `tell` takes lines for the user."""
        return cls(bytearray(WATCH_BYTES), tell)

    # ---- the process that plays

    def begin(self, network: int, seconds: float | None) -> None:
        """Begin with other episodes of a network, each of which has `seconds` (None: no limit)."""
        self._whole[_NETWORK] = network
        self._seconds, self._left = seconds, {}

    def end_of(self, network: int, lane: int) -> int | None:
        """Return the step at which an episode was ended before, None where it was not."""
        return self.ended.get((network, lane))

    def enter(self, lane: int, seed: int, step: int) -> None:
        """Note that the environment of a lane is about to be called."""
        whole = self._whole
        whole[_LANE], whole[_SEED], whole[_STEP] = lane, seed, step
        if self._seconds is None:
            self._time[_UNTIL] = math.inf
        else:
            self._began = time.monotonic()
            self._time[_UNTIL] = self._began + self._left.get(lane, self._seconds)

    def leave(self, lane: int) -> bool:
        """Note that the call returned or raised; return whether the episode has time left."""
        self._time[_UNTIL] = 0.0
        if self._seconds is None:
            return True
        left = self._left.get(lane, self._seconds) - (time.monotonic() - self._began)
        self._left[lane] = left
        return left > 0

    def pardon(self, *_: object) -> None:
        """Take the call under way to have begun only now: the process was stopped meanwhile."""
        self._began = time.monotonic()

    # ---- the process that watches

    @property
    def until(self) -> float:
        """Until when the call under way has time; 0 where there is none."""
        return self._time[_UNTIL]

    @property
    def place(self) -> Place | None:
        """The call under way, None where there is none."""
        return Place(*self._whole[:_UNTIL]) if self.until else None
