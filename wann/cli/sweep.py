"""What `wann sweep`, and `wann resume` of a sweep, do: make the plan, run it in view, report it."""

import argparse
import dataclasses
import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wann.cli.flags import cluster_place
from wann.config import SearchConfig
from wann.errors import UserError
from wann.evaluators.make import reach
from wann.experiments.sweep.plan import Plan, parse_grid
from wann.experiments.sweep.states import FAILED, FINISHED
from wann.experiments.sweep.summary import Row, as_text
from wann.experiments.sweep.sweep import Sweep
from wann.experiments.sweep.view import watch
from wann.jobs.local import in_one_line
from wann.jobs.runners import Runner, make_local_runner, make_ray_runner
from wann.jobs.seeds import parse_seeds
from wann.runs.rundir import free_path
from wann.tasks.registry import make_task

if TYPE_CHECKING:
    from wann.evaluators.ray.cluster import Place

# How often a run that failed is tried again, where --retries does not say.
_RETRIES = 2
# Between two attempts to tell the searches to stop.
_AGAIN_SECONDS = 1.0


def sweep(
    options: argparse.Namespace, base: SearchConfig, name: str, given: dict[str, Any]
) -> None:
    """Run the sweep that the command line asks for: `base` with the settings `given` there, over grid and seeds."""
    place_on_ray = cluster_place(options, options.workers)
    grid = parse_grid(options.grid or [])
    both = next((setting for setting in grid if setting in given), None)
    if both:
        raise UserError(f"{both} is given both as a flag and in --grid: remove one of them")
    plan = _with_frozen_tasks(Plan(base, grid, parse_seeds(options.seeds), options.evaluate))
    reach(place_on_ray)  # nothing is written if there is no such cluster
    place = options.out or str(free_path(Path("runs"), f"{name}-sweep"))
    _run(Sweep.create(place, plan), _runner(place_on_ray, options), options)


def resume(options: argparse.Namespace) -> None:
    """Go on with a sweep that was stopped or killed, or some of whose runs failed."""
    if options.threads is not None:
        raise UserError(
            f"{options.run} is a sweep, each of whose searches has one thread: --workers N runs N "
            "at once"
        )
    place = cluster_place(options, options.workers)
    sweep = Sweep.open(options.run)
    changed = sweep.changed_versions()
    if changed:
        print(
            f"wann: the sweep was begun with {changed}; results may differ from an undisturbed one",
            file=sys.stderr,
        )
    _run(sweep, _runner(place, options), options)


def _runner(place: "Place | None", options: argparse.Namespace) -> Runner:
    return make_ray_runner(place) if place else make_local_runner(options.workers)


def _with_frozen_tasks(plan: Plan) -> Plan:
    """Return the plan with what tasks measure once put into their specs.

    An unknown task is refused here.
    """
    grid = dict(plan.grid)
    tasks = {spec: make_task(spec).frozen() for spec in grid.get("task", (plan.base.task,))}
    for task in tasks.values():
        for line in task.notes:
            print(f"wann: {line}", file=sys.stderr)
    if "task" in grid:
        grid["task"] = tuple(tasks[spec].spec for spec in grid["task"])
        return dataclasses.replace(plan, grid=grid)
    return dataclasses.replace(
        plan, base=dataclasses.replace(plan.base, task=tasks[plan.base.task].spec)
    )


def _run(sweep: Sweep, runner: Runner, options: argparse.Namespace) -> None:
    """Run what is left of a sweep, write and report its result."""
    with sweep.session_begun(), _interruptible(sweep) as interrupted:
        how = {
            "retries": _RETRIES if options.retries is None else options.retries,
            "checkpoint_seconds": options.checkpoint_seconds,
        }
        with (
            watch(sweep.states) as view,
            closing(sweep.run(runner, stopped=interrupted, **how)) as ended,
        ):
            for name in ended:
                view.ended(name)
        summary = sweep.summary()
        figures = sweep.save(summary)
    _report(summary, figures, options.json)


@contextmanager
def _interruptible(sweep: Sweep) -> Iterator[Callable[[], bool]]:
    """Yield what tells whether there was a Ctrl-C, which has the searches stop.

    A second one stops at once.
    """
    interrupted, over = threading.Event(), threading.Event()

    def interrupt(number: int, frame: object) -> None:
        # No more than a flag: it may be in the middle of anything, a call to the same storage for
        # one.
        interrupted.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    telling = threading.Thread(target=_tell_to_stop, args=(sweep, interrupted, over), daemon=True)
    telling.start()
    previous = signal.signal(signal.SIGINT, interrupt)
    try:
        yield interrupted.is_set
    except KeyboardInterrupt:
        print(f"wann: continue with `wann resume {sweep.store.place}`", file=sys.stderr)
        raise
    finally:
        signal.signal(signal.SIGINT, previous)
        over.set()
        interrupted.set()
        telling.join()


def _tell_to_stop(sweep: Sweep, interrupted: threading.Event, over: threading.Event) -> None:
    """Once `interrupted`, write the order to stop, again and again where the storage does not take it."""
    interrupted.wait()
    if not over.is_set():
        print(
            "finishing the generations under way; press Ctrl-C again to stop at once",
            file=sys.stderr,
        )
    complained = False
    while not over.is_set():
        try:
            sweep.stop()
            return
        except Exception as error:  # each storage has its own
            if not complained:
                print(
                    f"wann: the searches cannot be told to stop as yet: {in_one_line(error)}",
                    file=sys.stderr,
                )
            complained = True
            over.wait(_AGAIN_SECONDS)


def _report(summary: Row, figures: list[str], as_json: bool) -> None:
    if as_json:
        print(json.dumps(summary))
    else:
        print(as_text(summary["settings"]))
        done = sum(run["state"] == FINISHED for run in summary["runs"])
        figure = f"; figure in {figures[0]}" if figures else ""
        print(f"{summary['sweep']}: {done} of {len(summary['runs'])} runs finished{figure}")
    failed = [run for run in summary["runs"] if run["state"] == FAILED]
    if failed:
        raise UserError(
            f"{len(failed)} of {len(summary['runs'])} runs failed, {failed[0]['run']} of them: "
            f"{failed[0]['error']}; "
            f"try these again with: wann resume {summary['sweep']}"
        )
    if not summary["finished"]:
        print(
            f"not finished: continue with `wann resume {summary['sweep']}`",
            file=sys.stderr if as_json else None,
        )
