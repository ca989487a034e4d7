"""Weights for a fixed network: the best shared one, or one for each connection.

Everything here is a pure function of the network, the settings and, for a tuning that goes on after a stop, of the
fitness values written so far: random numbers come from streams by name and generation.
"""

import math
from dataclasses import asdict, dataclass, fields
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError, unknown
from wann.tasks import Task

KINDS = ("shared", "individual")
METHODS = ("auto", "cma", "gradient")

Floats = NDArray[np.float64]
Row = dict[str, Any]

_BOUNDS = {
    "seed": (0, 2**63 - 1),
    "generations": (1, 10**6),
    "population": (4, 10**5),
    "races": (1, 10**4),
    "sigma": (1e-6, 1e3),
    "episodes": (1, 10**6),
}


@dataclass(frozen=True)
class TuneConfig:
    """The settings that decide the result of a tuning; UserError where one is out of range."""

    weights: str = "individual"  # one of KINDS
    task: str = "swingup"
    seed: int = 0
    generations: int = 1200
    population: int = 24  # candidates of one race in a generation
    races: int = 64  # starts, of which the worse are given up stage by stage; each excerpt doubles them
    sigma: float = 0.7  # first standard deviation of a weight
    episodes: int = 2  # per candidate while all races run; as races are given up, the others get their episodes
    method: str = "auto"  # one of METHODS

    def __post_init__(self) -> None:
        if self.weights not in KINDS:
            raise unknown("kind of weights", str(self.weights), KINDS)
        if self.method not in METHODS:
            raise unknown("method", str(self.method), METHODS)
        if not isinstance(self.task, str):
            raise UserError(f"task must be a name, got {self.task!r}")
        for name, (low, high) in _BOUNDS.items():
            value = getattr(self, name)
            kinds = (int, float) if name == "sigma" else (int,)
            if not isinstance(value, kinds) or isinstance(value, bool):
                noun = "number" if name == "sigma" else "whole number"
                raise UserError(f"{name} must be a {noun}, got {value!r}")
            if not low <= value <= high or not math.isfinite(value):
                raise UserError(f"{name} must be between {low:g} and {high:g}, got {value!r}")

    def to_dict(self) -> Row:
        """Return the settings as JSON values."""
        return asdict(self)


def enough(task: Task, episodes: int) -> int:
    """Return how many episodes compare two weightings as well as `episodes` do in a control task.

    An episode of a classification task is a block of many images, and tells as much as several starts.
    """
    return episodes if task.measure == "return" else max(2, episodes // 5)


class Tuned(NamedTuple):
    """Weights that a tuning found. What they are worth is measured by others, on episodes not used here."""

    weights: Floats  # (1,) shared, or (connections,)
    method: str
    evaluations: int  # episodes run
    generations: int


def make_tune_config(settings: object) -> TuneConfig:
    """Return the settings in a JSON value; UserError on unknown or wrong ones."""
    if not isinstance(settings, dict):
        raise UserError(f"expected an object of settings, got {type(settings).__name__}; begin a new tuning")
    known = [entry.name for entry in fields(TuneConfig)]
    for name in settings:
        if name not in known:
            raise unknown("setting", name, known)
    return TuneConfig(**settings)
