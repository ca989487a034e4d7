"""A comparison in its folder: begun or gone on with, run by whatever runs tasks, summarised.

A contestant that fails does not lose the others: it is listed with its error, and tried again by
the next call.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from wann import own
from wann.experiments.comparison import filenames
from wann.experiments.comparison.champion_files import write_champion
from wann.experiments.comparison.contestants.contestant import Champion
from wann.experiments.comparison.contestants.make import drawn_by_chance
from wann.experiments.comparison.make_row import RowOrder, make_row
from wann.experiments.comparison.plan import ComparisonJob, ComparisonPlan
from wann.experiments.comparison.row_files import read_error, read_row, write_error
from wann.experiments.comparison.rows import ComparisonRow, Failure
from wann.jobs.job_loop import run_jobs
from wann.jobs.plan_files import FolderFiles, Owner, refuse_draws
from wann.jobs.runners import Runner
from wann.weights.own_measures import MEASURES


class Comparison(Owner):
    """The plan of a comparison and the folder it lies in, which is locked until it is closed.

    `plan` is all that the folder holds or will hold, `asked` is what is asked for this time, and
    `held` holds the lock, None where nothing is to be written.
    """

    def __init__(
        self,
        folder: Path,
        plan: ComparisonPlan,
        asked: ComparisonPlan,
        held: ExitStack | None = None,
    ) -> None:
        super().__init__(held or ExitStack())
        self.folder, self.plan, self.asked = folder, plan, asked

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
        files = FolderFiles(folder)
        with filenames.PLAN.claimed(files) as held:
            known = filenames.PLAN.find(files, ComparisonPlan.from_dict)
            if known is not None:
                own.check_trusted(known.code(), folder / filenames.PLAN.name)
                filenames.PLAN.refuse_others(files, known.differing(asked))
            joined = (known or asked).joined(asked)
            if joined.drawn():
                left = [job.name for job in asked.jobs() if read_row(folder, job) is None]
                refuse_draws(joined.draws, drawn_by_chance(left), str(folder))
            with filenames.PLAN.written(files, joined.to_dict()):
                for champion in champions:
                    write_champion(folder, champion, asked.task)
            return cls(folder, joined, asked, held.pop_all())

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
            return cls(folder, plan, plan, held.pop_all())

    @classmethod
    def seen(cls, folder: Path) -> "Comparison":
        """Return the comparison in a folder to be looked at, whoever writes to it meanwhile.

        UserError if there is none, or its plan is damaged.
        """
        plan = filenames.PLAN.read(FolderFiles(folder), ComparisonPlan.from_dict)
        return cls(folder, plan, plan)

    def left(self) -> list[ComparisonJob]:
        """Return the rows that were asked for and are not there, those that failed among them."""
        return [job for job in self.asked.jobs() if read_row(self.folder, job) is None]

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

        def order_of(job: ComparisonJob) -> RowOrder:
            return RowOrder(folder, plan, job, threads)

        left = self.left()
        ended = run_jobs(runner, make_row, left, order_of, retries=retries, stopped=stopped)
        with closing(ended):
            for job, problem in ended:
                if problem is not None:
                    write_error(self.folder, job, problem)
                yield job, problem

    def rows(self) -> list[ComparisonRow]:
        """Return all rows, of this and of earlier calls."""
        found = [read_row(self.folder, job) for job in self.plan.jobs()]
        return [row for row in found if row is not None]

    def failed(self) -> list[Failure]:
        """Return the rows that could not be made, each with its error."""
        tried = [(job, read_error(self.folder, job)) for job in self.plan.jobs()]
        return [Failure(job, error) for job, error in tried if error is not None]
