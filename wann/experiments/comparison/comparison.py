"""A comparison in its folder: begun or gone on with, run by whatever runs tasks, summarised.

A contestant that fails does not lose the others: it is listed with its error, and tried again by
the next call.
"""

import json
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from wann.errors import UserError
from wann.experiments.comparison.contestants.contestant import Champion
from wann.experiments.comparison.plan import Job, Plan
from wann.experiments.comparison.records import (
    MANIFEST,
    Row,
    read_error,
    read_row,
    write_champion,
    write_error,
)
from wann.experiments.comparison.work import work
from wann.files import write_atomically
from wann.jobs.local import Outcome
from wann.runs.rundir import RunDir

Runner = Callable[..., Generator[tuple[int, Outcome], None, None]]


class Comparison:
    """The plan of a comparison and the folder it lies in."""

    def __init__(self, place: Path, plan: Plan, asked: Plan) -> None:
        self.place, self.plan, self.asked = place, plan, asked

    @classmethod
    def create(cls, place: Path, asked: Plan, champions: Sequence[Champion]) -> "Comparison":
        """Begin a comparison, or go on with the one there: champions, contestants and seeds can be added to it.

        UserError if the folder holds something else, or a comparison on another task, of other
        networks or settings.
        """
        known = asked
        if (place / MANIFEST).exists():
            known = cls.open(place).plan
            try:
                known.check_same(asked)
            except UserError as error:
                raise UserError(f"{place}: {error}: give another --out") from None
        elif place.exists() and (not place.is_dir() or any(place.iterdir())):
            raise UserError(f"{place} exists already, and is no comparison: give another --out")
        for champion in champions:
            write_champion(place, champion, asked.task)
        joined = known.joined(asked)
        write_atomically(place / MANIFEST, (json.dumps(joined.to_dict(), indent=2) + "\n").encode())
        return cls(place, joined, asked)

    @classmethod
    def open(cls, place: Path) -> "Comparison":
        """Return the comparison in a folder; UserError if there is none."""
        try:
            plan = Plan.from_dict(json.loads((place / MANIFEST).read_text()))
        except FileNotFoundError:
            raise UserError(
                f"{place} is no comparison: expected {MANIFEST} in it, as `wann compare` makes"
            ) from None
        except ValueError as error:
            raise UserError(f"{place / MANIFEST} is damaged: {error}") from None
        return cls(place, plan, plan)

    def left(self) -> list[Job]:
        """Return the rows that were asked for and are not there, those that failed among them."""
        return [job for job in self.asked.jobs() if read_row(self.place, job) is None]

    def run(
        self, runner: Runner, *, retries: int, stopped: Callable[[], bool], threads: int
    ) -> Iterator[tuple[Job, str | None]]:
        """Make the rows that are left, each on `threads` threads.

        Yield each that has ended, and why it failed.
        """
        with RunDir(self.place).locked():
            jobs = self.left()
            plan, place = self.plan.to_dict(), str(self.place.resolve())
            orders = [
                {"place": place, "plan": plan, "job": list(job), "threads": threads} for job in jobs
            ]
            with closing(runner(work, orders, retries=retries, stopped=stopped)) as outcomes:
                for index, outcome in outcomes:
                    if outcome.problem is not None:
                        write_error(self.place, jobs[index], outcome.problem)
                    yield jobs[index], outcome.problem

    def rows(self) -> list[Row]:
        """Return all rows, of this and of earlier calls."""
        found = [read_row(self.place, job) for job in self.plan.jobs()]
        return [row for row in found if row is not None]

    def failed(self) -> list[Row]:
        """Return what could not be made, and why."""
        tried = [(job, read_error(self.place, job)) for job in self.plan.jobs()]
        return [{**job._asdict(), "error": error} for job, error in tried if error is not None]
