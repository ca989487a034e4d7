"""What a comparison came to, as a value from which every form of the report is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wann.config import Making
from wann.config.conditions import CONDITIONS
from wann.errors import short_repr
from wann.experiments.comparison.contestants.cells import Cell
from wann.experiments.comparison.plan import ComparisonPlan
from wann.experiments.comparison.report.budget_curves import BudgetCurves, curves_of
from wann.experiments.comparison.report.cells_of_rows import cell_of_champion
from wann.experiments.comparison.report.entries import Entry, make_entries
from wann.experiments.comparison.report.factors import Factors, factors_of
from wann.experiments.comparison.report.held_out import HeldOut
from wann.experiments.comparison.report.pooled_curves import pooled_curves_of
from wann.experiments.comparison.rows import ComparisonRow, Failure

_MOST_CURVES = 3  # champions whose own curves are shown
_MOST_NETWORKS = 12  # that are drawn


@dataclass(frozen=True)
class ComparisonSummary:
    """The whole result of a comparison."""

    task: str  # its spec
    held_out: HeldOut  # what results are measured on
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
    seconds: float = 0.0  # that making and measuring all rows took
    factors: Factors | None = None  # None where no two cells differ in one thing alone
    champion_cells: tuple[Cell | None, ...] = ()  # the different ones
    groups: tuple[str, ...] = ()  # of searches that champions come from
    left_out: tuple[str, ...] = ()  # a line for each sweep that was not finished

    def __repr__(self) -> str:
        return short_repr(self)

    @property
    def measure(self) -> str:
        """What returns are: "accuracy" or "return"."""
        return self.held_out.measure

    @property
    def units(self) -> int:
        """How many units there are."""
        return len(self.champions) if self.unit == "champion" else len(self.seeds)

    @property
    def shown_entries(self) -> list[str]:
        """The entries whose networks are drawn, in their order, and that profiles show.

        Of many these are the reference and those that earn most under the first condition.
        """
        made = [entry for entry in self.entries if entry.rows]
        first = self.conditions[:1]

        def place(entry: Entry) -> tuple[bool, float]:
            found = [entry.conditions[name] for name in first if name in entry.conditions]
            return entry.name != self.reference, -found[0].estimate.mean if found else 0.0

        chosen = {entry.name for entry in sorted(made, key=place)[:_MOST_NETWORKS]}
        return [entry.name for entry in self.entries if entry.name in chosen or not entry.rows]

    @property
    def shown_curves(self) -> tuple[BudgetCurves, ...]:
        """The curves that texts and figures show: of all champions together, or of the first ones.

        Those of every champion are in the table of curves.
        """
        pooled = tuple(curves for curves in self.curves if curves.of_champions > 1)
        return pooled or self.curves[:_MOST_CURVES]

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
            **self.held_out.to_json(),
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
            "seconds": self.seconds,
            "factors": self.factors.to_json() if self.factors else None,
            "groups": list(self.groups),
            "left_out": list(self.left_out),
        }


def summarise(
    plan: ComparisonPlan,
    rows: Sequence[ComparisonRow],
    failed: Sequence[Failure],
    held_out: HeldOut,
) -> ComparisonSummary:
    """Return the whole result of the rows made and failed so far."""
    in_table = [row for row in rows if not plan.is_only_in_curves(row.job)]
    failed_in_table = [failure for failure in failed if not plan.is_only_in_curves(failure.job)]
    planned = len(plan.jobs())
    return ComparisonSummary(
        task=plan.task,
        held_out=held_out,
        reference=plan.reference,
        champions=tuple(plan.champions),
        seeds=plan.seeds,
        unit=plan.unit,
        making=plan.making,
        finished=len(rows) == planned,
        missing=planned - len(rows) - len(failed),
        entries=tuple(make_entries(plan, in_table, failed_in_table, held_out.chance)),
        curves=(
            *pooled_curves_of(plan, rows, held_out.chance),
            *curves_of(plan, rows, held_out.chance),
        ),
        failed=tuple(failed),
        seconds=round(sum(row.seconds for row in rows), 3),
        factors=factors_of(plan, in_table, held_out.chance),
        champion_cells=tuple(dict.fromkeys(map(cell_of_champion, plan.origins.values()))),
        groups=tuple(dict.fromkeys(plan.groups.values())),
        left_out=plan.left_out,
    )
