"""A search in its folder: begun, followed generation by generation, and brought to an end."""

import dataclasses
import os
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from wann.api.notes import noted, tell_changes
from wann.api.paths import Place, new_path_of, path_of
from wann.api.search_how import How, Row, check_device_of
from wann.api.search_pictures import draw, live_page
from wann.api.searched import Searched, make_task
from wann.api.watching.interrupts import interruptible
from wann.api.watching.listener import Listener
from wann.api.watching.lost_cluster import gone_on_with_by
from wann.api.watching.progress import describe_accuracies, describe_classification
from wann.api.watching.watch import Interrupted
from wann.config import GRADIENT, check_heeded, check_seeded
from wann.errors import UserError
from wann.experiments.growing.loggers import told
from wann.runs.filenames import SUMMARY
from wann.terminal import warn

if TYPE_CHECKING:
    from wann.config import SearchConfig
    from wann.evaluators.evaluator import Evaluator
    from wann.experiments.growing.growth import Growth
    from wann.runs.rundir import RunDir

R = TypeVar("R")

_OUTPUTS_FOLDER = Path("runs")


def begin(
    found: Searched,
    how: How,
    out: Place | None,
    completions: Place | None = None,
    seed_from: Place | None = None,
) -> "RunDir":
    """Make the folder of a new search, and return it, open for writing.

    Args:
        found: what is searched.
        how: how it will be run.
        out: the folder; None: one that is called after the recipe and the seed.
        completions: of an asynchronous search that is repeated.
        seed_from: the network that it begins from.

    Raises:
        UserError: what is asked for cannot be had; nothing is written then.
    """
    from wann.evolution.own_mutations import check_own
    from wann.runs.completions import check_same_search, completions_text, read_completions
    from wann.runs.filenames import COMPLETIONS
    from wann.runs.rundir import made_where_free

    config = found.config
    if config.method == GRADIENT and seed_from is not None:
        check_seeded(found.given)
    else:
        check_heeded(found.given, [config])
    place = new_path_of(out)
    repeated = None if completions is None else path_of(completions, "completions")
    parent = None if seed_from is None else path_of(seed_from, "seed_from")
    if repeated and not found.config.asynchronous:
        raise UserError(
            "--completions needs --asynchronous: other searches do not depend on the order of "
            "completion"
        )
    check_device_of(found.config, how)
    begun_with = {found.data.name: found.data.content} if found.data else {}
    if repeated:
        check_same_search(repeated, found.config)
        begun_with[COMPLETIONS] = completions_text(read_completions(repeated)).encode()
    check_own(found.config)

    def make(path: Path) -> "tuple[RunDir, list[str]]":
        return _created(path, found, how, begun_with, parent)

    called = f"{found.name}-seed{config.seed}"
    folder, notes = make(place) if place else made_where_free(_OUTPUTS_FOLDER, called, make)
    noted(notes)
    return folder


def _created(
    path: Path, found: Searched, how: How, begun_with: Mapping[str, bytes], parent: Path | None
) -> "tuple[RunDir, list[str]]":
    """Make the folder of a new search at a path; return it, and what the user should know.

    Args:
        path: where it is made.
        found: what is searched.
        how: how it will be run.
        begun_with: the content of files that the search begins with, by name.
        parent: the file of the network that it begins from.

    Raises:
        Taken: something lies there, or another process writes there.
        UserError: what is asked for cannot be had; nothing is written then.
    """
    from wann.evaluators.make import check_device, reach
    from wann.experiments.growing.make_rounds import check_method
    from wann.experiments.growing.start import read_start, start_text
    from wann.runs.filenames import START
    from wann.runs.rundir import RunDir

    task, start = make_task(found, path), None
    config = dataclasses.replace(found.config, task=task.spec)
    if parent:
        start = read_start(parent, task, config)
        begun_with = {**begun_with, START: start_text(start, parent, task, path).encode()}
    check_method(config, task, start)
    notes = [*found.notes, *task.notes]
    reach(how.cluster)  # nothing is written if there is no such cluster
    check_device(task, how.device)
    return RunDir.create(path, config, begun_with, notes, _code_of(config)), notes


