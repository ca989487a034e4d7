"""How a pruning study stands, read from its files while another process runs it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from wann.errors import UserError
from wann.experiments.pruning.filenames import PLAN
from wann.experiments.pruning.plan import StudyPlan
from wann.experiments.pruning.rows import DENSE, StudyRow
from wann.experiments.pruning.step_files import rows_below
from wann.experiments.pruning.trusted_code import check_trusted
from wann.jobs.plan_files import FolderFiles
from wann.runs.lock import is_held


class MethodStanding(NamedTuple):
    """How far a method is, over all seeds, densities and controls."""

    method: str
    done: int
    planned: int | None  # None: not known without running code that is not trusted
    # Over densities, rounds and seeds, with its own masks; None: no such step is done
    lowest_accuracy: float | None
    highest_accuracy: float | None


class StudyStanding(NamedTuple):
    """How a study stands."""

    study: str  # its folder
    subject: str  # model and data set
    running: bool
    done: int
    planned: int | None
    methods: list[MethodStanding]

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {**self._asdict(), "methods": [method._asdict() for method in self.methods]}


class StudyReader:
    """Reads how a study stands, as often as it is asked. Nothing is written."""

    def __init__(self, folder: Path) -> None:
        """Take the study in a folder; UserError where there is none."""
        self.folder = folder
        files = FolderFiles(folder)
        self.plan = PLAN.read(files, StudyPlan.from_dict)
        try:
            check_trusted(self.plan, files.where(PLAN.name))
            self._planned = _count(self.plan)
        except UserError:  # code that is not trusted, or data that are not here
            self._planned = {}

    def read(self) -> StudyStanding:
        """Return how the study stands."""
        running = is_held(self.folder) is not False  # before the rows: none is missed at the end
        rows = list(rows_below(self.folder))
        methods = [
            _standing(method, rows, self._planned.get(method))
            for method in (DENSE, *self.plan.methods)
        ]
        return StudyStanding(
            study=str(self.folder),
            subject=f"{self.plan.model} on {self.plan.dataset}",
            running=running,
            done=len(rows),
            planned=sum(self._planned.values()) if self._planned else None,
            methods=methods,
        )


def _count(plan: StudyPlan) -> dict[str, int]:
    """Return how many steps each method has; UserError where the model cannot be had."""
    rounds, counts = plan.count_rounds(), dict.fromkeys((DENSE, *plan.methods), 0)
    for job in plan.first_jobs() + plan.jobs():
        counts[job.method or DENSE] += sum(1 for _ in plan.steps(job, rounds))
    return counts


def _standing(method: str, rows: Iterable[StudyRow], planned: int | None) -> MethodStanding:
    of_method = [row for row in rows if row.method == method]
    found = [row.accuracy for row in of_method if row.control is None]
    lowest, highest = min(found, default=None), max(found, default=None)
    return MethodStanding(method, len(of_method), planned, lowest, highest)
