"""Budget curves: what each contestant earns at several numbers of connections.

The grown networks of these sizes are those on the front of one run.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from wann.experiments.comparison.contestants.make import DENSE
from wann.experiments.comparison.measuring.measures import POINT
from wann.experiments.comparison.plan import ComparisonPlan
from wann.experiments.comparison.rows import ComparisonRow
from wann.statistics import Estimate, estimate, known


class CurvePoint(NamedTuple):
    """What a contestant earns at one number of connections."""

    connections: int
    reference_size: bool  # whether that is a size of its own, as the dense parent has
    conditions: Mapping[str, Estimate]  # over seeds, for those conditions of `POINT` that are known

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        conditions = {name: found._asdict() for name, found in self.conditions.items()}
        return {**self._asdict(), "conditions": conditions}


class BudgetCurves(NamedTuple):
    """The curves of a champion, the smaller networks of its run, and contestants of their sizes."""

    champion: str  # its label
    curves: Mapping[str, Sequence[CurvePoint]]  # by contestant; points with few connections first

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        curves = {name: [point.to_json() for point in some] for name, some in self.curves.items()}
        return {"champion": self.champion, "curves": curves}


def curves_of(plan: ComparisonPlan, rows: Sequence[ComparisonRow]) -> list[BudgetCurves]:
    """Return the curves of each champion that has smaller networks beside it, by contestant."""
    found = []
    for label in plan.champions:
        family = _family(plan, label)
        if len(family) > 1:
            own = [row for row in rows if row.job.champion in family]
            curves = {
                name: _curve(row for row in own if row.job.name == name)
                for name in plan.contestants
            }
            known = {name: curve for name, curve in curves.items() if curve}
            found.append(BudgetCurves(label, known))
    return found


def _family(plan: ComparisonPlan, label: str) -> set[str]:
    """Return the labels of a champion and of the smaller networks of its run."""
    return {label} | {point for point in plan.points if point.rpartition("-at-")[0] == label}


def _curve(rows: Iterable[ComparisonRow]) -> list[CurvePoint]:
    by_size: dict[int, list[ComparisonRow]] = {}
    for row in rows:
        by_size.setdefault(row.structure.connections, []).append(row)
    return [_point(size, by_size[size]) for size in sorted(by_size)]


def _point(size: int, rows: Sequence[ComparisonRow]) -> CurvePoint:
    """Return the point of the rows of one contestant, which all have `size` connections."""
    conditions = {}
    for name in POINT:
        means = known(row.conditions[name].mean for row in rows)
        if means:
            conditions[name] = estimate(means)
    return CurvePoint(size, rows[0].job.name == DENSE, conditions)
