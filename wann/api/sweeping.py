"""The plan of a sweep out of what a user gave, and its running under watch."""

import dataclasses
from collections.abc import Collection, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wann.api.notes import noted, tell_changes
from wann.api.paths import Place, new_path_of
from wann.api.recipe_method import Alternatives
from wann.api.running import PartlyFailed, Running
from wann.api.searched import Searched, make_task
from wann.api.watching.interrupts import interruptible
from wann.api.watching.lost_cluster import gone_on_with_by
from wann.api.watching.watch import Interrupted
from wann.config import SearchConfig, check_heeded, stage_texts, values_of
from wann.errors import UserError, in_short, several
from wann.jobs.seeds import Seeds, seeds_of
from wann.terminal import warn

if TYPE_CHECKING:
    from wann.api.sweep_result import SweepResult
    from wann.experiments.sweep.plan import SweepPlan
    from wann.experiments.sweep.sweep import Sweep

_OUTPUTS_FOLDER = Path("runs")


# ---- the plan


def plan_of(
    found: Searched, alternatives: Alternatives, seeds: Seeds, evaluate: int | None
) -> "SweepPlan":
    """Return the plan of a sweep; UserError on what is none."""
    from wann.config import SweepSettings, config_of
    from wann.experiments.sweep.grid import OF_TASKS, with_tasks
    from wann.experiments.sweep.plan import SweepPlan

    check_given_once(alternatives, found.given)
    if found.data and "task" in alternatives:
        raise UserError("--dataset and a task in --grid both say what networks are scored on")
    of_task = next((name for name in alternatives if name in OF_TASKS), None)
    if found.data and of_task:
        raise UserError(
            f"--grid: {of_task} has alternatives for data in files alone: give the path of one"
        )
    alternatives, parts = with_tasks(alternatives, found.config.task)
    asked = config_of({"evaluate": evaluate}, SweepSettings())
    plan = SweepPlan(found.config, alternatives, seeds_of(seeds), asked.evaluate, parts)
    check_heeded(found.given | set(alternatives), [run.config for run in plan.runs])
    return plan


def check_given_once(alternatives: Alternatives, given: Collection[str]) -> None:
    """Raise UserError where a setting has one value and alternatives as well."""
    both = next((name for name in alternatives if name in given), None)
    if both:
        raise UserError(f"{both} is given both as a flag and in --grid: remove one of them")


def address_of(out: Place | None) -> str | None:
    """Return the path or URL of a new sweep; UserError where nothing can be made there.

    None: its folder is called after what is searched.
    """
    if out is None:
        return None
    if isinstance(out, str) and "://" in out:
        return out
    return str(new_path_of(out))


def grid_of(given: Any) -> Alternatives:
    """Return alternatives by setting, from a mapping or from texts such as `population=16,32`."""
    from wann.experiments.sweep.grid import OF_TASKS, check_name, parse_grid, plain_value

    if not isinstance(given, Mapping):
        if given is not None and not isinstance(given, Iterable):
            raise UserError(
                "--grid: expected a mapping of settings to lists of alternatives, got "
                f"{in_short(given)}"
            )
        texts = [given] if isinstance(given, str) else list(given or ())
        return parse_grid(texts)
    grid = {}
    for name, values in given.items():
        check_name(str(name))
        if isinstance(values, str | bytes | Mapping) or not hasattr(values, "__iter__"):
            raise UserError(
                f"--grid: {name}: expected a list of alternatives, got {in_short(values)}"
            )
        read = plain_value if name in OF_TASKS else _alternative
        grid[name] = tuple(read(name, value) for value in values)
        if not grid[name] or len(set(grid[name])) < len(grid[name]):
            raise UserError(
                f"--grid: {name}: expected one or more different values, got {in_short(values)}"
            )
    return grid


def _alternative(name: str, value: Any) -> Any:
    """Return a value of a setting as plans have it: names in place of functions."""
    plain = values_of({name: value}, SearchConfig)
    try:
        return getattr(SearchConfig(**plain), name)
    except UserError:  # it may do together with others of the grid, or else the plan says so
        return stage_texts(plain[name]) if name == "stage" else plain[name]


# ---- its running


def begin_sweep(
    plan: "SweepPlan",
    found: Searched,
    address: str | None,
    running: Running,
    checkpoint_seconds: float,
) -> "SweepResult":
    """Begin a sweep at a path or URL, or go on with the one there, and return what came out.

    Args:
        plan: what is run.
        found: what is searched.
        address: where the sweep lies; None: in a new folder that is called after what is searched.
        running: by whom it is run.
        checkpoint_seconds: seconds between two checkpoints of a search.
    """
    from wann.experiments.sweep.filenames import PLAN
    from wann.runs.rundir import made_where_free

    def make(path: Path) -> "tuple[Sweep, list[str]]":
        return _created(str(path), plan, found, running)

    if address is None:
        called = f"{found.name}-sweep"
        sweep, notes = made_where_free(_OUTPUTS_FOLDER, called, make, PLAN.making)
    else:
        sweep, notes = _created(address, plan, found, running)
    noted(notes)
    with sweep:
        tell_changes("sweep", sweep.changed_versions(), sweep.changed_code())
        return run_sweep(sweep, running, checkpoint_seconds)


