"""What `wann compare` does: make the plan of the comparison, run it in view, write the report."""

import argparse
import dataclasses
import json
import sys
import time
from collections.abc import Iterator
from typing import Any

from wann.cli.flags import cluster_place
from wann.cli.flags_compare import ALL
from wann.cli.interrupts import interruptible
from wann.errors import UserError
from wann.evaluators.make import reach
from wann.evaluators.threads import available_cores
from wann.experiments.comparison.comparison import Comparison
from wann.experiments.comparison.contestants.contestant import Making
from wann.experiments.comparison.contestants.contestants import check_names, default_names
from wann.experiments.comparison.plan import Job, make_plan
from wann.experiments.comparison.report.report import write_report
from wann.experiments.comparison.report.words import as_text
from wann.experiments.comparison.sources import champions_of, points_of, task_of
from wann.jobs.runners import make_local_runner, make_ray_runner
from wann.jobs.seeds import parse_seeds
from wann.tasks.base import Task

_RETRIES = 0


def compare(options: argparse.Namespace) -> None:
    """Run the comparison that the command line asks for, or go on with it."""
    if options.against is None and len(options.networks) < 2:
        raise UserError(
            "one network alone: expected --against for contestants of its size, or another network"
        )
    task = task_of(options.networks, options.task)
    names = _contestants(options.against, task)
    champions = champions_of(options.networks, task)
    points = points_of(champions, options.sizes, task) if names else []
    plan = make_plan(
        task.spec, champions, names, parse_seeds(options.seeds), _making(options), points
    )
    place_on_ray = cluster_place(options, options.workers)
    reach(place_on_ray)
    comparison = Comparison.create(options.out, plan, [*champions, *points])
    cores = available_cores()
    workers = min(options.workers or cores, max(1, len(comparison.left())))
    runner = make_ray_runner(place_on_ray) if place_on_ray else make_local_runner(workers)
    how: dict[str, Any] = {
        "retries": _RETRIES if options.retries is None else options.retries,
        "threads": 1 if place_on_ray else max(1, cores // workers),
    }
    with interruptible("what is under way") as stopped:
        _watch(comparison, comparison.run(runner, stopped=stopped, **how))
    _report(comparison, options.json)


def _contestants(text: str | None, task: Task) -> tuple[str, ...]:
    """Return the names that --against gives, none without it; UserError on those that cannot be."""
    if text is None:
        return ()
    names = default_names(task) if text == ALL else _names(text)
    check_names(names, task)
    return names


def _making(options: argparse.Namespace) -> Making:
    given = {name: getattr(options, name) for name in ("steps", "generations", "races", "episodes")}
    if options.hidden is not None:
        given["hidden"] = _whole_numbers("--hidden", options.hidden)
    return dataclasses.replace(
        Making(), **{name: value for name, value in given.items() if value is not None}
    )


def _whole_numbers(flag: str, text: str) -> tuple[int, ...]:
    parts = _names(text)
    if not parts or not all(part.isdigit() for part in parts):
        raise UserError(f"{flag}: expected whole numbers such as 300,100, got {text!r}")
    return tuple(map(int, parts))


def _names(text: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    if not names:
        raise UserError(f"--against: expected names such as imp,random-dag, got {text!r}")
    return names


def _watch(comparison: Comparison, ended: Iterator[tuple[Job, str | None]]) -> None:
    """Let rows be made.

    Say on stderr which has ended, and how long the others will take at this pace.
    """
    total, waiting, started = len(comparison.plan.jobs()), len(comparison.left()), time.monotonic()
    for number, (job, problem) in enumerate(ended, 1):
        left = len(comparison.left())
        seconds = int((time.monotonic() - started) / number * max(0, waiting - number))
        outcome = (
            f"failed: {problem}" if problem else f"done; {seconds // 60}:{seconds % 60:02} left"
        )
        print(
            f"{total - left} of {total}: {job.name}, {job.champion}, seed {job.seed}: {outcome}",
            file=sys.stderr,
        )


def _report(comparison: Comparison, as_json: bool) -> None:
    if not comparison.rows() and not comparison.failed():
        print("nothing was made yet: the same command goes on", file=sys.stderr)
        return
    summary, written = write_report(comparison)
    if as_json:
        print(json.dumps(summary))
    else:
        print(as_text(summary))
        print(f"report: {written}")
    failed = summary["failed"]
    if failed:
        first, several = failed[0], "row" if len(failed) == 1 else "rows"
        raise UserError(
            f"{len(failed)} {several} failed, {first['name']} with seed {first['seed']} of them: "
            f"{first['error']}; "
            "the others are in the report, and the same command tries these again"
        )
    if not summary["finished"]:
        print("not finished: the same command goes on", file=sys.stderr if as_json else None)
