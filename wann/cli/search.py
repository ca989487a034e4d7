"""`wann search` grows a network: it makes a run directory, follows the search and reports it."""

import argparse
import dataclasses
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from wann.cli.flags import COMPLETIONS, JSON, OUT, SEED_FROM
from wann.cli.results import show, tell
from wann.cli.running_flags import add_running, given_running
from wann.cli.task_flags import add_searched, given_searched
from wann.config import SearchConfig
from wann.jobs.tables import in_percent

if TYPE_CHECKING:
    from wann.api.run import Run
    from wann.experiments.growing.rows import RunSummary


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
    from wann.api.search import search

    def searched() -> "Run":
        return search(
            options.recipe,
            out=options.out,
            seed_from=options.seed_from,
            completions=options.completions,
            progress=True,
            **given_searched(options),
            **given_running(options),
        )

    report(searched, options.json)


def report(call: "Callable[[], Run]", as_json: bool) -> None:
    """Tell what came out of a search that `call` begins or goes on with.

    Ctrl-C ends it after the generation under way, and at once while kernels are compiled.
    """
    from wann.api.watching.compiling import stopped_at_once_while_compiling
    from wann.api.watching.watch import Interrupted

    with stopped_at_once_while_compiling():
        try:
            run = call()
        except Interrupted as stopped:
            run = stopped.result
    summary, accuracy = run.summary, run.accuracy
    if as_json:
        found = {} if accuracy is None else {"accuracy": accuracy}
        show(json.dumps({**summary.to_json(), **found}))
        return
    for line in _lines(run.folder, summary, accuracy):
        tell(line)


def _lines(path: Path, summary: "RunSummary", accuracy: float | None) -> Iterator[str]:
    from wann.runs.filenames import FIGURES, PAGE

    trained = summary.measure is not None
    if summary.champion is None:
        yield f"{path}: no network earned a finite return in {summary.generations} generations"
        return
    assert summary.mean is not None
    assert summary.digest is not None
    earned = f"mean return {summary.mean:.4g}, confirmed on held-out episodes"
    if trained:
        earned = (
            f"accuracy {in_percent(summary.mean)} on validation examples over the shared weights"
        )
    elif accuracy is not None:
        earned = (
            f"accuracy {in_percent(accuracy)} on validation examples over the shared weights, "
            f"loss {-summary.mean:.4g}"
        )
    seen = f"pictures in {path / FIGURES}" if (path / FIGURES).is_dir() else ""
    if (path / PAGE).is_file():
        seen += f"{', ' if seen else ''}the champion at work in {path / PAGE}"
    yield (
        f"{summary.champion}: {summary.connections} connections, {earned}\n"
        f"{summary.generations} {'blocks of training steps' if trained else 'generations'}, "
        f"{summary.env_steps:,} {'examples times weights' if trained else 'steps'} in "
        f"{summary.seconds:.1f} s\n"
        f"{seen}{'; ' if seen else ''}digest {summary.digest[:16]}"
    )
    if not summary.finished:
        yield f"not finished: continue with `wann resume {path}`"
