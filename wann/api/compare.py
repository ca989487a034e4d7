"""`wann.compare`: networks held against contestants of their size, or against each other."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wann import own
from wann.api.asked_comparison import Asked
from wann.api.calls import public
from wann.api.notes import tell_notes, tell_outdated
from wann.api.paths import Place, path_of
from wann.api.running import (
    RETRIES_OF_COMPARISON,
    PartlyFailed,
    Running,
    check_retries,
    cluster_of,
)
from wann.api.watching.interrupts import interruptible
from wann.api.watching.lost_cluster import gone_on_with_by
from wann.api.watching.screen import Countdown
from wann.api.watching.watch import Interrupted, Watch
from wann.config import ComparisonSettings, Making, config_of
from wann.files.new_paths import check_new_path
from wann.jobs.seeds import Seeds, seeds_of

if TYPE_CHECKING:
    from wann.api.comparison_result import ComparisonResult
    from wann.experiments.comparison.budgets import Budgets
    from wann.experiments.comparison.comparison import Comparison
    from wann.experiments.comparison.plan import ComparisonJob

_NOT_FINISHED = "not finished: the same command goes on"


@public
def compare(
    networks: Any,
    *,
    out: Place,
    against: str | bool | Sequence[Any] | None = ComparisonSettings.against,
    task: "str | Callable[..., Any] | None" = ComparisonSettings.task,
    seeds: Seeds = ComparisonSettings.seeds,
    sizes: int | None = ComparisonSettings.sizes,
    budgets: "Budgets | None" = ComparisonSettings.budgets,
    steps: int = Making.steps,
    batch: int = Making.batch,
    learning_rate: float = Making.learning_rate,
    hidden: str | int | Iterable[int] = Making.hidden,
    generations: int = Making.generations,
    races: int = Making.races,
    episodes: int = Making.episodes,
    measure: "str | Callable[..., float] | Sequence[str | Callable[..., float]]" = Making.measure,
    repeats: int = Making.repeats,
    figures: bool = True,
    workers: int | None = None,
    retries: int = RETRIES_OF_COMPARISON,
    ray: str | bool | None = None,
    cpus_per_worker: float | None = None,
    memory_per_worker: int | str | None = None,
    progress: bool | None = None,
) -> "ComparisonResult":
    """Hold networks against contestants of their size, or against each other.

    This is what `wann compare` does on the command line, with the same defaults and the same files.
    Every contestant has exactly as many connections as the network that it is held against, and all
    are measured under the same weight conditions. The same call again goes on with what lies in the
    folder, and adds networks, contestants and seeds to it.

    Args:
        networks: one network or several: runs, sweeps with all their finished runs, files, or
            whatever else `wann.load` takes. A dictionary gives each of them the name that it has
            in the report.
        out: the folder; a comparison there goes on.
        against: names of contestants, such as ["imp", "random-dag"], or functions of one's own;
            True or "all" for all that there usually are; None: networks are held against the first
            of them.
        task: what networks are scored on: a spec, or a class or function of one's own that makes a
            task; by default what they were grown for.
        seeds: a number, a range, a list, or a text such as "0-2".
        sizes: how many smaller networks of a run's front are held against the same contestants; by
            default 3, or none where budgets are given.
        budgets: numbers of connections to which contestants are made, for the budget curves: a
            list, or a text such as "50,100,dense"; dense is the size of the unpruned parent.
        steps: training steps of pruned models, for each round.
        batch: examples in a training step.
        learning_rate: learning rate of the training.
        hidden: units in the hidden layers of the models that are pruned.
        generations: of tuning; by gradients, epochs.
        races: starts of a tuning by CMA-ES.
        episodes: episodes, and random weightings, of a measure.
        measure: further numbers of each network, by name or as functions of (network, task,
            evaluator).
        repeats: measurements of a latency.
        figures: whether the report has figures and shows the networks; else text and tables alone.
        workers: how many rows are made at once; by default one for every core.
        retries: how often a row that failed is tried again at once.
        ray: the address of a Ray, or True for that of this machine.
        cpus_per_worker: cores of a worker on Ray.
        memory_per_worker: memory of a worker on Ray, in bytes or as "500M".
        progress: whether progress is shown on stderr; None: where that is a terminal.

    Returns:
        Rows, results and verdicts as values, the tables as text, and where the report lies.

    Raises:
        UserError: networks that do not fit the task or each other, an unknown contestant, or a
            folder that holds something else. Where only some rows fail, the error
            (`PartlyFailed`) has the others in its `result`.
        KeyboardInterrupt: after Ctrl-C, once what was under way is finished and saved.

    Example:
        >>> found = wann.compare("runs/reference/swingup-seed0", against=["random-dag"],
        ...     seeds=0, sizes=0, hidden=3, generations=1, races=4, episodes=4, out="compared")
        >>> print(found)  # the tables, and what they say
        >>> found.verdicts["random-dag"]["random_shared"].mean
        >>> found.report  # found.open() shows it in a browser
    """
    from wann.evaluators.make import reach
    from wann.experiments.comparison.comparison import Comparison

    given = locals()
    check_retries(retries)
    folder = path_of(out, "out")
    check_new_path(str(folder))
    how = {entry.name: given[entry.name] for entry in dataclasses.fields(Making)}
    making = config_of(how | {"measure": own.named(measure)}, Making())
    named_task = own.name_of(task) if callable(task) else task
    settings = config_of({"task": named_task, "sizes": sizes}, ComparisonSettings())
    asked = Asked(networks, against, seeds_of(seeds), settings, budgets, making)
    plan, files, notes = asked.plan()
    cluster = cluster_of(ray, workers, cpus_per_worker, memory_per_worker)
    reach(cluster)
    running = Running(cluster, workers, retries, Watch.of(progress), figures)
    with Comparison.create(folder, plan, files) as comparison:
        return _finish(comparison, notes, running)


def resume_comparison(folder: Path, running: Running) -> "ComparisonResult":
    """Go on with the comparison in a folder; see `wann.resume`."""
    from wann.evaluators.make import reach
    from wann.experiments.comparison.champion_files import read_champion
    from wann.experiments.comparison.comparison import Comparison
    from wann.experiments.comparison.filenames import PLAN
    from wann.tasks.registry import task_of

    with Comparison.open(folder) as comparison:
        plan = comparison.plan
        for label, digest in plan.networks.items():
            read_champion(folder, label, digest)  # of a folder that came without it, that is said
        notes = tell_notes(task_of(plan.task, folder / PLAN.name))
        reach(running.cluster)
        return _finish(comparison, notes, running)


def _finish(comparison: "Comparison", notes: Sequence[str], running: Running) -> "ComparisonResult":
    stopped = _run(comparison, running)
    outdated = tell_outdated(comparison.outdated)
    return _result(comparison, [*notes, *outdated], stopped, running.figures)


def _run(comparison: "Comparison", running: Running) -> bool:
    """Let the rows that are left be made; return whether Ctrl-C stopped that."""
    from wann.machine.cores import available_cores

    cores = available_cores()
    workers = min(running.workers or cores, max(1, len(comparison.left())))
    threads = 1 if running.cluster else max(1, cores // workers)
    runner = running._replace(workers=workers).runner()
    again = gone_on_with_by("the same command goes on")
    with again, interruptible("what is under way", comparison.stop) as stopped:
        ended = comparison.run(runner, retries=running.retries, threads=threads, stopped=stopped)
        _watch(comparison, ended, running.watch)
        return stopped()


def _watch(
    comparison: "Comparison", ended: "Iterator[tuple[ComparisonJob, str | None]]", watch: Watch
) -> None:
    """Let rows be made, and say which has ended and how long the others will take."""
    total, waiting = len(comparison.plan.jobs()), len(comparison.left())
    countdown = Countdown(0, waiting)
    done = total - waiting
    for number, (job, problem) in enumerate(ended, 1):
        done += problem is None
        outcome = f"failed: {problem}" if problem else f"done; {countdown.left(number)} left"
        watch.say(f"{done} of {total}: {job.name}, {job.champion}, seed {job.seed}: {outcome}")


def _result(
    comparison: "Comparison", notes: Sequence[str], stopped: bool, figures: bool
) -> "ComparisonResult":
    """Return what came out, or raise what has it where rows failed or were not made."""
    from wann.api.comparison_result import ComparisonResult
    from wann.experiments.comparison.report.report import write_report

    rows = comparison.rows()
    if not rows and not comparison.failed():
        raise Interrupted("nothing was made yet: the same command goes on", None)
    summary, report = write_report(comparison, figures=figures)
    found = ComparisonResult(comparison.folder, report, summary, tuple(rows), tuple(notes))
    failed = summary.failed
    if failed:
        first, several = failed[0], "row" if len(failed) == 1 else "rows"
        raise PartlyFailed(
            f"{len(failed)} {several} failed, {first.job.name} with seed {first.job.seed} of them: "
            f"{first.error}; the others are in the report, and the same command tries these again",
            found,
        )
    if stopped and not summary.finished:
        raise Interrupted(_NOT_FINISHED, found)
    return found
