"""The interval and the verdict of an entry under one condition.

Intervals are over units, and verdicts are on differences to the reference that are paired by units.
A unit is a seed. With several champions that others are held against, a unit is a champion, whose
seeds are averaged: seeds of one champion are no independent draws of champions.

Where there are labels, two networks that are both no better than chance are not told apart: which
class each of them happens to prefer says nothing about it.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from wann.experiments.comparison.plan import ComparisonPlan
from wann.experiments.comparison.rows import ComparisonRow
from wann.statistics import NORMAL_95, Difference, Estimate, compare, estimate

Unit = str | int  # the label of a champion, or a seed
AT_CHANCE = "both at chance"  # stands in place of a verdict


class Chance(NamedTuple):
    """The accuracies that a network has by chance: one that does not look at its inputs.

    It answers one class for all examples, or classes that have nothing to do with them. The band
    goes from the share of the rarest class to that of the most frequent one, and on both sides
    beyond them by what the number of test examples leaves uncertain (95 %, normal approximation of
    the binomial distribution).
    """

    level: float  # one over the number of classes
    low: float
    high: float

    def has(self, value: float) -> bool:
        """Return whether an accuracy is no better than chance."""
        return value <= self.high


def chance_of(shares: Sequence[float], examples: int) -> Chance:
    """Return what chance is where each class has its share of so many test examples."""
    low, high = min(shares), max(shares)
    below, above = (
        NORMAL_95 * math.sqrt(share * (1.0 - share) / examples) for share in (low, high)
    )
    return Chance(1.0 / len(shares), max(0.0, low - below), min(1.0, high + above))


class ConditionResult(NamedTuple):
    """What an entry earns under one condition."""

    estimate: Estimate  # the mean over units, with its interval
    against: Difference | None  # to the reference, paired by units; None for the reference itself

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        against = self.against._asdict() if self.against else None
        return {**self.estimate._asdict(), "against": against}


def means_by_unit(
    plan: ComparisonPlan, rows: Sequence[ComparisonRow], condition: str
) -> dict[Unit, float]:
    """Return the mean of a condition for each unit that has it."""
    values: dict[Unit, list[float]] = {}
    for row in rows:
        found = row.conditions.get(condition)
        if found is not None and found.mean is not None:
            values.setdefault(plan.unit_of(row.job), []).append(found.mean)
    return {unit: sum(some) / len(some) for unit, some in values.items()}


def condition_result(
    means: Mapping[Unit, float], reference: Mapping[Unit, float] | None, chance: Chance | None
) -> ConditionResult:
    """Return the result of an entry from its means by unit.

    They are held against those of the `reference`, which is None for the reference itself. `chance`
    is None where results are not accuracies.
    """
    found = estimate([means[unit] for unit in sorted(means)])
    if reference is None:
        return ConditionResult(found, None)
    against = compare(means, reference)
    if chance and against.mean is not None:
        own = sum(means[unit] for unit in means if unit in reference) / against.n
        if chance.has(own) and chance.has(own - against.mean):
            against = against._replace(verdict=AT_CHANCE)
    return ConditionResult(found, against)
