"""What enters a comparison: a network, its weights if any, and what finding it cost."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from wann.config import Making
from wann.errors import short_repr
from wann.evaluators.evaluator import Evaluator
from wann.experiments.comparison.contestants.cells import Cell
from wann.network.network import Network
from wann.tasks.task import Task
from wann.weights.measuring import Measuring
from wann.weights.tuned import Tuned

Kept = TypeVar("Kept")


class Contestant(NamedTuple):
    """One network in a comparison, whoever made it."""

    network: Network
    # (connections,) that it was found or trained with; None: there are none
    weights: NDArray[np.float64] | None
    about: str  # how it was made, in a sentence
    # Of finding it, as far as known: evaluations, steps, seconds (of one core)
    cost: dict[str, Any]
    # Where its weights are those that the tuning of a measure would find
    tuned: Tuned | None = None
    # Of the table of factors, where a function of the user's own declares one
    cell: Cell | None = None

    def __repr__(self) -> str:
        return short_repr(self)


class Champion(NamedTuple):
    """A network that others are held against, from a run, a file, or wherever the user had it."""

    label: str  # unique in a comparison, fit for a folder's name
    path: Path | None  # None where it is in no file
    network: Network
    weights: NDArray[np.float64] | None
    cost: dict[str, Any]

    def __repr__(self) -> str:
        return short_repr(self)


@dataclass(frozen=True, eq=False)
class ContestantSetup:
    """What contestants are made with, whatever their names."""

    task: Task  # that it is for
    evaluator: Evaluator  # that tunes policies
    seed: int  # of all that is drawn for it
    making: Making  # how large what is pruned is, and how long it is trained or tuned
    # What contestants of several sizes have in common, by whatever tells it from the rest
    _kept: dict[Hashable, Any] = field(default_factory=dict)

    def kept(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """Return what `make` gave when it was asked for under this key first."""
        if key not in self._kept:
            self._kept[key] = make()
        found: Kept = self._kept[key]
        return found

    def measuring(self, network: Network) -> Measuring:
        """Return what measures or tunes `network` with the same task, evaluator and seed."""
        return Measuring(self.task, network, self.evaluator, self.seed)
