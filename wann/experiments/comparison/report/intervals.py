"""The interval and the verdict of an entry under one condition.

Intervals are over units, and verdicts are on differences to the reference that are paired by units.
A unit is a seed. With several champions that others are held against, a unit is a champion, whose
seeds are averaged: seeds of one champion are no independent draws of champions.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from wann.experiments.comparison.plan import ComparisonPlan
from wann.experiments.comparison.rows import ComparisonRow
from wann.statistics import Difference, Estimate, compare, estimate

Unit = str | int  # the label of a champion, or a seed


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
    means: Mapping[Unit, float], reference: Mapping[Unit, float] | None
) -> ConditionResult:
    """Return the result of an entry from its means by unit.

    They are held against those of the `reference`, which is None for the reference itself.
    """
    found = estimate([means[unit] for unit in sorted(means)])
    return ConditionResult(found, None if reference is None else compare(means, reference))
