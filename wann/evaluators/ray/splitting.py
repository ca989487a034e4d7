"""How an evaluation is cut for many workers: pieces as large as their measured cost allows, long ones first.

Work is counted in units that seconds are proportional to: lanes (weighting, episode) times what a
step of the network costs times how long its episodes were when it was last seen. `Pace` learns how
many seconds a unit takes.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.evaluators.base import Evaluation
from wann.evaluators.threads import unique_networks
from wann.kernels.vectors import LANES
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.tasks.base import Task

# A step of the physics costs as much as so many connections: compiled, and in a simulator written
# in Python.
_COMPILED_STEP, _SIMULATOR_STEP = 8, 2000
# Lanes of one network below which a compiled kernel leaves its vectors empty.
_FEWEST_COMPILED = 4 * LANES
# A piece is this part of what a worker would get of all that is left: large at first, small in the
# end.
_PARTS = 2
# Seconds that a piece should take: at least, so that sending it costs little; at most, so that
# losing it does. With many workers, at least so many seconds for each of them, as the driver sends
# only some thousand pieces a second.
SHORTEST, LONGEST = 0.02, 5.0
_DRIVER_SECONDS = 3e-4
# Without a measurement, a piece is this part of a worker's share of the whole.
_PROBES = 8
# Of what was measured before, so much counts beside a new measurement.
_MEMORY = 0.95
# How many networks' lengths are remembered.
_REMEMBERED = 20_000


@dataclass(eq=False)
class Request:
    """An evaluation under way: what was asked, and what has come back."""

    number: int | None  # None if the evaluator's caller waits for it
    task: Task
    variant: str
    networks: list[Network]  # the different ones, those with long episodes first
    place: NDArray[np.int64]  # of each network asked for, among the different ones
    weights: Weightings
    episodes: NDArray[Any]
    work: NDArray[np.float64]  # (networks + 1,) of a lane of each network, summed up
    shared: Any = None  # all networks as a crew shares them, where every piece needs all
    condemned: set[int] = field(default_factory=set)  # networks whose workers die

    def __post_init__(self) -> None:
        lanes = len(self.weights) * len(self.episodes)
        self.returns = np.empty((len(self.networks), len(self.weights), len(self.episodes)))
        self.steps = np.zeros(len(self.networks), dtype=np.int64)
        self.left = len(self.networks) * lanes  # (network, lane) pairs

    @property
    def whole(self) -> "Piece":
        """All of it in one piece."""
        return Piece(self, (0, len(self.networks)), (0, len(self.weights)), (0, len(self.episodes)))

    def fill(self, piece: "Piece", returns: NDArray[np.float64], steps: NDArray[np.int64]) -> None:
        """Take what the networks of a piece earned."""
        networks, weights, episodes = (slice(*span) for span in piece.spans)
        self.returns[networks, weights, episodes] = returns
        self.steps[networks] += steps
        self.left -= piece.pairs

    def evaluation(self) -> Evaluation:
        """Return the result, in the order asked."""
        failed = sorted(self.condemned)
        self.returns[failed], self.steps[failed] = np.nan, 0
        taken = np.zeros(len(self.place), dtype=np.int64)
        first = np.full(len(self.networks), len(self.place))
        np.minimum.at(first, self.place, np.arange(len(self.place)))
        taken[first] = self.steps
        return Evaluation(self.returns[self.place], taken)


@dataclass(frozen=True, eq=False)
class Piece:
    """Some neighbouring networks of a submission at some weights in some episodes."""

    submission: Request
    networks: tuple[int, int]
    weights: tuple[int, int]
    episodes: tuple[int, int]
    kills: int = 0  # workers that died of it

    @property
    def spans(self) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
        """First and behind last of networks, weights and episodes."""
        return self.networks, self.weights, self.episodes

    @property
    def lanes(self) -> int:
        """(weighting, episode) pairs of each network."""
        return (self.weights[1] - self.weights[0]) * (self.episodes[1] - self.episodes[0])

    @property
    def count(self) -> int:
        """Networks in the piece."""
        return self.networks[1] - self.networks[0]

    @property
    def pairs(self) -> int:
        """(network, lane) pairs."""
        return self.count * self.lanes

    @property
    def work(self) -> float:
        """What it costs, in units."""
        work = self.submission.work
        return float(work[self.networks[1]] - work[self.networks[0]]) * self.lanes

    def cut(self, wanted: float) -> "tuple[Piece, Piece] | None":
        """Return a piece of at most `wanted` work, if it can be made so small, and the rest.

        None if it is too small.

        Networks are parted first, then the episodes of a single one, then its weights.
        """
        task, (first, last) = self.submission.task, self.networks
        lane = self.work / self.lanes
        if task.spread == "networks" and last - first > 1:
            work = self.submission.work
            goal = work[first] + wanted / self.lanes
            middle = int(np.searchsorted(work, goal, side="right")) - 1
            return self.part("networks", min(max(middle, first + 1), last - 1))
        fewest = 1 if task.workers == "processes" or task.spread == "episodes" else _FEWEST_COMPILED
        lanes = max(fewest, int(wanted / lane))
        weights, episodes = self.weights[1] - self.weights[0], self.episodes[1] - self.episodes[0]
        if episodes > 1 and lanes < weights * episodes:
            middle = max(1, lanes // weights)
            return self.part("episodes", self.episodes[0] + middle) if middle < episodes else None
        if weights > 1 and lanes < weights and task.spread == "networks":
            return self.part("weights", self.weights[0] + lanes)
        return None

    def part(self, axis: str, middle: int) -> "tuple[Piece, Piece]":
        """Return what lies before and behind `middle` of an axis."""
        first, last = getattr(self, axis)
        change: dict[str, Any] = {axis: (first, middle)}
        rest: dict[str, Any] = {axis: (middle, last)}
        return replace(self, **change), replace(self, **rest)


class Pace:
    """What has been learnt of costs: seconds a unit of work takes in each task, and how long networks' episodes are."""

    def __init__(self) -> None:
        self._measured: dict[tuple[str, str, bool], tuple[float, float]] = {}
        self._lengths: dict[bytes, float] = {}  # steps in a lane, of networks in slow tasks
        self._usual: float | None = None  # length, of a network not seen before

    def submission(
        self,
        number: int | None,
        task: Task,
        variant: str,
        networks: Sequence[Network],
        weights: Weightings,
        episodes: NDArray[Any],
    ) -> Request:
        """Return an evaluation to be cut: equal networks once, those expected to take longest first."""
        unique, place = unique_networks(networks)
        slow = task.workers == "processes"
        step = _SIMULATOR_STEP if slow else _COMPILED_STEP
        cost = np.array([network.connections + step for network in unique], dtype=np.float64)
        if slow and self._usual:
            cost *= (
                np.array([self._lengths.get(_key(network), self._usual) for network in unique])
                / self._usual
            )
        order = np.argsort(-cost, kind="stable")
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        work = np.concatenate([[0.0], np.cumsum(cost[order])])
        return Request(
            number, task, variant, [unique[i] for i in order], rank[place], weights, episodes, work
        )

    def seconds(self, piece: Piece) -> float | None:
        """Return how long a piece will take; None where nothing like it was measured."""
        measured = self._measured.get(_kind(piece.submission))
        return piece.work * measured[0] / measured[1] if measured else None

    def measure(self, piece: Piece, seconds: float) -> None:
        """Learn that a piece took so long."""
        kind = _kind(piece.submission)
        before = self._measured.get(kind, (0.0, 0.0))
        self._measured[kind] = _MEMORY * before[0] + seconds, _MEMORY * before[1] + piece.work

    def remember(self, submission: Request) -> None:
        """Learn how long the episodes of a finished submission were: parents that survive are seen again."""
        if submission.task.workers != "processes":
            return
        if len(self._lengths) > _REMEMBERED:
            self._lengths.clear()
        lengths = np.maximum(
            submission.steps / (len(submission.weights) * len(submission.episodes)), 1.0
        )
        self._lengths.update(zip(map(_key, submission.networks), lengths.tolist(), strict=True))
        mean = float(lengths.mean())
        self._usual = mean if self._usual is None else _MEMORY * self._usual + (1 - _MEMORY) * mean

    def take(self, queue: deque[Piece], left: float, workers: int) -> Piece:
        """Take the next piece from the queue, cut to size: `left` is the work in the queue, for `workers` in all."""
        piece = queue.popleft()
        wanted = self._wanted(piece, left, workers, len(queue))
        while piece.work > 1.25 * wanted and (parts := piece.cut(wanted)):
            piece, rest = parts
            queue.appendleft(rest)
        return piece

    def _wanted(self, piece: Piece, left: float, workers: int, waiting: int) -> float:
        seconds = self.seconds(piece)
        if seconds is None:
            return piece.submission.whole.work / (workers * _PROBES)
        unit = max(seconds, 1e-12) / piece.work
        if waiting >= workers:
            return LONGEST / unit  # enough for all without cutting
        shortest = max(SHORTEST, _DRIVER_SECONDS * workers)
        return min(max(left / (workers * _PARTS), shortest / unit), LONGEST / unit)


def _kind(submission: Request) -> tuple[str, str, bool]:
    return submission.task.spec, submission.variant, submission.weights.is_shared


def _key(network: Network) -> bytes:
    return network.activation.tobytes() + network.source.tobytes() + network.edge_start.tobytes()
