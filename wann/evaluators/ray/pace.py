"""How large a piece is sent to a worker: as large as its measured cost allows, long ones first."""

from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.evaluators.batches import unique_networks
from wann.evaluators.ray.pieces import Piece, Request
from wann.network.digest import structure_digest
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.tasks.task import Task

# A step of the simulation costs as much as so many connections: in a compiled environment, and in a
# simulator written in Python.
_COMPILED_STEP, _SIMULATOR_STEP = 8, 2000
# A piece is this part of what a worker would get of all that is left: large at first, small in the
# end.
_PARTS = 2
# Seconds that a piece should take: at least, so that sending it costs little; at most, so that
# losing it does.
_SHORTEST, _LONGEST = 0.02, 5.0
# With many workers a piece takes at least so many seconds for each of them, since the driver sends
# only some thousand pieces a second.
_DRIVER_SECONDS = 3e-4
# Without a measurement, a piece is this part of a worker's share of the whole.
_PROBES = 8
# An earlier measurement counts this much beside a new one.
_MEMORY = 0.95
# How many networks' lengths are remembered.
_REMEMBERED = 20_000


class Pace:
    """What has been learnt of costs.

    That is how many seconds a unit of work takes in each task, and how long the episodes of each
    network of a slow task are.
    """

    def __init__(self) -> None:
        # By task, variant and whether weights are shared: seconds measured, and for how much work
        self._measured: dict[tuple[str, str, bool], tuple[float, float]] = {}
        self._lengths: dict[str, float] = {}  # steps in a lane, of networks in slow tasks
        self._usual: float | None = None  # length of the episodes of a network not seen before

    def prepare(
        self,
        number: int | None,
        task: Task,
        variant: str,
        networks: Sequence[Network],
        weights: Weightings,
        episodes: NDArray[Any],
    ) -> Request:
        """Return a request to be cut: each network once, those expected to take longest first.

        Args:
            number: of the submission, or None; see `Request`.
            task: what the networks are scored at.
            variant: which relative of the task that its spec makes, see `worker.variant_of`.
            networks: among which some may be equal.
            weights: shared, or individual ones for a single network.
            episodes: (episodes,) as drawn by the task.
        """
        unique, index = unique_networks(networks)
        slow = task.workers == "processes"
        step = _SIMULATOR_STEP if slow else _COMPILED_STEP
        cost = np.array([network.connections + step for network in unique], dtype=np.float64)
        if slow and self._usual:
            keys = map(structure_digest, unique)
            cost *= np.array([self._lengths.get(key, self._usual) for key in keys]) / self._usual
        order = np.argsort(-cost, kind="stable")
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        work = np.concatenate([[0.0], np.cumsum(cost[order])])
        ordered = [unique[i] for i in order]
        alike = np.argsort(weights.magnitudes, kind="stable")
        return Request(
            number, task, variant, ordered, rank[index], weights[alike], alike, episodes, work
        )

    def seconds(self, piece: Piece) -> float | None:
        """Return how many seconds a piece will take; None where nothing like it was measured."""
        measured = self._measured.get(_kind(piece.request))
        return piece.work * measured[0] / measured[1] if measured else None

    def measure(self, piece: Piece, seconds: float) -> None:
        """Learn how many `seconds` a piece took."""
        kind = _kind(piece.request)
        before = self._measured.get(kind, (0.0, 0.0))
        self._measured[kind] = _MEMORY * before[0] + seconds, _MEMORY * before[1] + piece.work

    def remember(self, request: Request) -> None:
        """Learn how long the episodes of a finished request were.

        Parents that survive are seen again in the next generation.
        """
        if request.task.workers != "processes":
            return
        if len(self._lengths) > _REMEMBERED:
            self._lengths.clear()
        lengths = np.maximum(request.steps / (len(request.weights) * len(request.episodes)), 1.0)
        self._lengths.update(
            zip(map(structure_digest, request.networks), lengths.tolist(), strict=True)
        )
        mean = float(lengths.mean())
        self._usual = mean if self._usual is None else _MEMORY * self._usual + (1 - _MEMORY) * mean

    def take(self, queue: deque[Piece], left: float, workers: int) -> Piece:
        """Take the next piece from the queue, cut to size, and put the rest of it back.

        `left` is the work in the whole queue, and `workers` share it.
        """
        piece = queue.popleft()
        wanted = self._wanted(piece, left, workers, len(queue))
        while piece.work > 1.25 * wanted and (parts := piece.cut(wanted)):
            piece, rest = parts
            queue.appendleft(rest)
        return piece

    def _wanted(self, piece: Piece, left: float, workers: int, waiting: int) -> float:
        seconds = self.seconds(piece)
        if seconds is None:
            return piece.request.whole.work / (workers * _PROBES)
        unit = max(seconds, 1e-12) / piece.work
        if waiting >= workers:
            return _LONGEST / unit  # enough for all without cutting
        shortest = max(_SHORTEST, _DRIVER_SECONDS * workers)
        return min(max(left / (workers * _PARTS), shortest / unit), _LONGEST / unit)


def _kind(request: Request) -> tuple[str, str, bool]:
    return request.task.spec, request.variant, request.weights.is_shared
