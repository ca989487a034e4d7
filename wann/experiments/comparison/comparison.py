"""A comparison in its folder: begun or gone on with, run by whatever runs tasks, summarised.

A contestant that fails does not lose the others: it is listed with its error, and tried again by
the next call.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

from wann import own
from wann.experiments.comparison import filenames
from wann.experiments.comparison.champion_files import read_champion, write_champion
from wann.experiments.comparison.contestants.contestant import Champion
from wann.experiments.comparison.contestants.make import drawn_by_chance
from wann.experiments.comparison.make_rows import UnitOrder, make_rows
from wann.experiments.comparison.plan import ComparisonJob, ComparisonPlan
from wann.experiments.comparison.row_files import read_error, read_row, write_error
from wann.experiments.comparison.rows import ComparisonRow, Failure
from wann.experiments.comparison.units import Unit, units_of
from wann.files import Anchored, Folder
from wann.jobs.job_loop import run_jobs
from wann.jobs.plan_files import FolderFiles, Owner, refuse_draws
from wann.jobs.runners import Runner
from wann.weights.own_measures import MEASURES


class Comparison(Owner):
    """The plan of a comparison and the folder it lies in, which is locked until it is closed.

    `plan` is all that the folder holds or will hold, `asked` is what is asked for this time, and
    `held` holds the lock, None where nothing is to be written.
    """

    folder = Anchored()

    def __init__(
        self,
        folder: Path,
        plan: ComparisonPlan,
        asked: ComparisonPlan,
        held: ExitStack | None = None,
    ) -> None:
        super().__init__(held or ExitStack())
        self.folder, self.plan, self.asked = folder, plan, asked
        self._final: dict[ComparisonJob, ComparisonRow] = {}  # rows that were read already

    @classmethod
    def create(
        cls, folder: Path, asked: ComparisonPlan, champions: Sequence[Champion]
    ) -> "Comparison":
        """Begin a comparison, or go on with the one in the folder.

        Champions, contestants and seeds can be added to it. UserError if the folder holds something
        else, or a comparison on another task, of other networks or settings, or another process
        writes to it.
        """
        for name in asked.making.measure:
            MEASURES.find(name)
        asked = asked.with_sources()
        files = FolderFiles(folder)
        with filenames.PLAN.claimed(files) as held:
            known = filenames.PLAN.find(files, ComparisonPlan.from_dict)
            outdated: list[str] = []
            if known is not None:
                own.check_trusted(known.code(), folder / filenames.PLAN.name)
                filenames.PLAN.refuse_others(files, known.differing(asked))
                known, outdated = _with_present_code(files, known, asked)
            joined = (known or asked).joined(asked)
            if joined.drawn():
                left = [job.name for job in asked.jobs() if read_row(folder, job) is None]
                refuse_draws(joined.draws, drawn_by_chance(left), str(folder))
            with filenames.PLAN.written(files, joined.to_dict()):
                for champion in champions:
                    write_champion(folder, champion, asked.task)
            found = cls(folder, joined, asked, held.pop_all())
            found.outdated = outdated
            return found

    @classmethod
    def open(cls, folder: Path) -> "Comparison":
        """Return the comparison in a folder.

        UserError if there is none, or another process writes to it.
        """
        files = FolderFiles(folder)
        filenames.PLAN.read(files, ComparisonPlan.from_dict)
        with filenames.PLAN.claimed(files) as held:
            plan = filenames.PLAN.read(files, ComparisonPlan.from_dict)
            own.check_trusted(plan.code(), folder / filenames.PLAN.name)
            plan, outdated = _with_present_code(files, plan, plan.with_sources())
            found = cls(folder, plan, plan, held.pop_all())
            found.outdated = outdated
            return found

    @classmethod
    def seen(cls, folder: Path) -> "Comparison":
        """Return the comparison in a folder to be looked at, whoever writes to it meanwhile.

        UserError if there is none, or its plan is damaged.
        """
        plan = filenames.PLAN.read(FolderFiles(folder), ComparisonPlan.from_dict)
        return cls(folder, plan, plan)

    def left(self) -> list[ComparisonJob]:
        """Return the rows that were asked for and are not there, those that failed among them."""
        return [job for job in self.asked.jobs() if self._row(job) is None]

    def run(
        self, runner: Runner, *, retries: int, stopped: Callable[[], bool], threads: int
    ) -> Iterator[tuple[ComparisonJob, str | None]]:
        """Make the rows that are left, and yield each that has ended, with why it failed if it did.

        Args:
            runner: What runs them, here or on other machines; see `wann.jobs.runners`.
            retries: How often a row that fails is tried again at once.
            stopped: Once it returns True no further row is begun.
            threads: On how many threads each row is made.
        """
        plan, folder = self.plan.to_dict(), str(self.folder.resolve())

        def order_of(unit: Unit) -> UnitOrder:
            return UnitOrder(folder, plan, unit, threads)

        units = units_of(self.plan, self.left(), self._sizes())
        ended = run_jobs(runner, make_rows, units, order_of, retries=retries, stopped=stopped)
        files = Folder(self.folder)
        files.remove(filenames.STOP)  # of a call that was killed
        try:
            with closing(ended):
                for unit, problem in ended:
                    yield from self._ended(unit, problem)
        finally:
            files.remove(filenames.STOP)

    def stop(self) -> None:
        """Tell workers to begin no further row, wherever they run."""
        Folder(self.folder).write(filenames.STOP, b"")

    def _ended(self, unit: Unit, problem: str | None) -> Iterator[tuple[ComparisonJob, str | None]]:
        """Yield the rows of a unit that have ended; `problem` is why not all of them are there."""
        for job in unit.jobs:
            if self._row(job) is not None:
                yield job, None
            elif problem is not None:
                own = read_error(self.folder, job)
                if own is None:  # its worker died before it could say so
                    write_error(self.folder, job, problem)
                yield job, own or problem

    def _sizes(self) -> Callable[[ComparisonJob], int]:
        """Return what tells how many connections the contestant of a row has."""
        known: dict[str, int] = {}

        def size_of(job: ComparisonJob) -> int:
            budget, label = self.plan.budget_of(job), job.champion
            if budget is not None:
                return budget
            if label not in known:
                network = read_champion(self.folder, label, self.plan.networks[label]).network
                known[label] = network.connections
            return known[label]

        return size_of

    def _row(self, job: ComparisonJob) -> ComparisonRow | None:
        """Return a row, which is read once, and None while it is not there."""
        if job not in self._final and (row := read_row(self.folder, job)) is not None:
            self._final[job] = row
        return self._final.get(job)

    def rows(self) -> list[ComparisonRow]:
        """Return all rows, of this and of earlier calls."""
        found = [self._row(job) for job in self.plan.jobs()]
        return [row for row in found if row is not None]

    def failed(self) -> list[Failure]:
        """Return the rows that could not be made, each with its error."""
        tried = [(job, read_error(self.folder, job)) for job in self.plan.jobs()]
        return [Failure(job, error) for job, error in tried if error is not None]


def _with_present_code(
    files: FolderFiles, known: ComparisonPlan, asked: ComparisonPlan
) -> tuple[ComparisonPlan, list[str]]:
    """Return the plan that is there, with the present code where no row was made with another.

    Beside it stands what all rows that are `asked` for were made with, and is not as it was.
    UserError where rows would stand beside rows made with other code.
    """
    changed = known.changed_code(asked.sources)
    if not changed:
        return known, []
    if not any(read_row(files.folder, job) for job in known.jobs()):
        return replace(known, sources=asked.sources), []
    if any(read_row(files.folder, job) is None for job in asked.jobs()):
        filenames.PLAN.refuse_changed(files, changed)
    return known, changed
