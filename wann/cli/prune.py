"""`wann prune` prunes a PyTorch model: it makes the plan of a study, runs it in view, reports it."""

import argparse
import dataclasses
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from wann.cli.command import Command
from wann.cli.flags import LATENCY, NETWORK, OUT, RETRIES, WORKERS
from wann.cli.interrupts import interruptible
from wann.cli.progress import count_steps
from wann.cli.readers import whole
from wann.cli.running_flags import add_cluster, add_workers, cluster_of, running_group
from wann.errors import UserError, unknown

if TYPE_CHECKING:
    from wann.evaluators.ray.cluster import Cluster
    from wann.experiments.pruning.plan import Plan
    from wann.experiments.pruning.records import Row
    from wann.experiments.pruning.study import Study
    from wann.pruning.training.training import Training


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags of a pruning study."""
    what = parser.add_argument_group("what is pruned")
    what.add_argument(
        "--model",
        default="lenet-300-100",
        help="lenet-300-100, mlp-1000-1000-500-200, conv-2, conv-4, conv-6, resnet-20, or module:function",
    )
    what.add_argument(
        "--dataset",
        default="digits",
        help="digits, mnist, or the path of an npz file or IDX folder",
    )
    what.add_argument(
        "--method",
        default="imp",
        metavar="NAME,NAME",
        help="methods, or scores as module:function; `--method list` describes them",
    )
    NETWORK.add_to(what)
    what.add_argument(
        "--density", default="0.2,0.05", metavar="D,D", help="shares of the weights that are kept"
    )
    what.add_argument("--seeds", default="0", metavar="N-N", help="seeds such as 0-4")
    what.add_argument(
        "--controls",
        default="",
        metavar="NAME,NAME",
        help="also train reinit, shuffle, random (see README), or all",
    )
    what.add_argument(
        "--protect",
        default="",
        metavar="NAME,NAME",
        help="layers left whole, by name or pattern (fc*)",
    )
    how = parser.add_argument_group("how it is trained")
    how.add_argument(
        "--training", default="lth-short", help="lth, lth-short, snip, snip-short or open-lth"
    )
    how.add_argument("--steps", type=whole(1), help="training steps; default: those of --training")
    how.add_argument(
        "--batch", type=whole(1), help="examples of a step; default: that of --training"
    )
    how.add_argument("--learning-rate", type=float, help="default: that of --training")
    how.add_argument(
        "--no-retrain", action="store_true", help="measure trained models right after pruning them"
    )
    how.add_argument(
        "--rewind-step", type=whole(0), metavar="N", help="of late rewinding; default: steps / 50"
    )
    how.add_argument(
        "--score-examples",
        type=whole(1),
        default=2000,
        metavar="N",
        help="training examples scores see",
    )
    how.add_argument("--device", default="cpu", help="cpu, cuda or cuda:NUMBER")
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

    if options.method == "list":
        for name, method in METHODS.items():
            print(f"{name:18} {method.about}")
        return
    if options.network is not None:
        _cut(options)
        return
    plan = plan_of(options)
    plan.count_steps()  # refuses what cannot be had or pruned before anything is written
    cluster = cluster_of(options, options.workers)
    reach(cluster)
    name = re.sub(r"[^\w.+-]+", "-", f"prune-{plan.model}-{Path(plan.dataset).stem}")
    study = Study.create(options.out or Path("runs") / name, plan)
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
    study = Study.open(Path(options.run))
    reach(cluster)
    _run(study, cluster, options)


def _run(study: "Study", cluster: "Cluster | None", options: argparse.Namespace) -> None:
    from wann.experiments.pruning.speed import measure_speed
    from wann.jobs.runners import make_local_runner, make_ray_runner

    runner = make_ray_runner(cluster) if cluster else make_local_runner(options.workers)
    with (
        interruptible("what is under way") as stopped,
        count_steps(study.finished, study.planned),
    ):
        for _ in study.run(runner, retries=RETRIES.of(options), stopped=stopped):
            pass
    summary = study.summary()
    if getattr(options, "latency", False):
        summary["latency"] = measure_speed(study.place, study.asked)
    _report(study, summary, study.save(summary), options.json)


def plan_of(options: argparse.Namespace) -> "Plan":
    """Return the plan that the flags describe; UserError on what is none."""
    from wann.experiments.pruning.plan import Plan
    from wann.jobs.seeds import parse_seeds
    from wann.pruning.api import CONTROLS

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
    from wann.jobs.seeds import parse_seeds

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


def _training(options: argparse.Namespace) -> "Training":
    from wann.pruning.training.training import PRESETS

    if options.training not in PRESETS:
        raise unknown("training", options.training, PRESETS)
    given = {"steps": options.steps, "batch": options.batch, "learning_rate": options.learning_rate}
    return dataclasses.replace(
        PRESETS[options.training],
        **{name: value for name, value in given.items() if value is not None},
    )


def _report(study: "Study", summary: "Row", figures: list[Path], as_json: bool) -> None:
    from wann.experiments.pruning.speed import as_lines
    from wann.experiments.pruning.table import as_text, plateaus_as_text

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
            f"{first['seed']} of them: {first['error']}; try them again with: wann resume {study.place}"
        )
    if study.finished() < study.planned:
        print(
            f"not finished: continue with `wann resume {study.place}`",
            file=sys.stderr if as_json else None,
        )


COMMAND = Command(
    "prune", "prune a PyTorch model by many methods, densities and seeds", add_flags, run
)
