"""What a worker does for a comparison: make one contestant, measure it, write its row."""

import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from wann.evaluators.make import make_evaluator
from wann.experiments.comparison.contestants.contestants import Order, make
from wann.experiments.comparison.measuring.measures import check_fit, measure, measure_point
from wann.experiments.comparison.plan import Job, Plan
from wann.experiments.comparison.records import read_champion, write_row
from wann.tasks.registry import make_task


def work(order: Mapping[str, Any]) -> None:
    """Make a row, on `threads` threads; `order`: place, plan, job and threads."""
    if find_spec("torch") is not None:
        from wann.network.torch_module import torch

        torch.set_num_threads(1)
    place, plan, job = Path(order["place"]), Plan.from_dict(order["plan"]), Job(*order["job"])
    task, champion = make_task(plan.task), read_champion(Path(order["place"]), job.champion)
    started = time.monotonic()
    with make_evaluator(task, order["threads"]) as evaluator:
        contestant = make(Order(job.name, job.seed), champion, task, plan.making, evaluator)
        check_fit(contestant, task, f"{job.name} of {job.champion}")
        how = measure_point if job.champion in plan.points else measure
        found = how(task, contestant, evaluator, job.seed, plan.making)
    row = {
        **job._asdict(),
        "task": plan.task,
        "about": contestant.about,
        "budget": champion.network.connections,
        **found,
        "seconds": round(time.monotonic() - started, 3),
    }
    write_row(place, job, row, contestant, plan.task)
