"""`wann sweep` runs many searches side by side: it plans, runs in view, and reports."""

import argparse
import dataclasses
import json
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wann.api.notes import in_json, tell_notes
from wann.api.watching.interrupts import interruptible
from wann.api.watching.lost_cluster import gone_on_with_by
from wann.cli.flags import CHECKPOINT_SECONDS, GRID, JSON, OUT, RETRIES, WORKERS
from wann.cli.readers import new_path_or_url
from wann.cli.results import columns, show, tell
from wann.cli.running_flags import add_cluster, add_workers, cluster_of, running_group
from wann.cli.settings_flags import add_settings, settings_of
from wann.cli.task_flags import add_searched, searched
from wann.config import SearchConfig, SweepSettings
from wann.errors import UserError
from wann.terminal import say, warn

if TYPE_CHECKING:
    from wann.evaluators.ray.cluster import Cluster
    from wann.experiments.sweep.plan import SweepPlan
    from wann.experiments.sweep.summary import SweepSummary
    from wann.experiments.sweep.sweep import Sweep


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add what is searched, over which seeds and settings, and how the searches are run."""
    JSON.add_to(parser)
    add_searched(
        parser, [entry.name for entry in dataclasses.fields(SearchConfig) if entry.name != "seed"]
    )
    group = parser.add_argument_group("sweep", "Every combination of the grid, for every seed.")
    add_settings(group, SweepSettings, ("seeds",))
    GRID.add_to(group)
    add_settings(group, SweepSettings, ("evaluate",))
    out = dataclasses.replace(
        OUT,
        help="folder or URL",
        read=new_path_or_url,
        shown="runs/RECIPE-sweep, numbered if taken",
        metavar="PATH_OR_URL",
    )
    out.add_to(group)
    running = running_group(parser)
    CHECKPOINT_SECONDS.add_to(running)
    add_workers(running)
    add_cluster(running, WORKERS)


def run(options: argparse.Namespace) -> None:
    """Run the sweep that the command line asks for, over grid and seeds."""
    from wann.evaluators.make import reach
    from wann.experiments.sweep.filenames import PLAN
    from wann.experiments.sweep.plan import SweepPlan, parse_grid
    from wann.experiments.sweep.sweep import Sweep
    from wann.jobs.seeds import parse_seeds
    from wann.runs.rundir import free_path

    base, name, given = searched(options)
    settings = settings_of(options, SweepSettings())
    cluster = cluster_of(options, options.workers)
    grid = parse_grid(options.grid or [])
    both = next((setting for setting in grid if setting in given), None)
    if both:
        raise UserError(f"{both} is given both as a flag and in --grid: remove one of them")
    plan = SweepPlan(base, grid, parse_seeds(settings.seeds), settings.evaluate)
    plan, notes = _with_frozen_tasks(plan, options.recipe)
    reach(cluster)  # nothing is written if there is no such cluster
    folder = options.out or str(free_path(Path("runs"), f"{name}-sweep", PLAN.making))
    with Sweep.create(folder, plan, notes) as sweep:
        _run(sweep, cluster, options)


def resume(options: argparse.Namespace) -> None:
    """Go on with a sweep that was stopped or killed, or some of whose runs failed."""
    from wann.experiments.sweep.sweep import Sweep

    if options.threads is not None:
        raise UserError(
            f"{options.run} is a sweep, each of whose searches has one thread: --workers N runs N "
            "at once"
        )
    cluster = cluster_of(options, options.workers)
    with Sweep.open(options.run) as sweep:
        changed = sweep.changed_versions()
        if changed:
            warn(f"the sweep was begun with {changed}; results may differ from an undisturbed one")
        _run(sweep, cluster, options)


def _with_frozen_tasks(plan: "SweepPlan", recipe: str | None) -> "tuple[SweepPlan, list[str]]":
    """Return the plan with what tasks measure once put into their specs, and notes on the tasks.

    An unknown task is refused here.
    """
    from wann.tasks.registry import task_of

    grid = dict(plan.grid)
    tasks = {spec: task_of(spec, recipe).frozen() for spec in grid.get("task", (plan.base.task,))}
    notes = [line for task in tasks.values() for line in tell_notes(task)]
    if "task" in grid:
        grid["task"] = tuple(tasks[spec].spec for spec in grid["task"])
        return dataclasses.replace(plan, grid=grid), notes
    base = dataclasses.replace(plan.base, task=tasks[plan.base.task].spec)
    return dataclasses.replace(plan, base=base), notes


def _run(sweep: "Sweep", cluster: "Cluster | None", options: argparse.Namespace) -> None:
    """Run what is left of a sweep, write and report its result."""
    from wann.cli.sweep_display import watch
    from wann.jobs.runners import make_local_runner, make_ray_runner

    runner = make_ray_runner(cluster) if cluster else make_local_runner(options.workers)
    how: dict[str, Any] = {
        "retries": RETRIES.of(options),
        "checkpoint_seconds": CHECKPOINT_SECONDS.of(options),
    }
    try:
        with (
            gone_on_with_by(f"resume with `wann resume {sweep.store.given}`"),
            sweep.session_begun(),
            interruptible("the generations under way", sweep.stop) as interrupted,
        ):
            with (
                watch(sweep.states) as view,
                closing(sweep.run(runner, stopped=interrupted, **how)) as ended,
            ):
                for name in ended:
                    view.ended(name)
            summary = sweep.summary()
            figures = sweep.save(summary)
    except KeyboardInterrupt:
        warn(f"continue with `wann resume {sweep.store.given}`")
        raise
    _report(summary, sweep.notes(), figures, options.json)


def _report(summary: "SweepSummary", notes: list[str], figures: list[str], as_json: bool) -> None:
    from wann.experiments.sweep.run_states import FAILED, FINISHED
    from wann.experiments.sweep.summary_text import as_text

    if as_json:
        show(json.dumps({**summary.to_json(), **in_json(notes)}))
    else:
        tell(as_text(summary.settings, columns()))
        done = sum(run.state == FINISHED for run in summary.runs)
        figure = f"; figure in {figures[0]}" if figures else ""
        tell(f"{summary.sweep}: {done} of {len(summary.runs)} runs finished{figure}")
    failed = [run for run in summary.runs if run.state == FAILED]
    if failed:
        raise UserError(
            f"{len(failed)} of {len(summary.runs)} runs failed, {failed[0].run} of them: "
            f"{failed[0].error}; try these again with: wann resume {summary.sweep}"
        )
    if not summary.finished:
        (say if as_json else tell)(f"not finished: continue with `wann resume {summary.sweep}`")
