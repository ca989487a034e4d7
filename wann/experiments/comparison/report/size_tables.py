"""The tables of smaller networks: what each contestant earns at each size, under one condition."""

from collections.abc import Iterator
from typing import NamedTuple

from wann.config.conditions import CONDITIONS
from wann.experiments.comparison.measuring.measures import POINT
from wann.experiments.comparison.report.budget_curves import BudgetCurves
from wann.experiments.comparison.report.intervals import ConditionResult
from wann.experiments.comparison.report.notation import count
from wann.experiments.comparison.report.summary import ComparisonSummary


class SizeTable(NamedTuple):
    """What contestants of several sizes earn under one condition."""

    title: str
    sizes: tuple[int, ...]  # numbers of connections, largest first
    # Of each contestant what it earns at each of the sizes, None where it was not measured
    lines: dict[str, list[ConditionResult | None]]

    def heads(self) -> list[str]:
        """Return what stands above the columns."""
        return ["connections", *map(count, self.sizes)]


def size_tables(summary: ComparisonSummary) -> Iterator[SizeTable]:
    """Yield a table for each champion with smaller networks beside it, and each condition."""
    conditions = [name for name in CONDITIONS if name in POINT]
    for curves in summary.shown_curves:
        for condition in conditions:
            title = f"{curves.title}, with {CONDITIONS[condition].weights}"
            table = _table(curves, condition, title)
            if table.lines:  # a vote, for one, is only where there are classes
                yield table


def _table(curves: BudgetCurves, condition: str, title: str) -> SizeTable:
    """Return the table of one condition; a contestant of a size of its own stands in none."""
    found = {
        name: {
            point.connections: point.conditions[condition]
            for point in points
            if condition in point.conditions and not point.reference_size
        }
        for name, points in curves.curves.items()
    }
    sizes = sorted({size for results in found.values() for size in results}, reverse=True)
    lines = {
        name: [results.get(size) for size in sizes] for name, results in found.items() if results
    }
    return SizeTable(title, tuple(sizes), lines)
