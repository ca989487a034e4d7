"""`wann compare` holds networks against others: it plans, runs in view, and reports."""

import argparse
import dataclasses
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wann.api.watching.interrupts import interruptible
from wann.api.watching.lost_cluster import gone_on_with_by
from wann.api.watching.screen import Countdown
from wann.cli.flags import JSON, OUT, RETRIES, WORKERS
from wann.cli.readers import path
from wann.cli.results import columns, show, tell
from wann.cli.running_flags import add_cluster, add_workers, cluster_of, running_group
from wann.cli.settings_flags import add_settings, settings_of
from wann.cli.task_flags import in_json, tell_notes
from wann.config import ALL, MAKING_FLAGS, ComparisonSettings, Making
from wann.errors import UserError
from wann.terminal import say

if TYPE_CHECKING:
    from wann.evaluators.ray.cluster import Cluster
    from wann.experiments.comparison.comparison import Comparison
    from wann.experiments.comparison.plan import ComparisonJob
    from wann.tasks.task import Task

# A job of a comparison that failed would fail again.
RETRIES_OF_COMPARISON = dataclasses.replace(RETRIES, default=0)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of a comparison."""
    JSON.add_to(parser)
    what = parser.add_argument_group("what is compared")
    what.add_argument(
        "networks",
        nargs="+",
        type=path,
        metavar="RUN_OR_NETWORK",
        help="run directories, or .json or .out files",
    )
    add_settings(what, ComparisonSettings)
    how = parser.add_argument_group("how contestants are made and measured")
    add_settings(how, Making, MAKING_FLAGS)
    running = running_group(parser)
    dataclasses.replace(
        OUT, help="folder; a comparison there goes on", more={"required": True}
    ).add_to(running)
    add_workers(running, RETRIES_OF_COMPARISON)
    add_cluster(running, WORKERS)


def run(options: argparse.Namespace) -> None:
    """Run the comparison that the command line asks for, or go on with it."""
    from wann.evaluators.make import reach
    from wann.experiments.comparison.comparison import Comparison
    from wann.experiments.comparison.input_networks import (
        champions_of,
        smaller_networks_of,
        task_of,
    )
    from wann.experiments.comparison.plan import make_plan
    from wann.jobs.seeds import parse_seeds

    settings, making = settings_of(options, ComparisonSettings()), settings_of(options, Making())
    if settings.against is None and len(options.networks) < 2:
        raise UserError(
            "one network alone: expected --against for contestants of its size, or another network"
        )
    task = task_of(options.networks, settings.task)
    notes = tell_notes(task)
    names = _contestants(settings.against, task)
    champions = champions_of(options.networks, task)
    points = smaller_networks_of(champions, settings.sizes, task) if names else []
    seeds = parse_seeds(settings.seeds)
    plan = make_plan(task.spec, champions, names, seeds, making, points)
    cluster = cluster_of(options, options.workers)
    reach(cluster)
    with Comparison.create(options.out, plan, [*champions, *points]) as comparison:
        _run(comparison, cluster, options)
        _report(comparison, notes, options.json)


def _run(comparison: "Comparison", cluster: "Cluster | None", options: argparse.Namespace) -> None:
    from wann.jobs.runners import make_local_runner, make_ray_runner
    from wann.machine.cores import available_cores

    cores = available_cores()
    workers = min(options.workers or cores, max(1, len(comparison.left())))
    runner = make_ray_runner(cluster) if cluster else make_local_runner(workers)
    threads = 1 if cluster else max(1, cores // workers)
    retries = RETRIES_OF_COMPARISON.of(options)
    again = gone_on_with_by("the same command goes on")
    with again, interruptible("what is under way") as stopped:
        ended = comparison.run(runner, retries=retries, threads=threads, stopped=stopped)
        _watch(comparison, ended)


def _contestants(text: str | None, task: "Task") -> tuple[str, ...]:
    """Return the names that --against gives, none without it; UserError on those that cannot be."""
    from wann.experiments.comparison.contestants.make import check_names, default_names

    if text is None:
        return ()
    names = default_names(task) if text == ALL else _names(text)
    check_names(names, task)
    return names


def _names(text: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    if not names:
        raise UserError(f"--against: expected names such as imp,random-dag, got {text!r}")
    return names


def _watch(comparison: "Comparison", ended: "Iterator[tuple[ComparisonJob, str | None]]") -> None:
    """Let rows be made, and say which has ended and how long the others will take."""
    total, waiting = len(comparison.plan.jobs()), len(comparison.left())
    countdown = Countdown(0, waiting)
    for number, (job, problem) in enumerate(ended, 1):
        done = total - len(comparison.left())
        outcome = f"failed: {problem}" if problem else f"done; {countdown.left(number)} left"
        say(f"{done} of {total}: {job.name}, {job.champion}, seed {job.seed}: {outcome}")


def _report(comparison: "Comparison", notes: list[str], as_json: bool) -> None:
    from wann.experiments.comparison.report.report import write_report
    from wann.experiments.comparison.report.terminal_table import as_text

    if not comparison.rows() and not comparison.failed():
        say("nothing was made yet: the same command goes on")
        return
    summary, written = write_report(comparison)
    if as_json:
        show(json.dumps({**summary.to_json(), **in_json(notes)}))
    else:
        tell(as_text(summary, columns()))
        tell(f"report: {written}")
    failed = summary.failed
    if failed:
        first, several = failed[0], "row" if len(failed) == 1 else "rows"
        raise UserError(
            f"{len(failed)} {several} failed, {first.job.name} with seed {first.job.seed} of them: "
            f"{first.error}; the others are in the report, and the same command tries these again"
        )
    if not summary.finished:
        (say if as_json else show)("not finished: the same command goes on")
