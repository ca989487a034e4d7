"""A pruning study in its folder: begun or gone on with, run by whatever runs tasks, summarised."""

import json
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from pathlib import Path

from wann.errors import UserError
from wann.experiments.pruning.plan import Job, Plan
from wann.experiments.pruning.records import Row, is_done, rows_below, step_folder
from wann.experiments.pruning.summary import find_plateaus, summarise
from wann.experiments.pruning.work import work
from wann.files import write_atomically, write_json
from wann.jobs.local import Outcome
from wann.jobs.tables import as_csv
from wann.runs.lock import FolderLock

MANIFEST, SUMMARY, ROWS, TABLE = "study.json", "summary.json", "rows.csv", "summary.csv"
Runner = Callable[..., Generator[tuple[int, Outcome], None, None]]


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
        manifest = place / MANIFEST
        if not manifest.exists():
            if place.exists() and any(place.iterdir()):
                raise UserError(
                    f"{place} exists already, and is no pruning study: give another --out"
                )
            known = asked
        else:
            known = _read_plan(place)
            then, now = known.basis(), asked.basis()
            differing = [name for name in now if then[name] != now[name]]
            if differing:
                raise UserError(
                    f"{place} holds a study of other settings ({', '.join(differing)} differ): "
                    "give another --out"
                )
        study = cls(place, known.joined(asked), asked)
        write_json(manifest, study.plan.to_dict())
        return study

    @classmethod
    def open(cls, place: Path) -> "Study":
        """Return the study in a folder; UserError if there is none."""
        plan = _read_plan(place)
        return cls(place, plan, plan)

    def finished(self) -> int:
        """Return how many of the steps that are asked for are finished, by this or by earlier calls."""
        return sum(is_done(folder) for folders in self._steps.values() for folder in folders)

    def run(self, runner: Runner, *, retries: int, stopped: Callable[[], bool]) -> Iterator[Job]:
        """Do what is not done yet.

        Yield each job that has ended. What failed is in `failed` afterwards.
        """
        with FolderLock(self.place):
            for asked in (self.asked.first_jobs(), self.asked.jobs()):
                jobs = [job for job in asked if not all(map(is_done, self._steps[job]))]
                orders = [
                    {
                        "place": str(self.place.resolve()),
                        "plan": self.asked.to_dict(),
                        "job": job._asdict(),
                    }
                    for job in jobs
                ]
                with closing(runner(work, orders, retries=retries, stopped=stopped)) as outcomes:
                    for index, outcome in outcomes:
                        if outcome.problem is not None:
                            self.failed.append((jobs[index], outcome.problem))
                        yield jobs[index]
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


def _read_plan(place: Path) -> Plan:
    try:
        return Plan.from_dict(json.loads((place / MANIFEST).read_text()))
    except FileNotFoundError:
        raise UserError(
            f"{place} is no pruning study: expected {MANIFEST} in it, as `wann prune` makes"
        ) from None
    except ValueError as error:
        raise UserError(f"{place / MANIFEST} is damaged: {error}") from None
