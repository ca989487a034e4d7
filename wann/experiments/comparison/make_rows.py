"""What a worker of a comparison does: it makes contestants, measures them, writes their rows."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from wann.errors import UserError, in_one_line
from wann.evaluators.evaluator import Evaluator
from wann.evaluators.make import make_evaluator
from wann.experiments.comparison import filenames
from wann.experiments.comparison.champion_files import read_champion
from wann.experiments.comparison.contestants.contestant import (
    Champion,
    Contestant,
    ContestantSetup,
)
from wann.experiments.comparison.contestants.make import (
    GROWN,
    is_of_a_champion,
    make,
    make_to_size,
)
from wann.experiments.comparison.measuring.measures import (
    MeasuredContestant,
    as_point,
    check_fit,
    measure,
    measure_point,
)
from wann.experiments.comparison.plan import ComparisonJob, ComparisonPlan
from wann.experiments.comparison.row_files import read_row, remove_error, write_error, write_row
from wann.experiments.comparison.rows import ComparisonRow
from wann.experiments.comparison.units import Unit
from wann.files import finite
from wann.network.digest import network_digest
from wann.tasks.registry import task_of
from wann.tasks.task import Task
from wann.weights.own_measures import measured


class UnitOrder(NamedTuple):
    """What a worker is told, in values that any process can be sent."""

    folder: str  # of the comparison
    plan: Mapping[str, Any]  # as `ComparisonPlan.to_dict` describes it
    unit: Unit
    threads: int  # on which it evaluates


def make_rows(order: UnitOrder) -> None:
    """Make the rows that are ordered and not there, and write each to its folder.

    A row that fails does not keep others from being made: why is written in its place, and raised
    in the end. Where the comparison is told to stop, no further row is begun.
    """
    if find_spec("torch") is not None:
        from wann.network.torch_module import torch

        torch.set_num_threads(1)
    folder, plan = Path(order.folder), ComparisonPlan.from_dict(order.plan)
    for job in order.unit.jobs:
        remove_error(folder, job)
    task = task_of(plan.task, folder / filenames.PLAN.name)
    problems = []
    with make_evaluator(task, order.threads) as evaluator:
        bench = _Bench(folder, plan, task, evaluator, order.unit.jobs[0].seed)
        for job in order.unit.jobs:
            if (folder / filenames.STOP).exists():
                break
            if read_row(folder, job) is not None:  # made by an attempt before this one
                continue
            try:
                bench.make_row(job)
            except Exception as error:
                problems.append(in_one_line(error, traced=True))
                write_error(folder, job, problems[-1])
    if problems:
        raise UserError(problems[0])


class _Measured(NamedTuple):
    """What is measured of a network in this comparison, and how long that took."""

    found: MeasuredContestant
    further: Mapping[str, float]
    seconds: float


@dataclass
class _Bench:
    """Makes and measures contestants of one seed; what several rows need is done once."""

    folder: Path
    plan: ComparisonPlan
    task: Task
    evaluator: Evaluator
    seed: int
    made: dict[str, Contestant] = field(default_factory=dict)
    measured: dict[tuple[str, bool], _Measured] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.setup = ContestantSetup(self.task, self.evaluator, self.seed, self.plan.making)

    def make_row(self, job: ComparisonJob) -> None:
        """Make the contestant of a row, measure it, and write the row."""
        contestant, budget, making = self._contestant(job)
        check_fit(contestant, self.task, f"{job.name} of {job.champion}")
        measured = self._measured(contestant, self.plan.is_only_in_curves(job))
        found = measured.found._replace(cost=finite(contestant.cost))
        row = ComparisonRow(
            job=job,
            task=self.plan.task,
            about=contestant.about,
            cell=contestant.cell,
            budget=budget,
            **found._asdict(),
            seconds=round(making + measured.seconds, 3),
            measures=measured.further,
        )
        write_row(self.folder, row, contestant)

    def _contestant(self, job: ComparisonJob) -> tuple[Contestant, int, float]:
        """Return the contestant of a row, its budget, and in how many seconds it was made."""
        budget = self.plan.budget_of(job)
        champion = None if budget is not None else self._champion(job)
        if champion is not None:
            budget = champion.network.connections
        assert budget is not None
        if is_of_a_champion(job.name):
            assert champion is not None
            key = f"{job.name} of {network_digest(champion.network, champion.weights)}"
            # Its cost is that of its own search, which is another one for each champion
            key = job.champion if job.name == GROWN else key
            found = self._made(key, lambda: make(job.name, champion, self.setup))
        else:
            size = budget
            found = self._made(
                f"{job.name} of {size}", lambda: make_to_size(job.name, size, self.setup)
            )
        return found[0], budget, found[1]

    def _champion(self, job: ComparisonJob) -> Champion:
        return read_champion(self.folder, job.champion, self.plan.networks[job.champion])

    def _made(self, key: str, make_it: Callable[[], Contestant]) -> tuple[Contestant, float]:
        """Return a contestant, and the seconds that making it took; none if it was there."""
        if key in self.made:
            return self.made[key], 0.0
        started = time.monotonic()
        self.made[key] = make_it()
        return self.made[key], time.monotonic() - started

    def _measured(self, contestant: Contestant, is_point: bool) -> _Measured:
        """Return what was measured of a contestant, in no time if it was measured before."""
        digest = network_digest(contestant.network, contestant.weights)
        whole = self.measured.get((digest, False))
        if is_point and whole is not None:
            return whole._replace(found=as_point(whole.found), seconds=0.0)
        if (digest, is_point) in self.measured:
            return self.measured[digest, is_point]._replace(seconds=0.0)
        found = self._measure(contestant, measure_point if is_point else measure)
        self.measured[digest, is_point] = found
        return found

    def _measure(self, contestant: Contestant, how: Callable[..., MeasuredContestant]) -> _Measured:
        started = time.monotonic()
        measuring = self.setup.measuring(contestant.network)
        further = measured(self.plan.making.measure, measuring)
        found = how(measuring, contestant, self.plan.making)
        return _Measured(found, further, time.monotonic() - started)
