"""A pruning study in its folder: begun or gone on with, run by whatever runs tasks, summarised."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from wann.experiments.pruning.plan import Job, Plan
from wann.experiments.pruning.records import Row, is_done, rows_below, step_folder
from wann.experiments.pruning.summary import find_plateaus, summarise
from wann.experiments.pruning.work import work
from wann.files import write_atomically, write_json
from wann.jobs.orders import run_jobs
from wann.jobs.plan_files import FolderFiles, PlanFile, differing_keys
from wann.jobs.runners import Runner
from wann.jobs.tables import as_csv
from wann.runs.lock import FolderLock

MANIFEST = PlanFile("study.json", "study", "wann prune")
SUMMARY, ROWS, TABLE = "summary.json", "rows.csv", "summary.csv"


class Study:
    """The plan of a study and the folder it lies in."""

    def __init__(self, place: Path, plan: Plan, asked: Plan) -> None:
        self.place, self.plan, self.asked = place, plan, asked
        rounds = asked.count_rounds()
        self._steps = {
            job: [
                step_folder(place, job.seed, job.method, **keys)
                for keys in asked.steps(job, rounds)
            ]
            for job in asked.first_jobs() + asked.jobs()
        }
        self.planned = sum(map(len, self._steps.values()))
        self.failed: list[tuple[Job, str]] = []

    @classmethod
    def create(cls, place: Path, asked: Plan) -> "Study":
        """Begin a study, or go on with the one there: to it methods, densities, seeds and controls can be added.

        UserError if the folder holds something else, or a study of another model, data set or
        training.
        """
        files = FolderFiles(place)
        known = MANIFEST.find(files, Plan.from_dict)
        if known is not None:
            MANIFEST.refuse_others(files, differing_keys(known.basis(), asked.basis()))
        study = cls(place, (known or asked).joined(asked), asked)
        MANIFEST.write(files, study.plan.to_dict())
        return study

    @classmethod
    def open(cls, place: Path) -> "Study":
        """Return the study in a folder; UserError if there is none."""
        plan = MANIFEST.read(FolderFiles(place), Plan.from_dict)
        return cls(place, plan, plan)

    def finished(self) -> int:
        """Return how many of the steps that are asked for are finished, by this or by earlier calls."""
        return sum(is_done(folder) for folders in self._steps.values() for folder in folders)

    def run(self, runner: Runner, *, retries: int, stopped: Callable[[], bool]) -> Iterator[Job]:
        """Do what is not done yet.

        Yield each job that has ended. What failed is in `failed` afterwards.
        """
        place, plan = str(self.place.resolve()), self.asked.to_dict()

        def order_of(job: Job) -> dict[str, Any]:
            return {"place": place, "plan": plan, "job": job._asdict()}

        with FolderLock(self.place):
            for asked in (self.asked.first_jobs(), self.asked.jobs()):
                jobs = [job for job in asked if not all(map(is_done, self._steps[job]))]
                ended = run_jobs(runner, work, jobs, order_of, retries=retries, stopped=stopped)
                with closing(ended):
                    for job, problem in ended:
                        if problem is not None:
                            self.failed.append((job, problem))
                        yield job
                if stopped() or any(job.method is None for job, _ in self.failed):
                    return

    def summary(self) -> Row:
        """Return everything that came out so far."""
        rows = list(rows_below(self.place))
        summary = summarise(rows)
        return {
            "study": str(self.place),
            "summary": summary,
            "plateaus": find_plateaus(summary),
            "rows": rows,
        }

    def save(self, summary: Row) -> list[Path]:
        """Write rows and summary as JSON and CSV, and the curves as figures.

        Return where those are.
        """
        write_json(self.place / SUMMARY, summary)
        write_atomically(self.place / ROWS, as_csv(summary["rows"]).encode())
        write_atomically(self.place / TABLE, as_csv(summary["summary"]).encode())
        from wann.experiments.pruning.figures import draw_all

        return draw_all(self.place, summary, f"{self.plan.model} on {self.plan.dataset}")
