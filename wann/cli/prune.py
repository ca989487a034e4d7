"""What `wann prune`, and `wann resume` of a study, do: make the plan, run it in view, report it."""

import argparse
import dataclasses
import json
import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from wann.cli.flags import cluster_place
from wann.cli.interrupts import interruptible
from wann.errors import UserError, unknown
from wann.evaluators.make import reach
from wann.experiments.pruning.plan import Plan
from wann.experiments.pruning.records import Row
from wann.experiments.pruning.speed import as_lines, measure_speed
from wann.experiments.pruning.study import Study
from wann.experiments.pruning.table import as_text, plateaus_as_text
from wann.jobs.runners import make_local_runner, make_ray_runner
from wann.jobs.seeds import parse_seeds
from wann.pruning.api import CONTROLS
from wann.pruning.methods import METHODS
from wann.pruning.training.training import PRESETS, Training

if TYPE_CHECKING:
    from wann.evaluators.ray.cluster import Place

_RETRIES = 2
_BAR_SECONDS, _LINE_SECONDS = 0.5, 5.0


def prune(options: argparse.Namespace) -> None:
    """Run the study that the command line asks for, or go on with it."""
    if options.method == "list":
        for name, method in METHODS.items():
            print(f"{name:18} {method.about}")
        return
    if options.network is not None:
        _cut(options)
        return
    plan = plan_of(options)
    plan.count_steps()  # refuses what cannot be had or pruned before anything is written
    place_on_ray = cluster_place(options, options.workers)
    reach(place_on_ray)
    name = re.sub(r"[^\w.+-]+", "-", f"prune-{plan.model}-{Path(plan.dataset).stem}")
    study = Study.create(options.out or Path("runs") / name, plan)
    _run(study, place_on_ray, options)


def resume(options: argparse.Namespace) -> None:
    """Go on with a study that was stopped or killed, or some of whose jobs failed."""
    if options.threads is not None:
        raise UserError(
            f"{options.run} is a study, each of whose trainings has one thread: --workers N runs N "
            "at once"
        )
    place_on_ray = cluster_place(options, options.workers)
    study = Study.open(Path(options.run))
    reach(place_on_ray)
    _run(study, place_on_ray, options)


def _run(study: Study, place_on_ray: "Place | None", options: argparse.Namespace) -> None:
    runner = make_ray_runner(place_on_ray) if place_on_ray else make_local_runner(options.workers)
    retries = _RETRIES if options.retries is None else options.retries
    with interruptible("what is under way") as stopped, _watched(study):
        for _ in study.run(runner, retries=retries, stopped=stopped):
            pass
    summary = study.summary()
    if getattr(options, "latency", False):
        summary["latency"] = measure_speed(study.place, study.asked)
    _report(study, summary, study.save(summary), options.json)


def plan_of(options: argparse.Namespace) -> Plan:
    """Return the plan that the flags describe; UserError on what is none."""
    controls = tuple(CONTROLS) if options.controls == "all" else _names(options.controls)
    return Plan(
        model=options.model,
        dataset=options.dataset,
        methods=_names(options.method),
        densities=_densities(options.density),
        seeds=parse_seeds(options.seeds),
        controls=controls,
        training=_training(options),
        protect=_names(options.protect),
        retrain=not options.no_retrain,
        rewind_step=options.rewind_step,
        examples=options.score_examples,
        device=options.device,
    )


def _cut(options: argparse.Namespace) -> None:
    """Prune a grown network by each score to each density, and say where it lies."""
    from wann.experiments.comparison.contestants.cutting import cut_file

    seeds = parse_seeds(options.seeds)
    if len(seeds) > 1:
        raise UserError(f"--network takes one seed, got --seeds {options.seeds}")
    out = options.out or Path("runs") / f"prune-{options.network.stem}"
    rows = cut_file(
        options.network, _names(options.method), _densities(options.density), seeds[0], out
    )
    if options.json:
        print(json.dumps(rows))
        return
    for row in rows:
        print(
            f"{row['network']}: {row['connections']} connections, {row['effective_connections']} "
            "of them at work"
        )


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _densities(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in _names(text))
    except ValueError:
        raise UserError(
            f"--density: expected numbers in (0, 1] such as 0.2,0.05, got {text!r}"
        ) from None


def _training(options: argparse.Namespace) -> Training:
    if options.training not in PRESETS:
        raise unknown("training", options.training, PRESETS)
    given = {"steps": options.steps, "batch": options.batch, "learning_rate": options.learning_rate}
    return dataclasses.replace(
        PRESETS[options.training],
        **{name: value for name, value in given.items() if value is not None},
    )


@contextmanager
def _watched(study: Study) -> Iterator[None]:
    """Show on stderr how many steps are finished, until the context is left."""
    over = threading.Event()
    show = _show_bar if sys.stderr.isatty() else _show_lines
    watching = threading.Thread(target=show, args=(study, over), daemon=True)
    watching.start()
    try:
        yield
    finally:
        over.set()
        watching.join()


def _show_lines(study: Study, over: threading.Event) -> None:
    total, begun, started = study.planned, study.finished(), time.monotonic()
    shown = begun
    while not over.wait(_LINE_SECONDS):
        finished = study.finished()
        if finished > shown:
            shown = finished
            left = (time.monotonic() - started) / (finished - begun) * max(0, total - finished)
            print(f"{finished} of {total} steps, {_clock(left)} left", file=sys.stderr, flush=True)


def _show_bar(study: Study, over: threading.Event) -> None:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("training"),
        MofNCompleteColumn(),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), speed_estimate_period=600) as progress:
        task = progress.add_task("prune", total=study.planned, completed=study.finished())
        while not over.wait(_BAR_SECONDS):
            progress.update(task, completed=study.finished())


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def _report(study: Study, summary: Row, figures: list[Path], as_json: bool) -> None:
    failed = [{**job._asdict(), "error": problem} for job, problem in study.failed]
    if as_json:
        print(json.dumps({**summary, "failed": failed}))
    elif summary["summary"]:
        print(as_text(summary["summary"]))
        print(plateaus_as_text(summary["plateaus"]))
        if "latency" in summary:
            print(as_lines(summary["latency"]))
        print(
            f"{study.place}: {len(summary['rows'])} steps; figure in "
            f"{figures[0] if figures else 'none as yet'}"
        )
    if failed:
        first = failed[0]
        raise UserError(
            f"{len(failed)} jobs failed, {first['method'] or 'the whole model'} with seed "
            f"{first['seed']} of them: "
            f"{first['error']}; try them again with: wann resume {study.place}"
        )
    if study.finished() < study.planned:
        print(
            f"not finished: continue with `wann resume {study.place}`",
            file=sys.stderr if as_json else None,
        )
