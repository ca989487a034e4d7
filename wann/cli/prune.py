"""`wann prune` prunes a PyTorch model: it plans a study, runs it in view, and reports it."""

import argparse
import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wann.api.watching.interrupts import interruptible
from wann.api.watching.lost_cluster import gone_on_with_by
from wann.api.watching.progress import count_steps
from wann.cli.flags import JSON, LATENCY, NETWORK, OUT, RETRIES, WORKERS
from wann.cli.results import columns, show, tell
from wann.cli.running_flags import add_cluster, add_workers, cluster_of, running_group
from wann.cli.settings_flags import add_settings, given_settings, settings_of
from wann.config import CONTROL_NAMES, PRESETS, StudySettings, TableSettings, Training, make_config
from wann.errors import UserError
from wann.files import as_file_name
from wann.terminal import say

if TYPE_CHECKING:
    from wann.evaluators.ray.cluster import Cluster
    from wann.experiments.pruning.plan import StudyPlan
    from wann.experiments.pruning.rows import StudySummary
    from wann.experiments.pruning.study import Study


_HOW = (
    "retrain",
    "fine_tune_steps",
    "fine_tune_rate",
    "allow_empty",
    "rewind_step",
    "examples",
    "device",
)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of a pruning study."""
    JSON.add_to(parser)
    what = parser.add_argument_group("what is pruned")
    add_settings(what, StudySettings, ("model", "trained", "dataset"))
    add_settings(what, TableSettings)
    add_settings(what, StudySettings, ("methods",))
    NETWORK.add_to(what)
    add_settings(
        what, StudySettings, ("densities", "seeds", "controls", "protect", "include", "outputs")
    )
    how = parser.add_argument_group("how it is trained")
    add_settings(how, StudySettings, ("training",))
    add_settings(how, Training, ("steps", "batch", "learning_rate"), shown="that of --training")
    add_settings(how, StudySettings, _HOW)
    LATENCY.add_to(how)
    running = running_group(parser)
    dataclasses.replace(
        OUT, help="folder; a study there goes on", shown="runs/prune-MODEL-DATASET"
    ).add_to(running)
    add_workers(running)
    add_cluster(running, WORKERS)


def run(options: argparse.Namespace) -> None:
    """Run the study that the command line asks for, or go on with it."""
    from wann.evaluators.make import reach
    from wann.experiments.pruning.study import Study
    from wann.pruning.methods import METHODS
    from wann.tasks.spec import make_spec, parse_spec

    settings = settings_of(options, StudySettings())
    if settings.methods == ("list",):
        for name, method in METHODS.items():
            tell(f"{name:18} {method.about}")
        return
    if options.network is not None:
        _prune_grown(settings, options)
        return
    of_table = given_settings(options, TableSettings)
    settings = dataclasses.replace(settings, dataset=make_spec(settings.dataset, of_table))
    plan = plan_of(settings, given_settings(options, Training))
    plan.count_steps()  # refuses what cannot be had or pruned before anything is written
    cluster = cluster_of(options, options.workers)
    reach(cluster)
    dataset, _ = parse_spec(plan.dataset)
    name = as_file_name(f"prune-{plan.model}-{Path(dataset).stem}", "-")
    with Study.create(options.out or Path("runs") / name, plan) as study:
        _run(study, cluster, options)


def resume(options: argparse.Namespace) -> None:
    """Go on with a study that was stopped or killed, or some of whose jobs failed."""
    from wann.evaluators.make import reach
    from wann.experiments.pruning.study import Study

    if options.threads is not None:
        raise UserError(
            f"{options.run} is a study, each of whose trainings has one thread: --workers N runs N "
            "at once"
        )
    cluster = cluster_of(options, options.workers)
    with Study.open(Path(options.run)) as study:
        reach(cluster)
        _run(study, cluster, options)


def _run(study: "Study", cluster: "Cluster | None", options: argparse.Namespace) -> None:
    from wann.experiments.pruning.latency import measure_latencies
    from wann.jobs.runners import make_local_runner, make_ray_runner

    runner = make_ray_runner(cluster) if cluster else make_local_runner(options.workers)
    with (
        gone_on_with_by(f"resume with `wann resume {study.folder}`"),
        interruptible("what is under way") as stopped,
        count_steps(study.finished, study.planned),
    ):
        for _ in study.run(runner, retries=RETRIES.of(options), stopped=stopped):
            pass
    summary = study.summary()
    if getattr(options, "latency", False):
        measured = measure_latencies(study.folder, study.asked)
        summary = dataclasses.replace(summary, latency=measured)
    _report(study, summary, study.save(summary), options.json)


def plan_of(settings: StudySettings, training: dict[str, Any]) -> "StudyPlan":
    """Return the plan of a study; UserError on what is none.

    `training` holds what is changed of the training that `settings` names.
    """
    from wann.experiments.pruning.plan import StudyPlan, weights_path
    from wann.jobs.seeds import parse_seeds

    return StudyPlan(
        model=settings.model,
        dataset=settings.dataset,
        methods=settings.methods,
        densities=settings.densities,
        seeds=parse_seeds(settings.seeds),
        controls=CONTROL_NAMES if settings.controls == ("all",) else settings.controls,
        training=make_config(training, PRESETS[settings.training]),
        protect=settings.protect,
        include=settings.include,
        outputs=settings.outputs,
        retrain=settings.retrain,
        rewind_step=settings.rewind_step,
        trained=weights_path(settings.trained),
        allow_empty=settings.allow_empty,
        fine_tune_steps=settings.fine_tune_steps,
        fine_tune_rate=settings.fine_tune_rate,
        examples=settings.examples,
        device=settings.device,
    )


def _prune_grown(settings: StudySettings, options: argparse.Namespace) -> None:
    """Prune a grown network by each score to each density, and say where it lies."""
    from wann.experiments.pruning.grown_network_files import prune_grown_file
    from wann.jobs.seeds import parse_seeds

    seeds = parse_seeds(settings.seeds)
    if len(seeds) > 1:
        raise UserError(f"--network takes one seed, got --seeds {settings.seeds}")
    out = options.out or Path("runs") / f"prune-{options.network.stem}"
    rows = prune_grown_file(options.network, settings.methods, settings.densities, seeds[0], out)
    if options.json:
        show(json.dumps(rows))
        return
    for row in rows:
        tell(
            f"{row['network']}: {row['connections']} connections, {row['effective_connections']} "
            "of them at work"
        )


def _report(study: "Study", summary: "StudySummary", figures: list[Path], as_json: bool) -> None:
    from wann.experiments.pruning.latency import as_lines
    from wann.experiments.pruning.summary_text import as_text, held_as_text, plateaus_as_text

    failed = [{**job._asdict(), "error": problem} for job, problem in study.failed]
    if as_json:
        show(json.dumps({**summary.to_json(), "failed": failed}))
    elif summary.summary:
        tell(as_text(summary.summary, columns()))
        tell(plateaus_as_text(summary.plateaus))
        for name, why in summary.left_whole.items():
            tell(f"{name} is left whole: it {why} (--include {name} to prune it)")
        if held := held_as_text(summary.rows):
            tell(held)
        if summary.latency is not None:
            tell(as_lines(summary.latency))
        tell(
            f"{study.folder}: {len(summary.rows)} steps; figure in "
            f"{figures[0] if figures else 'none as yet'}"
        )
    if failed:
        first = failed[0]
        raise UserError(
            f"{len(failed)} jobs failed, {first['method'] or 'the whole model'} with seed "
            f"{first['seed']} of them: {first['error']}; try them again with: "
            f"wann resume {study.folder}"
        )
    if study.finished() < study.planned:
        (say if as_json else tell)(f"not finished: continue with `wann resume {study.folder}`")
