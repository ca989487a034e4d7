"""A pruning study in its folder: begun or gone on with, run by whatever runs tasks, summarised."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

from wann import trust
from wann.experiments.pruning.filenames import PLAN, ROW_TABLE, SUMMARY, SUMMARY_TABLE
from wann.experiments.pruning.plan import StudyJob, StudyPlan, drawn_in
from wann.experiments.pruning.plateaus import find_plateaus
from wann.experiments.pruning.rows import StudySummary
from wann.experiments.pruning.sources import changed, sources_of
from wann.experiments.pruning.step_files import is_done, rows_below, step_folder
from wann.experiments.pruning.study_job import StudyOrder, do_job
from wann.experiments.pruning.summary import summarise
from wann.experiments.pruning.trusted_code import check_trusted
from wann.files import Anchored, json_bytes
from wann.jobs.job_loop import run_jobs
from wann.jobs.plan_files import FolderFiles, Owner, differing_keys, refuse_draws
from wann.jobs.runners import Runner
from wann.jobs.tables import as_csv


class Study(Owner):
    """The plan of a study and the folder it lies in, which is locked until the study is closed."""

    folder = Anchored()

    def __init__(self, folder: Path, plan: StudyPlan, asked: StudyPlan) -> None:
        """Have a study at hand, whose folder is not locked until `take_over`.

        `plan` is all that the folder holds or will hold, `asked` what is asked for this time.
        """
        super().__init__(ExitStack())
        self.folder, self.plan, self.asked = folder, plan, asked
        self._rounds, place = asked.count_rounds(), Path(os.path.abspath(folder))
        self._steps = {
            job: [
                step_folder(place, job.seed, job.method, **keys)
                for keys in asked.steps(job, self._rounds)
            ]
            for job in asked.first_jobs() + asked.jobs()
        }
        self.planned = sum(map(len, self._steps.values()))
        self.failed: list[tuple[StudyJob, str]] = []

    @classmethod
    def create(cls, folder: Path, asked: StudyPlan) -> "Study":
        """Begin a study, or go on with the one there.

        Methods, densities, seeds and controls can be added to a study that is there already.
        UserError if the folder holds something else, or a study of another model, data set or
        training, or of a method of somebody's own that the user neither names nor trusts, or
        another process writes to it.
        """
        trust.allow(*asked.code())
        asked = replace(asked, sources=sources_of(asked))
        files = FolderFiles(folder)
        with PLAN.claimed(files) as held:
            known = PLAN.find(files, StudyPlan.from_dict)
            outdated: list[str] = []
            if known is not None:
                PLAN.refuse_others(files, differing_keys(known.basis(), asked.basis()))
                check_trusted(known, files.where(PLAN.name))
                known, outdated = _with_present_sources(files, known, asked)
            plan = (known or asked).joined(asked)
            study = cls(folder, plan, asked)
            study.outdated = outdated
            study.refuse_other_draws()
            with PLAN.written(files, plan.to_dict()):
                pass  # nothing has to be there before
            study.take_over(held)
            return study

    @classmethod
    def open(cls, folder: Path) -> "Study":
        """Return the study in a folder; UserError if there is none, or another process writes."""
        files = FolderFiles(folder)
        PLAN.read(files, StudyPlan.from_dict)
        with PLAN.claimed(files) as held:
            plan = PLAN.read(files, StudyPlan.from_dict)
            check_trusted(plan, files.where(PLAN.name))
            now = replace(plan, sources=sources_of(plan))
            plan, outdated = _with_present_sources(files, plan, now)
            study = cls(folder, plan, plan)
            study.outdated = outdated
            study.refuse_other_draws()
            study.take_over(held)
            return study

    def refuse_other_draws(self) -> None:
        """Raise UserError if an earlier version drew masks that are to stand beside new ones."""
        left = [
            name
            for job, folders in self._steps.items()
            for keys, folder in zip(self.asked.steps(job, self._rounds), folders, strict=True)
            if not is_done(folder) and (name := drawn_in(job, keys.get("control")))
        ]
        refuse_draws(self.plan.draws, left, str(self.folder))

    def finished(self) -> int:
        """Return how many of the steps asked for are finished, by this or by earlier calls."""
        return sum(is_done(folder) for folders in self._steps.values() for folder in folders)

    def run(
        self, runner: Runner, *, retries: int, stopped: Callable[[], bool]
    ) -> Iterator[StudyJob]:
        """Do what is not done yet, and yield each job that has ended.

        The jobs that failed are in `failed` afterwards.
        """
        folder, plan = str(self.folder.resolve()), self.asked.to_dict()

        def order_of(job: StudyJob) -> StudyOrder:
            return StudyOrder(folder, plan, job)

        for asked in (self.asked.first_jobs(), self.asked.jobs()):
            jobs = [job for job in asked if not all(map(is_done, self._steps[job]))]
            ended = run_jobs(runner, do_job, jobs, order_of, retries=retries, stopped=stopped)
            with closing(ended):
                for job, problem in ended:
                    if problem is not None:
                        self.failed.append((job, problem))
                    yield job
            if stopped() or any(job.method is None for job, _ in self.failed):
                return

    def summary(self) -> StudySummary:
        """Return everything that came out so far."""
        left_whole = self.plan.subject(self.plan.seeds[0]).survey.left_whole
        return replace(_summary_of(self.folder), left_whole=left_whole)

    def save(self, summary: StudySummary) -> None:
        """Write rows and summary as JSON and CSV."""
        content, files = summary.to_json(), FolderFiles(self.folder)
        files.write(SUMMARY, json_bytes(content))
        files.write(ROW_TABLE, as_csv(content["rows"]).encode(errors="backslashreplace"))
        files.write(SUMMARY_TABLE, as_csv(content["summary"]).encode(errors="backslashreplace"))


def _with_present_sources(
    files: FolderFiles, known: StudyPlan, asked: StudyPlan
) -> tuple[StudyPlan, list[str]]:
    """Return the plan that is there, with what it is made of now where no step was made before.

    Beside it stands what all steps that are `asked` for were made of, and is not as it was.
    UserError where steps would stand beside steps made of others.
    """
    other = changed(known, asked)
    if not other:
        return known, []
    there, wanted = (Study(files.folder, plan, plan) for plan in (known, asked))
    if not there.finished():
        return replace(known, sources=asked.sources), []
    if wanted.finished() < wanted.planned:
        PLAN.refuse_changed(files, other)
    return known, other


def read_study(folder: Path) -> tuple[StudyPlan, StudySummary]:
    """Return the plan of the study in a folder, and what came out so far.

    Neither its model nor its data are needed, so that it is not known what was left whole. Nothing
    is written, and others may write meanwhile. UserError where there is no study, or it is damaged.
    """
    return PLAN.read(FolderFiles(folder), StudyPlan.from_dict), _summary_of(folder)


def _summary_of(folder: Path) -> StudySummary:
    rows = list(rows_below(folder))
    summary = summarise(rows)
    return StudySummary(str(folder), summary, find_plateaus(summary), rows)
