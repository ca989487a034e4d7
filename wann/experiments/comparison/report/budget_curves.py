"""Budget curves: what each contestant earns at several numbers of connections.

The grown networks of these sizes are those on the front of one run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from wann.experiments.comparison.contestants.make import DENSE, GROWN
from wann.experiments.comparison.labels import budget_label
from wann.experiments.comparison.measuring.measures import POINT
from wann.experiments.comparison.plan import ComparisonPlan
from wann.experiments.comparison.report.intervals import (
    Chance,
    ConditionResult,
    Unit,
    condition_result,
    corrected_results,
)
from wann.experiments.comparison.rows import ComparisonRow

# The label of a grown network, the condition, the seed
GrownKey = tuple[str, str, int]


class CurvePoint(NamedTuple):
    """What a contestant earns at one number of connections."""

    connections: int
    reference_size: bool  # whether that is a size of its own, as the dense parent has
    # Over seeds, for those conditions of `POINT` that are known; verdicts are against the grown
    # network of this size, or the one nearest below this budget
    conditions: Mapping[str, ConditionResult]

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        conditions = {name: found.to_json() for name, found in self.conditions.items()}
        return {**self._asdict(), "conditions": conditions}


class BudgetCurves(NamedTuple):
    """The curves of a champion, the smaller networks of its run, and contestants of their sizes."""

    champion: str  # its label
    curves: Mapping[str, Sequence[CurvePoint]]  # by contestant; points with few connections first
    of_champions: int = 1  # more: of all of them together, at the budgets of the plan

    @property
    def title(self) -> str:
        """Whose curves these are."""
        if self.of_champions > 1:
            return f"{self.champion} and networks of their runs at each budget"
        return f"{self.champion} and smaller networks of its run"

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        curves = {name: [point.to_json() for point in some] for name, some in self.curves.items()}
        return {"champion": self.champion, "of_champions": self.of_champions, "curves": curves}


def curves_of(
    plan: ComparisonPlan, rows: Sequence[ComparisonRow], chance: Chance | None
) -> list[BudgetCurves]:
    """Return the curves of each champion that has smaller networks beside it, by contestant.

    `chance` is None where results are not accuracies.
    """
    found = []
    for label in plan.champions:
        family = plan.family(label)
        if len(family) > 1:
            own = _shown(plan, [row for row in rows if row.job.champion in family])
            grown = {
                (row.job.champion, condition, row.job.seed): mean
                for row in own
                if row.job.name == GROWN
                for condition, mean in _means(row).items()
            }
            grown |= _at_budgets(plan, label, grown)
            curves = {
                name: _curve([row for row in own if row.job.name == name], grown, chance)
                for name in plan.contestants
            }
            if known := corrected_curves(curves):  # else no row is there yet
                found.append(BudgetCurves(label, known))
    return found


def _at_budgets(
    plan: ComparisonPlan, champion: str, grown: Mapping[GrownKey, float]
) -> dict[GrownKey, float]:
    """Return what a champion's networks earn by the budgets that they stand at.

    Contestants that are made to a budget alone are held against these.
    """
    networks = {budget: own[champion] for budget, own in plan.budgets.items() if champion in own}
    return {
        (budget_label(budget), condition, seed): mean
        for budget, network in networks.items()
        for (one, condition, seed), mean in grown.items()
        if one == network
    }


def corrected_curves(curves: Mapping[str, Sequence[CurvePoint]]) -> dict[str, list[CurvePoint]]:
    """Return the curves with verdicts that hold among all of one condition, without empty ones."""
    conditions: dict[tuple[str, int], dict[str, ConditionResult]] = {
        (name, number): {} for name, some in curves.items() for number in range(len(some))
    }
    for condition in POINT:
        found = {
            (name, number): point.conditions[condition]
            for name, some in curves.items()
            for number, point in enumerate(some)
            if condition in point.conditions
        }
        for key, result in corrected_results(found).items():
            conditions[key][condition] = result
    return {
        name: [
            point._replace(conditions=conditions[name, number]) for number, point in enumerate(some)
        ]
        for name, some in curves.items()
        if some
    }


def _shown(plan: ComparisonPlan, rows: Sequence[ComparisonRow]) -> list[ComparisonRow]:
    """Return `rows` with the conditions that were measured at smaller sizes, too."""
    small = [row for row in rows if plan.is_only_in_curves(row.job)] or rows
    names = {name for name in POINT for row in small if name in row.conditions}
    return [
        replace(row, conditions={name: row.conditions[name] for name in names & {*row.conditions}})
        for row in rows
    ]


def _means(row: ComparisonRow) -> dict[str, float]:
    """Return what a row has earned under each condition of `POINT`, where that is known."""
    return {name: mean for name in POINT if (mean := row.mean(name)) is not None}


def _curve(
    rows: Sequence[ComparisonRow], grown: Mapping[GrownKey, float], chance: Chance | None
) -> list[CurvePoint]:
    by_size: dict[int, list[ComparisonRow]] = {}
    for row in rows:
        by_size.setdefault(row.structure.connections, []).append(row)
    return [_point(size, by_size[size], grown, chance) for size in sorted(by_size)]


def _point(
    size: int,
    rows: Sequence[ComparisonRow],
    grown: Mapping[GrownKey, float],
    chance: Chance | None,
) -> CurvePoint:
    """Return the point of the rows of one contestant, which all have `size` connections."""
    conditions = {}
    for name in POINT:
        means: dict[Unit, float] = {
            row.job.seed: found[name] for row in rows if name in (found := _means(row))
        }
        if means:
            of_grown: dict[Unit, float] = {
                row.job.seed: grown[key]
                for row in rows
                if (key := (row.job.champion, name, row.job.seed)) in grown
            }
            is_grown = rows[0].job.name == GROWN
            conditions[name] = condition_result(means, None if is_grown else of_grown, chance)
    return CurvePoint(size, rows[0].job.name == DENSE, conditions)
