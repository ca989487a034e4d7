"""The rows of a tuning: for each generation of CMA-ES, or for the start and each epoch of training.

They are types where they are made, and JSON objects in the folder of the tuning.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypedDict

from wann.errors import short_repr
from wann.files import finite

# A row as the folder of a tuning holds it. Whether it belongs to a tuning is known only to that.
StoredRow = Mapping[str, Any]


class RaceRow(NamedTuple):
    """A generation of races of CMA-ES; fitness is a mean return."""

    generation: int
    env_steps: int  # since the tuning began
    best: float  # fitness of a candidate
    median: float  # the highest of the races' medians of fitness
    races: int
    candidates: float  # sum of the magnitudes of all weights, by which the candidates are known
    fitness: list[float]  # of all candidates, race by race
    upper: list[float]  # for each race, the upper quartile of its returns

    def __repr__(self) -> str:
        return short_repr(self)

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return self._asdict()


class Epoch(NamedTuple):
    """An epoch of training."""

    epoch: int  # 0 is the start
    loss: float | None  # while training, like the next one; None at the start
    accuracy: float | None
    validation: float  # accuracy on the validation samples


class EpochRow(NamedTuple):
    """An epoch as the row of a tuning."""

    generation: int
    trained: Epoch

    def to_json(self) -> dict[str, Any]:
        """Return JSON values, with the keys `best` and `median` that rows of all tunings have."""
        best = self.trained.validation
        median = self.trained.accuracy or best
        return {
            "generation": self.generation,
            "best": best,
            "median": median,
            **finite(self.trained._asdict()),
        }


class StoredShape(TypedDict, total=False):
    """The types of what the rows of all tunings hold."""

    generation: int
    env_steps: int
    best: float
    median: float
    races: int
    candidates: float
    fitness: list[float]
    upper: list[float]
    epoch: int
    loss: float | None
    accuracy: float | None
    validation: float


TuningRow = RaceRow | EpochRow
