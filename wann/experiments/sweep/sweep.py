"""A sweep in its store: begun or found again, run by whatever runs tasks, summarised."""

import secrets
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import chain
from typing import Any

from wann import own
from wann.errors import UserError
from wann.evaluators.ray.worker import identity
from wann.evolution.own_mutations import check_own
from wann.experiments.sweep.addresses import open_store
from wann.experiments.sweep.filenames import (
    ENVIRONMENT,
    FIGURE,
    PLAN,
    RUNS_TABLE,
    SETTINGS_TABLE,
    STOP,
    SUMMARY,
)
from wann.experiments.sweep.plan import PlannedRun, SweepPlan
from wann.experiments.sweep.run_states import FINISHED, RunStates
from wann.experiments.sweep.search_job import SearchOrder, search
from wann.experiments.sweep.storage import Store
from wann.experiments.sweep.summary import SweepSummary, csv_rows, summarise
from wann.files import json_bytes
from wann.jobs.job_loop import run_jobs
from wann.jobs.plan_files import Owner, differing_keys
from wann.jobs.runners import Runner
from wann.jobs.tables import as_csv
from wann.own.sources import changed_code, digests_of_code
from wann.reading import parse_shaped
from wann.runs.versions import Environment, environment, other_versions
from wann.tasks.spec import code_in


class Sweep(Owner):
    """The plan of a sweep and the store it lies in, locked until the sweep is closed.

    `held` holds the lock; None where nothing is to be written.
    """

    def __init__(self, store: Store, plan: SweepPlan, held: ExitStack | None = None) -> None:
        super().__init__(held or ExitStack())
        self.store, self.plan = store, plan
        self.session = secrets.token_hex(8)
        self.states = RunStates(store, plan, self.session)

    @classmethod
    def create(
        cls,
        address: str,
        plan: SweepPlan,
        notes: Sequence[str] = (),
        files: Mapping[str, bytes] | None = None,
    ) -> "Sweep":
        """Begin a sweep at a path or URL, or go on with the one there if it has the same plan.

        Args:
            address: The path or URL.
            plan: What is run.
            notes: What the user was told of the tasks before it started.
            files: The content of files that the searches read, by name.

        Raises:
            UserError: Something else lies there, or a sweep of another plan or with other files, or
                it is under way.
        """
        begun_with = files or {}
        for run in plan.runs:
            check_own(run.config)
        store = open_store(address)
        with PLAN.claimed(store) as held:
            known = SweepPlan.find(store)
            if known is None:
                with PLAN.written(store, plan.to_keep_in(store)):
                    for name, content in begun_with.items():
                        store.write(name, content)
                    begun = {"sources": digests_of_code(_code_of(plan))}
                    store.write(ENVIRONMENT, json_bytes({**environment(notes), **begun}))
            else:
                plan = plan.as_before(known)
                PLAN.refuse_others(
                    store,
                    differing_keys(known.to_dict(), plan.to_dict()),
                    f", or continue that one with: wann resume {address}",
                )
                _check_trusted(known, store)
                _check_files(store, begun_with)
            return cls(store, known or plan, held.pop_all())

    @classmethod
    def open(cls, address: str) -> "Sweep":
        """Return the sweep at a path or URL; UserError if it is none, or under way."""
        store = open_store(address)
        SweepPlan.read(store)
        with PLAN.claimed(store) as held:
            plan = SweepPlan.read(store)
            _check_trusted(plan, store)
            return cls(store, plan, held.pop_all())

    def changed_versions(self) -> str:
        """Return the versions that the sweep was begun with, where the present ones are others."""
        return other_versions(self._environment())

    def changed_code(self) -> list[str]:
        """Return which of the user's own objects have another code than when it was begun."""
        then = self._environment().get("sources", {})
        return changed_code(then, digests_of_code(_code_of(self.plan)))

    def notes(self) -> list[str]:
        """Return what the user was told of the tasks before the sweep started."""
        return list(self._environment().get("notes", []))

    def _environment(self) -> Any:
        content = self.store.read(ENVIRONMENT) or b"{}"
        return parse_shaped(content, Environment, self.store.where(ENVIRONMENT))

    @contextmanager
    def session_begun(self) -> Iterator[None]:
        """Forget that an earlier driver was told to stop, and in the end that this one was."""
        self.store.remove(STOP)
        try:
            yield
        finally:
            self.store.remove(STOP)

    def stop(self) -> None:
        """Tell the searches to stop after the generation under way, wherever they run."""
        self.store.write(STOP, b"")

    def run(
        self,
        runner: Runner,
        *,
        retries: int,
        checkpoint_seconds: float,
        stopped: Callable[[], bool],
        loggers: tuple[str, ...] = (),
    ) -> Generator[str, None, None]:
        """Run what is not finished, and yield the name of each run that has ended, well or not.

        Args:
            runner: runs the searches.
            retries: how often one that failed is tried again.
            checkpoint_seconds: seconds between two checkpoints of a search.
            stopped: once it returns True no search is begun.
            loggers: what is told of each generation, by names of `LOGGERS`.
        """
        left = [state.run for state in self.states.read_finished() if state.state != FINISHED]
        versions = identity()

        def order_of(run: PlannedRun) -> SearchOrder:
            return SearchOrder(
                self.store.address,
                run.name,
                run.config.to_dict(),
                self.plan.evaluate,
                self.session,
                checkpoint_seconds,
                versions,
                loggers,
            )

        ended = run_jobs(runner, search, left, order_of, retries=retries, stopped=stopped)
        with closing(ended):
            for run, problem in ended:
                self.states.end(run.name, problem)
                yield run.name

    def summary(self) -> SweepSummary:
        """Return everything that came out so far."""
        return summarise(self.store.given, self.plan, self.states.read())

    def save(self, summary: SweepSummary) -> None:
        """Write the summary as JSON and CSV."""
        self.store.write(SUMMARY, json_bytes(summary.to_json()))
        self.store.write(
            SETTINGS_TABLE, as_csv(csv_rows(summary.settings)).encode(errors="backslashreplace")
        )
        self.store.write(
            RUNS_TABLE, as_csv(csv_rows(summary.runs)).encode(errors="backslashreplace")
        )

    def draw(self, summary: SweepSummary) -> list[str]:
        """Write the summary as a figure where there is a champion to draw.

        Return the paths or URLs of the figure, one for each format; none where there is no figure.
        """
        from wann.drawing.figures import figure_bytes
        from wann.experiments.sweep.figure import figure_of

        if not any(row.n for row in summary.settings):
            return []
        written, figure = [], figure_of(self.plan, summary)
        for suffix, content in figure_bytes(figure).items():
            self.store.write(FIGURE + suffix, content)
            written.append(self.store.where(FIGURE + suffix))
        return written


def _check_files(store: Store, files: Mapping[str, bytes]) -> None:
    """Raise UserError unless the files that searches read have this content."""
    for name, content in files.items():
        if store.read(name) != content:
            raise UserError(
                f"{store.where(name)} holds other data than those given: give another --out"
            )


def _check_trusted(plan: SweepPlan, store: Store) -> None:
    """Raise UserError if the plan, which lies in `store`, wants code that must not be run."""
    own.check_trusted(_code_of(plan), store.where(PLAN.name))


def _code_of(plan: SweepPlan) -> list[str]:
    """Return the names of the user's own objects that searches use, each once."""
    named = ((*code_in(run.config.task), *run.config.code()) for run in plan.runs)
    return list(dict.fromkeys(chain.from_iterable(named)))
