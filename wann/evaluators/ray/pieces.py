"""What is asked of a cluster, and the pieces that it is cut into for the workers.

A piece is some neighbouring networks at some weights in some episodes. What it costs is counted in
units of work that seconds are proportional to: lanes (weighting, episode) times what a step of the
network costs times how long its episodes were when it was last seen.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.evaluators.evaluator import Evaluation
from wann.kernels.vectors import LANES
from wann.network.network import Network, own_activations
from wann.network.weightings import Weightings
from wann.tasks.task import Task

# A compiled kernel leaves its vectors empty where a network has fewer lanes than this.
_FEWEST_COMPILED = 4 * LANES


@dataclass(eq=False)
class Request:
    """An evaluation under way: what was asked, and what has come back of it."""

    number: int | None  # of the submission; None if the evaluator's caller waits for the result
    task: Task
    variant: str  # which relative of the task that the spec makes, see `worker.variant_of`
    networks: list[Network]  # the different ones, those expected to take longest first
    index: NDArray[np.int64]  # (networks asked for,) of each, among the different ones
    # Shared, or individual ones for one network; in an order in which those that may be played as
    # one are neighbours
    weights: Weightings
    order: NDArray[np.int64]  # (weightings,) of each of `weights`, among those asked for
    episodes: NDArray[Any]  # (episodes,)
    work: NDArray[np.float64]  # (networks + 1,) of one lane of all networks before each
    shared: Any = None  # all networks as a pool shares them, where every piece needs all of them
    condemned: set[int] = field(default_factory=set)  # networks of which workers die

    def __post_init__(self) -> None:
        lanes = len(self.weights) * len(self.episodes)
        self.returns = np.empty((len(self.networks), len(self.weights), len(self.episodes)))
        self.steps = np.zeros(len(self.networks), dtype=np.int64)
        self.left = len(self.networks) * lanes  # (network, lane) pairs
        # Between which weights it may be cut: the indices of those behind the cuts
        self.partings = 1 + np.flatnonzero(np.diff(self.weights.magnitudes))
        # What workers need to know of them: the texts of one's own activations
        self.own_activations = own_activations(self.networks)

    @property
    def whole(self) -> "Piece":
        """The whole request in one piece."""
        return Piece(self, (0, len(self.networks)), (0, len(self.weights)), (0, len(self.episodes)))

    def fill(self, piece: "Piece", returns: NDArray[np.float64], steps: NDArray[np.int64]) -> None:
        """Take in what the networks of a piece earned.

        `returns` (networks, weightings, episodes) and `steps` (networks,) of the piece, or one
        value for all.
        """
        networks, weights, episodes = (slice(*span) for span in piece.spans)
        self.returns[networks, weights, episodes] = returns
        self.steps[networks] += steps
        self.left -= piece.pairs

    def evaluation(self) -> Evaluation:
        """Return the result, in the order in which networks were asked for.

        What was condemned has returns of NaN and no steps.
        """
        failed = sorted(self.condemned)
        self.returns[failed], self.steps[failed] = np.nan, 0
        taken = np.zeros(len(self.index), dtype=np.int64)
        first = np.full(len(self.networks), len(self.index))
        np.minimum.at(first, self.index, np.arange(len(self.index)))
        taken[first] = self.steps
        returns = np.empty_like(self.returns)
        returns[:, self.order] = self.returns
        return Evaluation(returns[self.index], taken)


@dataclass(frozen=True, eq=False)
class Piece:
    """Some neighbouring networks of a request at some weights in some episodes.

    Each of the three is a span: (first, behind last).
    """

    request: Request
    networks: tuple[int, int]
    weights: tuple[int, int]
    episodes: tuple[int, int]
    kills: int = 0  # workers that died of it

    @property
    def spans(self) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
        """The spans of networks, weights and episodes."""
        return self.networks, self.weights, self.episodes

    @property
    def lanes(self) -> int:
        """How many (weighting, episode) pairs each network runs."""
        return (self.weights[1] - self.weights[0]) * (self.episodes[1] - self.episodes[0])

    @property
    def count(self) -> int:
        """How many networks are in the piece."""
        return self.networks[1] - self.networks[0]

    @property
    def pairs(self) -> int:
        """How many (network, lane) pairs are in the piece."""
        return self.count * self.lanes

    @property
    def work(self) -> float:
        """What the piece costs, in units of work."""
        work = self.request.work
        return float(work[self.networks[1]] - work[self.networks[0]]) * self.lanes

    def cut(self, wanted: float) -> "tuple[Piece, Piece] | None":
        """Cut off a piece of at most `wanted` work, or of as little as can be cut off.

        Networks are parted first, then the episodes of a single one, then its weights. Those of one
        magnitude stay together, since a task may play some networks once for both.

        Returns:
            The piece and the rest; None if this piece is too small to be cut.
        """
        task, (first, last) = self.request.task, self.networks
        lane = self.work / self.lanes
        if task.spread == "networks" and last - first > 1:
            work = self.request.work
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
            return self._cut_weights(self.weights[0] + lanes)
        return None

    def _cut_weights(self, wanted: int) -> "tuple[Piece, Piece] | None":
        """Part weights before `wanted` or, if those there belong together, as near to it as can be.

        What is before is preferred to what is behind; None if all weights belong together.
        """
        partings = self.request.partings
        inside = partings[(partings > self.weights[0]) & (partings < self.weights[1])]
        if not len(inside):
            return None
        before = int(np.searchsorted(inside, wanted, side="right")) - 1
        return self.part("weights", int(inside[max(before, 0)]))

    def part(self, axis: str, middle: int) -> "tuple[Piece, Piece]":
        """Return what lies before and behind `middle` of an axis: networks, weights or episodes."""
        first, last = getattr(self, axis)
        change: dict[str, Any] = {axis: (first, middle)}
        rest: dict[str, Any] = {axis: (middle, last)}
        return replace(self, **change), replace(self, **rest)
