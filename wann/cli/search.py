"""`wann search` grows a network: it makes a run directory, follows the search and reports it."""

import argparse
import dataclasses
import json
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from wann.api.notes import tell_notes
from wann.api.watching.compiling import compiling_in_view
from wann.api.watching.interrupts import interruptible
from wann.api.watching.lost_cluster import gone_on_with_by
from wann.api.watching.progress import describe_classification, follow
from wann.cli.flags import CHECKPOINT_SECONDS, COMPLETIONS, JSON, OUT, SEED_FROM
from wann.cli.results import show, tell
from wann.cli.running_flags import add_running, cluster_of
from wann.cli.task_flags import add_searched, searched
from wann.config import SearchConfig
from wann.errors import UserError, explain
from wann.jobs.tables import in_percent
from wann.terminal import warn

if TYPE_CHECKING:
    from wann.evaluators.ray.cluster import Cluster
    from wann.experiments.growing.growth import Growth, Row
    from wann.runs.rundir import RunDir


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add what is searched, what the search begins from, and how it is run."""
    JSON.add_to(parser)
    add_searched(parser, [entry.name for entry in dataclasses.fields(SearchConfig)])
    dataclasses.replace(
        OUT, help="run directory", shown="runs/RECIPE-seedN, numbered if taken"
    ).add_to(parser)
    COMPLETIONS.add_to(parser)
    SEED_FROM.add_to(parser)
    add_running(parser)


def run(options: argparse.Namespace) -> None:
    """Run the search that the command line asks for, in a folder of its own."""
    cluster = cluster_of(options, options.threads)
    config, name, _ = searched(options)
    if options.completions and not config.asynchronous:
        raise UserError(
            "--completions needs --asynchronous: other searches do not depend on the order of "
            "completion"
        )

    from wann.evaluators.make import reach
    from wann.experiments.growing.start import start_text
    from wann.runs.completions import completions_text, read_completions
    from wann.runs.filenames import COMPLETIONS, START
    from wann.runs.rundir import RunDir, free_path
    from wann.search.own_mutations import check_own
    from wann.tasks.registry import task_of

    begun_with = {}
    if options.completions:
        begun_with[COMPLETIONS] = completions_text(read_completions(options.completions))
    # An unknown one is refused before anything is written
    check_own(config)
    task = task_of(config.task, options.recipe).frozen()
    config = dataclasses.replace(config, task=task.spec)
    if options.seed_from:
        begun_with[START] = start_text(options.seed_from, task, config)
    notes = tell_notes(task)
    reach(cluster)  # nothing is written if there is no such cluster
    path = options.out or free_path(Path("runs"), f"{name}-seed{config.seed}")
    with RunDir.create(path, config, begun_with, notes) as folder:
        run_search(folder, options, cluster)


def run_search(folder: "RunDir", options: argparse.Namespace, cluster: "Cluster | None") -> None:
    """Run or continue the search in `folder`, draw its figures, report it.

    Ctrl-C ends it after the generation under way.
    """
    from wann.evaluators.make import make_evaluator, make_remote_evaluator
    from wann.experiments.growing.champion_accuracy import accuracy_of
    from wann.experiments.growing.growth import Growth, grow
    from wann.runs.filenames import CONFIG
    from wann.tasks.registry import task_of

    def tell(line: str) -> None:
        folder.log(line)
        warn(line)

    resume = gone_on_with_by(f"resume with `wann resume {folder.path}`")
    with resume, compiling_in_view(), interruptible("the generation") as interrupted:
        task = task_of(folder.config.task, folder.path / CONFIG)
        with (
            make_remote_evaluator(cluster, tell)
            if cluster
            else make_evaluator(task, options.threads) as evaluator
        ):
            growth = Growth(folder.config, evaluator, folder)
            growth.restore()
            pause = CHECKPOINT_SECONDS.of(options)
            rows = grow(growth, checkpoint_seconds=pause, stop=interrupted)
            accuracy = accuracy_of(growth)
            shown = describe_classification(accuracy) if accuracy else None
            for _ in follow(rows, folder.config.generations, growth.search.generation, shown):
                pass
            summary = growth.finish()
            if accuracy and growth.champion:
                summary = {**summary, "accuracy": accuracy()}
            _report(summary, options.json, folder.path)
            _draw(growth, folder.path)


def _draw(growth: "Growth", path: Path) -> None:
    from wann.experiments.growing.album import Album
    from wann.experiments.growing.pictures import draw_run
    from wann.runs.filenames import FIGURES

    if not growth.champion:
        return
    try:
        album = Album(path / FIGURES, warn)
        draw_run(path, album, lambda task: nullcontext(growth.evaluator))
    # The search is saved and reported: pictures can be drawn again
    except (OSError, ValueError) as error:
        warn(f"no pictures: {explain(error)}; try again with: wann render {path}")


def _report(summary: "Row", as_json: bool, path: Path) -> None:
    from wann.runs.filenames import FIGURES

    if as_json:
        show(json.dumps(summary))
        return
    if summary["champion"] is None:
        tell(f"{path}: no network earned a finite return in {summary['generations']} generations")
        return
    earned = f"mean return {summary['mean']:.4g}, confirmed on held-out episodes"
    if "accuracy" in summary:
        earned = (
            f"accuracy {in_percent(summary['accuracy'])} on validation examples over the shared "
            f"weights, loss {-summary['mean']:.4g}"
        )
    tell(
        f"{summary['champion']}: {summary['connections']} connections, {earned}\n"
        f"{summary['generations']} generations, {summary['env_steps']:,} steps in "
        f"{summary['seconds']:.1f} s\n"
        f"pictures in {path / FIGURES}; digest {summary['digest'][:16]}"
    )
    if not summary["finished"]:
        tell(f"not finished: continue with `wann resume {path}`")
