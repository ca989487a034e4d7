"""The held-out part that results are measured on, and what chance alone earns there."""

from typing import Any, NamedTuple

import numpy as np

from wann.experiments.comparison.report.intervals import Chance, chance_of
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


def held_out_of(task: Task) -> HeldOut:
    """Return what the held-out part of a task is."""
    part = task.held_out
    if part.measure != "accuracy" or not isinstance(part, Classifying):
        return HeldOut(part.measure)
    shares = np.bincount(part.labels, minlength=part.outputs) / len(part.labels)
    return HeldOut(part.measure, len(part.labels), chance_of(shares.tolist(), len(part.labels)))
