"""What a worker does for a comparison: it makes one contestant, measures it, and writes its row."""

import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from wann.evaluators.make import make_evaluator
from wann.experiments.comparison import filenames
from wann.experiments.comparison.champion_files import read_champion
from wann.experiments.comparison.contestants.contestant import ContestantSetup
from wann.experiments.comparison.contestants.make import make
from wann.experiments.comparison.measuring.measures import check_fit, measure, measure_point
from wann.experiments.comparison.plan import ComparisonJob, ComparisonPlan
from wann.experiments.comparison.row_files import write_row
from wann.experiments.comparison.rows import ComparisonRow
from wann.tasks.registry import task_of
from wann.weights.own_measures import measured


class RowOrder(NamedTuple):
    """What a worker is told, in values that any process can be sent."""

    folder: str  # of the comparison
    plan: Mapping[str, Any]  # as `ComparisonPlan.to_dict` describes it
    job: ComparisonJob
    threads: int  # on which it evaluates


def make_row(order: RowOrder) -> None:
    """Make the row that is ordered, and write it to its folder."""
    if find_spec("torch") is not None:
        from wann.network.torch_module import torch

        torch.set_num_threads(1)
    folder, plan, job = Path(order.folder), ComparisonPlan.from_dict(order.plan), order.job
    task = task_of(plan.task, folder / filenames.PLAN.name)
    champion = read_champion(folder, job.champion, plan.networks[job.champion])
    started = time.monotonic()
    with make_evaluator(task, order.threads) as evaluator:
        setup = ContestantSetup(task, evaluator, job.seed, plan.making)
        contestant = make(job.name, champion, setup)
        check_fit(contestant, task, f"{job.name} of {job.champion}")
        how = measure_point if plan.is_only_in_curves(job) else measure
        measuring = setup.measuring(contestant.network)
        further = measured(plan.making.measure, measuring)
        found = how(measuring, contestant, plan.making)
    row = ComparisonRow(
        job=job,
        task=plan.task,
        about=contestant.about,
        budget=champion.network.connections,
        **found._asdict(),
        seconds=round(time.monotonic() - started, 3),
        measures=further,
    )
    write_row(folder, row, contestant)
