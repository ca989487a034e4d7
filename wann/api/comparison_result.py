"""What `wann.compare` returns: rows, results and verdicts of a comparison, and where they lie."""

import html
import webbrowser
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from wann.api.columns import Columns
from wann.api.notes import in_json
from wann.errors import several
from wann.experiments.comparison.report.entries import Entry
from wann.experiments.comparison.report.intervals import ConditionResult
from wann.experiments.comparison.report.summary import ComparisonSummary
from wann.experiments.comparison.report.terminal_table import as_text
from wann.experiments.comparison.rows import ComparisonRow
from wann.jobs.tables import flatten
from wann.statistics import Difference

_WIDTH = 100  # columns of a table in a notebook or a script


@dataclass(frozen=True, repr=False)
class ComparisonResult:
    """What came out of a comparison so far.

    Attributes:
        folder: where it lies; the same call goes on with it.
        report: the HTML report.
        summary: the whole result, as the reports show it.
        notes: what is to be known of the task.
    """

    folder: Path
    report: Path
    summary: ComparisonSummary
    made: tuple[ComparisonRow, ...]
    notes: tuple[str, ...] = ()

    def __fspath__(self) -> str:
        return str(self.folder)

    @cached_property
    def rows(self) -> Columns:
        """A row for each contestant and seed, as columns: the mean under each condition, counts."""
        return Columns(_row(row) for row in self.made)

    @property
    def entries(self) -> Mapping[str, Entry]:
        """What is compared, by name: results under each condition, counts, times, costs."""
        return {entry.name: entry for entry in self.summary.entries}

    @property
    def results(self) -> Mapping[str, Mapping[str, ConditionResult]]:
        """What each entry earns, by its name and the name of a condition, with its interval."""
        return {entry.name: entry.conditions for entry in self.summary.entries}

    @property
    def verdicts(self) -> Mapping[str, Mapping[str, Difference]]:
        """How each entry differs from the reference, by its name and the name of a condition.

        Each has `mean`, `low` and `high` of the paired differences, and the `verdict`: "better",
        "worse", "not resolved" or "both at chance". The reference itself is not among them.
        """
        return {
            entry.name: {
                name: found.against
                for name, found in entry.conditions.items()
                if found.against is not None
            }
            for entry in self.summary.entries
            if entry.name != self.summary.reference
        }

    def open(self) -> bool:
        """Show the report in a browser; return whether there is one."""
        return webbrowser.open(self.report.resolve().as_uri())

    def to_json(self) -> dict[str, Any]:
        """Return JSON values: those that `wann compare --json` prints."""
        return {**self.summary.to_json(), **in_json(self.notes)}

    def text(self, width: int | None = None) -> str:
        """Return the tables for so many columns, and what was found, as `wann compare` does."""
        return as_text(self.summary, width)

    def __str__(self) -> str:
        return self.text(_WIDTH)

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self))}</pre>"

    def __repr__(self) -> str:
        failed = (
            f", {several(len(self.summary.failed), 'row')} failed" if self.summary.failed else ""
        )
        return (
            f"ComparisonResult({str(self.folder)!r}, {len(self.made)} rows of "
            f"{len(self.summary.entries)} entries against {self.summary.reference}{failed})"
        )


def _row(row: ComparisonRow) -> dict[str, Any]:
    means = {name: found.mean for name, found in row.conditions.items()}
    structure = {"connections": row.structure.connections, "budget": row.budget}
    costs = flatten({"cost": dict(row.cost)})
    at_work = {"effective_connections": row.structure.effective_connections}
    return {**row.job._asdict(), **structure, **at_work, **means, **costs, "seconds": row.seconds}
