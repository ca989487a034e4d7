"""The held-out part that results are measured on, and what chance alone earns there."""

from pathlib import Path
from typing import Any, NamedTuple, TypedDict

import numpy as np

from wann.experiments.comparison.report.intervals import Chance, chance_of
from wann.runs.tail import read_if_whole
from wann.tasks.optional_abilities import Classifying
from wann.tasks.task import Task


class HeldOut(NamedTuple):
    """What a comparison's results are measured by."""

    measure: str  # what returns are: "accuracy" or "return"
    examples: int | None = None  # of the test part, None for tasks without labels
    chance: Chance | None = None  # None for tasks without labels

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        chance = self.chance._asdict() if self.chance else None
        return {"test_examples": self.examples, "chance": chance}


class _ChanceShape(TypedDict):
    level: float
    low: float
    high: float


class _Shape(TypedDict):
    """What a summary in a file says of the held-out part."""

    measure: str
    test_examples: int | None
    chance: _ChanceShape | None


def held_out_in(summary: Path) -> HeldOut | None:
    """Return what a summary.json says of the held-out part; None where there is no such file.

    It is None, too, where the file is damaged or of an older version. Figures need no more of a
    task, whose data set may not be there.
    """
    found = read_if_whole(summary.read_bytes() if summary.is_file() else None, _Shape)
    if found is None:
        return None
    chance = found["chance"]
    return HeldOut(found["measure"], found["test_examples"], Chance(**chance) if chance else None)


def held_out_of(task: Task) -> HeldOut:
    """Return what the held-out part of a task is."""
    part = task.held_out
    if part.measure != "accuracy" or not isinstance(part, Classifying):
        return HeldOut(part.measure)
    shares = np.bincount(part.labels, minlength=part.outputs) / len(part.labels)
    return HeldOut(part.measure, len(part.labels), chance_of(shares.tolist(), len(part.labels)))
