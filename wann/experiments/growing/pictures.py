"""The pictures of a run directory, and of a network file.

What a picture needs may be missing: the data set, the module of an environment, a champion. Then it
is left out, which is told, and the others are drawn.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from wann.config import TRAINING_WEIGHTS
from wann.drawing.curves import draw_front, draw_learning_curve
from wann.errors import UserError
from wann.evaluators.evaluator import Evaluator
from wann.experiments.growing.album import Album
from wann.experiments.growing.network_pictures import (
    MarkedWeights,
    draw_episodes,
    draw_topology,
)
from wann.experiments.growing.rows import FrontRow, GenerationRow, meaning_of
from wann.formats.load import load_network
from wann.formats.loaded_network import LoadedNetwork
from wann.reading import in_part
from wann.runs import filenames
from wann.runs.rundir import RunDir
from wann.tasks.registry import task_of
from wann.tasks.task import Task

_TRAINED = "training weights"

# Makes what scores at a task, for as long as pictures are drawn.
MakeEvaluator = Callable[[Task], AbstractContextManager[Evaluator]]


def draw_run(path: Path, album: Album, evaluator: MakeEvaluator) -> None:
    """Draw the run at `path` into `album`.

    These are champion, learning curve, profile and front, and an episode at the champion's best
    weight. UserError if `path` is no run.
    """
    run = RunDir.open(path)
    if album.folder == path / filenames.FIGURES:
        run.folder.make(filenames.FIGURES)  # which refuses a link in its place
    config = run.config
    # Where training weights are drawn anew each generation, those of the settings are for
    # confirming alone.
    label = "weights for confirming" if config.weight_series == "stratified" else _TRAINED
    means = meaning_of(config)
    with album.unless_it_fails("pictures of a champion"):
        _draw_network(load_network(path), album, evaluator, MarkedWeights(config.weights, label))
    with album.unless_it_fails("learning curve"):
        rows = run.rows(in_part(GenerationRow))
        if rows:
            title = path.resolve().name
            confirmed_on = means.confirmed_on
            figure = draw_learning_curve(
                rows, title=title, label=means.mean, confirmed_on=confirmed_on
            )
            album.save(figure, "learning_curve")
    with album.unless_it_fails("front"):
        if (path / filenames.FRONT).exists():
            points = run.read_json(filenames.FRONT, list[FrontRow])
            album.save(draw_front(points, label=means.confirmed, trial=means.trial), "front")


def draw_network_file(loaded: LoadedNetwork, album: Album, evaluator: MakeEvaluator) -> None:
    """Draw the network of a file into `album`: itself, its profile and an episode."""
    # A file does not say at which weights its network was trained, if at any
    marked = MarkedWeights(TRAINING_WEIGHTS, f"usual {_TRAINED}")
    _draw_network(loaded, album, evaluator, marked)


def _draw_network(
    loaded: LoadedNetwork,
    album: Album,
    make_evaluator: MakeEvaluator,
    marked: MarkedWeights,
) -> None:
    with album.unless_it_fails("drawing of the network"):
        draw_topology(loaded, album)
    task = _task_of(loaded, album)
    if task is None:
        return
    with album.unless_it_fails("profile"), make_evaluator(task) as evaluator:
        draw_episodes(loaded, task, album, evaluator, marked)


def _task_of(loaded: LoadedNetwork, album: Album) -> Task | None:
    """Return the network's task, swing-up if it names none.

    None where the two do not fit, or the task cannot be made, which is told unless the file names
    no task.
    """
    try:
        task = task_of(loaded.task_or_default, loaded.path)
        loaded.check_fits(task)
        return task
    except UserError as problem:
        unsaid = f"{loaded.path} does not say what the network was grown for"
        why = unsaid if loaded.task is None else str(problem)
        album.tell(f"no profile and no film: {why}")
        return None
