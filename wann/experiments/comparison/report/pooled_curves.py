"""Budget curves over several champions: what each contestant earns at each budget."""

from collections.abc import Sequence

from wann.experiments.comparison.contestants.make import DENSE, GROWN, is_of_a_champion
from wann.experiments.comparison.labels import budget_label
from wann.experiments.comparison.measuring.measures import POINT
from wann.experiments.comparison.plan import ComparisonPlan
from wann.experiments.comparison.report.budget_curves import (
    BudgetCurves,
    CurvePoint,
    corrected_curves,
)
from wann.experiments.comparison.report.intervals import Chance, condition_result
from wann.experiments.comparison.rows import ComparisonRow

Rows = dict[tuple[str, str, int], ComparisonRow]  # by label, contestant and seed
Values = dict[tuple[str, int], float]  # by champion and seed


def pooled_curves_of(
    plan: ComparisonPlan, rows: Sequence[ComparisonRow], chance: Chance | None
) -> list[BudgetCurves]:
    """Return the curves over all champions of a plan with budgets, none for one without.

    A contestant that is made to a budget alone is the same for all champions; others have a network
    for each of them. Intervals are over champions and seeds, and verdicts against the grown ones.
    """
    if len(plan.champions) < 2 or not plan.budgets:
        return []
    found: Rows = {(row.job.champion, row.job.name, row.job.seed): row for row in rows}
    curves = {
        name: [
            point
            for budget in plan.budgets
            if (point := _point(plan, found, name, budget, chance)).conditions
        ]
        for name in plan.contestants
        if name != DENSE
    }
    label = f"{len(plan.champions)} champions"
    known = corrected_curves(curves)
    return [BudgetCurves(label, known, of_champions=len(plan.champions))] if known else []


def _point(
    plan: ComparisonPlan, rows: Rows, name: str, budget: int, chance: Chance | None
) -> CurvePoint:
    """Return what a contestant earns at a budget; without conditions where nothing is known."""
    conditions = {}
    for condition in POINT:
        values = _values(plan, rows, name, budget, condition)
        if values:
            grown = _values(plan, rows, GROWN, budget, condition)
            others = None if name == GROWN else grown
            conditions[condition] = condition_result(values, others, chance)
    return CurvePoint(budget, False, conditions)


def _values(plan: ComparisonPlan, rows: Rows, name: str, budget: int, condition: str) -> Values:
    """Return what a contestant earns at a budget, for each champion that it is known for.

    What is made to a budget alone is the same for all champions, also for those without a network
    there.
    """
    found = {}
    of_all = dict.fromkeys(plan.champions, budget_label(budget))
    labels = plan.budgets[budget] if is_of_a_champion(name) else of_all
    for champion, label in labels.items():
        for seed in plan.seeds:
            row = rows.get((label, name, seed))
            mean = row.mean(condition) if row else None
            if mean is not None:
                found[champion, seed] = mean
    return found