def _created(
    address: str, plan: "SweepPlan", found: Searched, running: Running
) -> "tuple[Sweep, list[str]]":
    """Return the sweep at a path or URL, and what the user should know of its tasks."""
    from wann.evaluators.make import reach
    from wann.experiments.sweep.sweep import Sweep

    if found.data and "://" in address:
        raise UserError(
            f"{address}: a data set in memory is written beside the runs, which takes a folder: "
            "give the path of a file that all workers see"
        )
    plan, notes = _with_frozen_tasks(plan, found, address)
    reach(running.cluster)  # nothing is written if there is no such cluster
    files = {found.data.name: found.data.content} if found.data else {}
    return Sweep.create(address, plan, notes, files), notes


def resume_sweep(address: str, running: Running, checkpoint_seconds: float) -> "SweepResult":
    """Go on with a sweep that was stopped or killed, or some of whose runs failed.

    UserError if there is none, or another process writes to it.
    """
    from wann.experiments.sweep.sweep import Sweep

    with Sweep.open(address) as sweep:
        tell_changes("sweep", sweep.changed_versions(), sweep.changed_code())
        return run_sweep(sweep, running, checkpoint_seconds)


def run_sweep(sweep: "Sweep", running: Running, checkpoint_seconds: float) -> "SweepResult":
    """Run what is left of a sweep, write its result and return it.

    Raises:
        PartlyFailed: some searches failed; the others are in its `result`.
        Interrupted: after Ctrl-C, once the generations under way are finished and saved.
    """
    from wann.api.sweep_result import SweepResult

    again = f"continue with `wann resume {sweep.store.given}`"
    try:
        with (
            gone_on_with_by(f"resume with `wann resume {sweep.store.given}`"),
            sweep.session_begun(),
            interruptible("the generations under way", sweep.stop) as interrupted,
        ):
            _follow(sweep, running, checkpoint_seconds, interrupted)
            summary = sweep.summary()
            sweep.save(summary)
            figures = sweep.draw(summary) if running.figures else []
            was_interrupted = interrupted()
    except KeyboardInterrupt:
        warn(again)
        raise
    result = SweepResult(
        sweep.store.given, tuple(figures), tuple(sweep.notes()), sweep.plan, summary
    )
    if result.failed:
        first = result.failed[0]
        raise PartlyFailed(
            f"{len(result.failed)} of {several(len(summary.runs), 'run')} failed; {first.run}: "
            f"{first.error}; try again with: wann resume {summary.sweep}",
            result,
        )
    if was_interrupted and not summary.finished:
        raise Interrupted(f"not finished: {again}", result)
    return result


def _follow(sweep: "Sweep", running: Running, seconds: float, stopped: Any) -> None:
    from wann.api.watching.sweep_display import watch

    how: dict[str, Any] = {
        "retries": running.retries,
        "checkpoint_seconds": seconds,
        "loggers": running.loggers,
    }
    with (
        watch(sweep.states, running.watch.shown) as view,
        closing(sweep.run(running.runner(), stopped=stopped, **how)) as ended,
    ):
        for name in ended:
            view.ended(name)


def _with_frozen_tasks(
    plan: "SweepPlan", found: Searched, address: str
) -> "tuple[SweepPlan, list[str]]":
    """Return the plan with what tasks measure once put into their specs, and notes on the tasks.

    An unknown task is refused here, and one that the method of a run does not suit.
    """
    from wann.experiments.growing.make_rounds import check_method

    grid = dict(plan.grid)
    tasks = {
        spec: make_task(
            found._replace(config=dataclasses.replace(found.config, task=spec)), Path(address)
        )
        for spec in grid.get("task", (plan.base.task,))
    }
    for run in plan.runs:
        if run.config.seed == plan.seeds[0]:
            check_method(run.config, tasks[run.config.task])
    notes = [*found.notes, *(line for task in tasks.values() for line in task.notes)]
    if "task" in grid:
        grid["task"] = tuple(tasks[spec].spec for spec in grid["task"])
        return dataclasses.replace(plan, grid=grid), notes
    base = dataclasses.replace(plan.base, task=tasks[plan.base.task].spec)
    return dataclasses.replace(plan, base=base), notes
