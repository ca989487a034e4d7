"""How a comparison stands, read from its files while another process runs it.

Nothing is written, and neither the task nor code of the user's own is needed.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from wann.config.conditions import RANDOM_SHARED, TUNED_WEIGHTS
from wann.experiments.comparison.filenames import PLAN
from wann.experiments.comparison.plan import ComparisonJob, ComparisonPlan
from wann.experiments.comparison.row_files import read_error, read_row
from wann.experiments.comparison.rows import ComparisonRow
from wann.jobs.plan_files import FolderFiles
from wann.runs.lock import is_held
from wann.tasks.registry import is_of_data


class Span(NamedTuple):
    """The lowest and the highest of some values."""

    lowest: float
    highest: float


class EntryStanding(NamedTuple):
    """How far a contestant is, or one of the networks that are held against each other.

    Rows are counted over champions and seeds, those of the budget curves among them. Spans are over
    the rows of the table alone; None: none of them is done.
    """

    entry: str
    done: int
    failed: int
    planned: int
    random_shared: Span | None
    tuned_weights: Span | None

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            name: value._asdict() if isinstance(value, Span) else value
            for name, value in self._asdict().items()
        }


class ComparisonStanding(NamedTuple):
    """How a comparison stands."""

    comparison: str  # its folder
    task: str  # its spec
    running: bool
    done: int
    failed: int  # when they were tried last
    planned: int
    entries: list[EntryStanding]
    problem: str | None  # why one row of those failed

    @property
    def classifies(self) -> bool:
        """Whether values are accuracies, as far as the name of the task tells."""
        return is_of_data(self.task)

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {**self._asdict(), "entries": [entry.to_json() for entry in self.entries]}


class ComparisonReader:
    """Reads how a comparison stands, as often as it is asked. Nothing is written."""

    def __init__(self, folder: Path) -> None:
        """Take the comparison in a folder; UserError where there is none."""
        self.folder = folder
        self._rows: dict[ComparisonJob, ComparisonRow] = {}  # which are final

    def read(self) -> ComparisonStanding:
        """Return how the comparison stands; UserError where one of its files is damaged."""
        running = is_held(self.folder) is not False  # before the rows: none is missed at the end
        plan = PLAN.read(FolderFiles(self.folder), ComparisonPlan.from_dict)
        jobs, problems = plan.jobs(), {}
        for job in jobs:
            if job not in self._rows:
                row = read_row(self.folder, job)
                if row is not None:
                    self._rows[job] = row
                elif (problem := read_error(self.folder, job)) is not None:
                    problems[job] = problem
        entries = [self._standing(plan, entry, problems) for entry in plan.entries]
        return ComparisonStanding(
            comparison=str(self.folder),
            task=plan.task,
            running=running,
            done=sum(entry.done for entry in entries),
            failed=len(problems),
            planned=len(jobs),
            entries=entries,
            problem=next(iter(problems.values()), None),
        )

    def _standing(
        self,
        plan: ComparisonPlan,
        entry: str,
        problems: dict[ComparisonJob, str],
    ) -> EntryStanding:
        jobs = [job for job in plan.jobs() if plan.entry_of(job) == entry]
        done = [job for job in jobs if job in self._rows]
        rows = [self._rows[job] for job in done if not plan.is_only_in_curves(job)]
        return EntryStanding(
            entry=entry,
            done=len(done),
            failed=sum(job in problems for job in jobs),
            planned=len(jobs),
            random_shared=_span(rows, RANDOM_SHARED),
            tuned_weights=_span(rows, TUNED_WEIGHTS),
        )


def _span(rows: Sequence[ComparisonRow], condition: str) -> Span | None:
    found = (row.conditions.get(condition) for row in rows)
    means = [one.mean for one in found if one is not None and one.mean is not None]
    return Span(min(means), max(means)) if means else None
