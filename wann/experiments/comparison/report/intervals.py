"""The interval and the verdict of an entry under one condition.

With one champion a unit is a seed, and verdicts are on differences to the reference that are paired
by seeds. With several champions that others are held against, values are tables of champions by
seeds: see `wann.statistics.crossed`. Pairs are then of the same champion and seed.

Where there are labels, two networks that are both no better than chance are not told apart: which
class each of them happens to prefer says nothing about it.
"""

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np

from wann.experiments.comparison.plan import ComparisonPlan
from wann.experiments.comparison.rows import ComparisonRow
from wann.statistics import (
    NORMAL_95,
    Difference,
    Estimate,
    compare,
    compare_tables,
    corrected,
    estimate,
    estimate_table,
)
from wann.statistics.intervals import Floats

Unit = Any  # a seed, or the label of a champion and a seed
Key = TypeVar("Key", bound=Hashable)
AT_CHANCE = "both at chance"  # stands in place of a verdict


class Chance(NamedTuple):
    """The accuracies that a network has by chance: one that does not look at its inputs.

    It answers one class for all examples, or classes that have nothing to do with them. The band
    goes from the share of the rarest class to that of the most frequent one, and on both sides
    beyond them by what the number of test examples leaves uncertain (95 %, normal approximation of
    the binomial distribution).
    """

    level: float  # the share of the most frequent class
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
    return Chance(high, max(0.0, low - below), min(1.0, high + above))


class ConditionResult(NamedTuple):
    """What an entry earns under one condition."""

    estimate: Estimate  # the mean over units, with its interval
    # To the reference, paired by units; None for the reference itself, and where there are no pairs
    against: Difference | None

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        against = self.against.to_json() if self.against else None
        return {**self.estimate._asdict(), "against": against}


def values_by_unit(
    plan: ComparisonPlan, rows: Sequence[ComparisonRow], condition: str
) -> dict[Unit, float]:
    """Return what rows have earned under a condition, where that is known.

    Keys are seeds, or the champion and the seed where the plan's units are champions.
    """
    found = {}
    for row in rows:
        mean = row.mean(condition)
        if mean is not None:
            champion, _, seed = row.job
            found[seed if plan.unit == "seed" else (champion, seed)] = mean
    return found


def condition_result(
    values: Mapping[Unit, float], reference: Mapping[Unit, float] | None, chance: Chance | None
) -> ConditionResult:
    """Return the result of an entry from its values by unit, which has at least one.

    They are held against those of the `reference` of the same units, if there are any; `reference`
    is None for the reference itself. `chance` is None where results are not accuracies.
    """
    found = _estimated(values)
    if chance:
        found = within_accuracies(found)
    if reference is None:
        return ConditionResult(found, None)
    against = _compared(values, reference)
    if against.mean is None:
        return ConditionResult(found, None)
    if chance:
        own = [values[unit] for unit in values if unit in reference]
        level = sum(own) / len(own)
        if chance.has(level) and chance.has(level - against.mean):
            against = against._replace(verdict=AT_CHANCE, alone=AT_CHANCE, p=None)
    return ConditionResult(found, against)


def within_accuracies(found: Estimate) -> Estimate:
    """Return the estimate of an accuracy, whose interval ends at 0 and 1: beyond there is none."""
    low, high = (
        None if end is None else min(max(end, 0.0), 1.0) for end in (found.low, found.high)
    )
    return found._replace(low=low, high=high)


def corrected_results(results: Mapping[Key, ConditionResult]) -> dict[Key, ConditionResult]:
    """Return the results of one table with those verdicts that hold among all of them."""
    asked = {key: found.against for key, found in results.items() if found.against}
    told = dict(zip(asked, corrected(asked.values()), strict=True))
    return {key: found._replace(against=told.get(key)) for key, found in results.items()}


def table_of(values: Mapping[Unit, float]) -> Floats:
    """Return values by champion and seed as a table, with NaN where there is none."""
    champions = sorted({champion for champion, _ in values})
    seeds = sorted({seed for _, seed in values})
    return np.array(
        [[values.get((one, seed), math.nan) for seed in seeds] for one in champions]
    ).reshape(len(champions), len(seeds))


def _is_crossed(values: Mapping[Unit, float]) -> bool:
    return isinstance(next(iter(values), None), tuple)


def _estimated(values: Mapping[Unit, float]) -> Estimate:
    if _is_crossed(values):
        return estimate_table(table_of(values))
    return estimate([values[unit] for unit in sorted(values)])


def _compared(values: Mapping[Unit, float], reference: Mapping[Unit, float]) -> Difference:
    if _is_crossed(values):
        return compare_tables([table_of(_less(values, reference))])
    return compare(values, reference)


def _less(values: Mapping[Unit, float], others: Mapping[Unit, float]) -> dict[Unit, float]:
    return {unit: value - others[unit] for unit, value in values.items() if unit in others}
