"""A comparison in its folder: begun or gone on with, run by whatever runs tasks, summarised.

A contestant that fails does not lose the others: it is listed with its error, and tried again by
the next call.
"""

import json
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from wann.errors import UserError
from wann.experiments.comparison import filenames
from wann.experiments.comparison.champion_files import write_champion
from wann.experiments.comparison.contestants.contestant import Champion
from wann.experiments.comparison.make_row import RowOrder, make_row
from wann.experiments.comparison.plan import ComparisonJob, ComparisonPlan
from wann.experiments.comparison.row_files import read_error, read_row, write_error
from wann.experiments.comparison.rows import ComparisonRow, Failure
from wann.files import write_atomically
from wann.jobs.local import Outcome
from wann.runs.rundir import RunDir

Runner = Callable[..., Generator[tuple[int, Outcome], None, None]]


class Comparison:
    """The plan of a comparison and the folder it lies in.

    `plan` is all that the folder holds or will hold, `asked` is what is asked for this time.
    """

    def __init__(self, folder: Path, plan: ComparisonPlan, asked: ComparisonPlan) -> None:
        self.folder, self.plan, self.asked = folder, plan, asked

    @classmethod
    def create(
        cls, folder: Path, asked: ComparisonPlan, champions: Sequence[Champion]
    ) -> "Comparison":
        """Begin a comparison, or go on with the one in the folder.

        Champions, contestants and seeds can be added to it. UserError if the folder holds something
        else, or a comparison on another task, of other networks or settings.
        """
        known = asked
        if (folder / filenames.PLAN).exists():
            known = cls.open(folder).plan
            try:
                known.check_same(asked)
            except UserError as error:
                raise UserError(f"{folder}: {error}: give another --out") from None
        elif folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UserError(f"{folder} exists already, and is no comparison: give another --out")
        for champion in champions:
            write_champion(folder, champion, asked.task)
        joined = known.joined(asked)
        text = json.dumps(joined.to_dict(), indent=2) + "\n"
        write_atomically(folder / filenames.PLAN, text.encode())
        return cls(folder, joined, asked)

    @classmethod
    def open(cls, folder: Path) -> "Comparison":
        """Return the comparison in a folder; UserError if there is none."""
        path = folder / filenames.PLAN
        try:
            plan = ComparisonPlan.from_dict(json.loads(path.read_text()))
        except FileNotFoundError:
            raise UserError(
                f"{folder} is no comparison: expected {filenames.PLAN} in it, as `wann compare` "
                "makes"
            ) from None
        except ValueError as error:
            raise UserError(f"{path} is damaged: {error}") from None
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
        with RunDir(self.folder).locked():
            jobs = self.left()
            plan, folder = self.plan.to_dict(), str(self.folder.resolve())
            orders = [RowOrder(folder, plan, job, threads) for job in jobs]
            with closing(runner(make_row, orders, retries=retries, stopped=stopped)) as outcomes:
                for index, outcome in outcomes:
                    if outcome.problem is not None:
                        write_error(self.folder, jobs[index], outcome.problem)
                    yield jobs[index], outcome.problem

    def rows(self) -> list[ComparisonRow]:
        """Return all rows, of this and of earlier calls."""
        found = [read_row(self.folder, job) for job in self.plan.jobs()]
        return [row for row in found if row is not None]

    def failed(self) -> list[Failure]:
        """Return the rows that could not be made, each with its error."""
        tried = [(job, read_error(self.folder, job)) for job in self.plan.jobs()]
        return [Failure(job, error) for job, error in tried if error is not None]