def resume_search(path: Path, how: How, result: Callable[[Path], R]) -> R:
    """Go on with the search in a folder, as `run_search` does; UserError where there is none."""
    from wann.runs.rundir import RunDir

    with RunDir.open(path, write=True) as folder:
        check_device_of(folder.config, how)
        code = folder.changed_code(_code_of(folder.config))
        tell_changes("run", folder.changed_versions(), code)
        return run_search(folder, how, result)


def _code_of(config: "SearchConfig") -> list[str]:
    """Return the names of the user's own objects that a search uses."""
    from wann.tasks.spec import code_in

    return [*code_in(config.task), *config.code()]


def run_search(folder: "RunDir", how: How, result: Callable[[Path], R]) -> R:
    """Run or continue the search in `folder`, draw its pictures, and return its `result`.

    Raises:
        Interrupted: after Ctrl-C, once the generation under way is finished and saved.
        UserError: the callback failed; the search is saved as well.
    """
    listener = Listener(how.callback)
    with interruptible("the generation") as interrupted:
        rows = grown(folder, how, lambda: interrupted() or listener.stopped)
        with closing(rows):
            for row in rows:
                listener.hear(row)
        was_interrupted = interrupted()
    again = _again(folder.path)
    if listener.problem:
        raise UserError(f"{listener.problem}; nothing is lost: {again}") from listener.problem
    found = result(folder.path)
    if was_interrupted and not folder.read_json(SUMMARY)["finished"]:
        raise Interrupted(f"not finished: {again}", found)
    return found


def grown(
    folder: "RunDir", how: How, stop: Callable[[], bool] = lambda: False
) -> Generator[Row, None, None]:
    """Yield the row of each generation of the search in `folder`, and finish its files in the end.

    They are finished, too, where the generator is closed; pictures are left out then.
    """
    from wann.evolution.compile_breeding import breeding_compiled_ahead
    from wann.experiments.growing.champion_accuracy import accuracy_of
    from wann.experiments.growing.growth import Growth, grow
    from wann.experiments.growing.rows import measure_of
    from wann.runs.filenames import CONFIG
    from wann.tasks.fitness import ACCURACY
    from wann.tasks.registry import task_of

    with (
        gone_on_with_by(f"resume with `wann resume {folder.path}`"),
        _told(how, folder.path) as tell,
        how.watch.compiling(),
        breeding_compiled_ahead(folder.config),
    ):
        task = task_of(folder.config.task, folder.path / CONFIG)
        with _evaluator(task, folder, how) as evaluator:
            growth = Growth(folder.config, evaluator, folder)
            growth.restore()
            accuracy = accuracy_of(growth)
            describe = describe_classification(accuracy) if accuracy else None
            if measure_of(folder.config) == ACCURACY:
                describe = describe_accuracies
            rows = how.watch.follow(
                grow(growth, checkpoint_seconds=how.checkpoint_seconds, stop=stop),
                folder.config.rounds,
                growth.search.generation,
                describe,
            )
            live = live_page(how.page, growth, folder.path)
            try:
                for row in rows:
                    tell(row, growth)
                    if live:
                        live.refresh()
                    yield row
            except GeneratorExit:
                growth.finish()
                if live:
                    live.close()
                raise
            growth.finish()
            if live:
                live.close()
            if how.figures:
                draw(growth, folder.path)


@contextmanager
def _told(how: How, path: Path) -> "Iterator[Callable[[Row, Growth], None]]":
    """Yield what tells the loggers a row; where one fails, the search is saved, which is said."""
    with ExitStack() as ends:
        try:
            tell_all = ends.enter_context(told(how.loggers, Path(os.path.abspath(path))))
        except UserError as problem:
            raise UserError(f"{problem}; nothing is lost: {_again(path)}") from problem

        def tell(row: Row, growth: "Growth") -> None:
            try:
                tell_all(row)
            except UserError as problem:
                growth.finish()
                raise UserError(f"{problem}; nothing is lost: {_again(path)}") from problem

        yield tell


def _again(path: Path) -> str:
    return f"continue with `wann resume {path}`"


@contextmanager
def _evaluator(task: Any, folder: "RunDir", how: How) -> "Iterator[Evaluator]":
    from wann.evaluators.make import make_evaluator, make_remote_evaluator

    def tell(line: str) -> None:
        folder.log(line)
        warn(line)

    with (
        make_remote_evaluator(how.cluster, tell)
        if how.cluster
        else make_evaluator(task, how.threads, tell, how.device) as evaluator
    ):
        yield evaluator
