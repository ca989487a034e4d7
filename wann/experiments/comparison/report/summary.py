"""What a comparison came to, as a value from which every form of the report is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wann.config import Making
from wann.config.conditions import CONDITIONS
from wann.experiments.comparison.plan import ComparisonPlan
from wann.experiments.comparison.report.budget_curves import BudgetCurves, curves_of
from wann.experiments.comparison.report.entries import Entry, make_entries
from wann.experiments.comparison.rows import ComparisonRow, Failure


@dataclass(frozen=True)
class ComparisonSummary:
    """The whole result of a comparison."""

    task: str  # its spec
    measure: str  # what returns are: "accuracy" or "return"
    reference: str  # the name of the entry that the others are held against
    champions: tuple[str, ...]
    seeds: tuple[int, ...]
    unit: str  # what pairs are made of: "seed" or "champion"
    making: Making
    finished: bool  # whether every row was made
    missing: int  # rows that were neither made nor failed
    entries: tuple[Entry, ...]
    curves: tuple[BudgetCurves, ...]
    failed: tuple[Failure, ...]

    @property
    def units(self) -> int:
        """How many units there are."""
        return len(self.champions) if self.unit == "champion" else len(self.seeds)

    @property
    def conditions(self) -> list[str]:
        """The conditions that were measured, in the order of their columns."""
        return [
            name for name in CONDITIONS if any(name in entry.conditions for entry in self.entries)
        ]

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "task": self.task,
            "measure": self.measure,
            "reference": self.reference,
            "champions": list(self.champions),
            "seeds": list(self.seeds),
            "unit": self.unit,
            "making": self.making.to_dict(),
            "finished": self.finished,
            "missing": self.missing,
            "entries": [entry.to_json() for entry in self.entries],
            "curves": [curves.to_json() for curves in self.curves],
            "failed": [failure.to_json() for failure in self.failed],
        }


def summarise(
    plan: ComparisonPlan,
    rows: Sequence[ComparisonRow],
    failed: Sequence[Failure],
    measure: str,
) -> ComparisonSummary:
    """Return the whole result; `measure` is what returns are: "accuracy" or "return"."""
    in_table = [row for row in rows if not plan.is_only_in_curves(row.job)]
    failed_in_table = [failure for failure in failed if not plan.is_only_in_curves(failure.job)]
    planned = len(plan.jobs())
    return ComparisonSummary(
        task=plan.task,
        measure=measure,
        reference=plan.reference,
        champions=tuple(plan.champions),
        seeds=plan.seeds,
        unit=plan.unit,
        making=plan.making,
        finished=len(rows) == planned,
        missing=planned - len(rows) - len(failed),
        entries=tuple(make_entries(plan, in_table, failed_in_table)),
        curves=tuple(curves_of(plan, rows)),
        failed=tuple(failed),
    )
