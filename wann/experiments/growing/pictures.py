"""The pictures of a run directory, and of a network file."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from wann.config import TRAINING_WEIGHTS
from wann.errors import UserError
from wann.evaluators.evaluator import Evaluator
from wann.files import Folder
from wann.formats.loaded_network import LoadedNetwork, load_network
from wann.network.weightings import Weightings
from wann.render.confusion import draw_class_heatmap, draw_confusion
from wann.render.curves import draw_front, draw_learning_curve, draw_profile
from wann.render.drawing import draw_network
from wann.render.figures import save_figure
from wann.runs import filenames
from wann.runs.rundir import RunDir
from wann.tasks.optional_abilities import Classifying, Filmable
from wann.tasks.registry import task_of
from wann.tasks.task import Task
from wann.terminal import warn
from wann.weights import measures
from wann.weights.measuring import Measuring

_PROFILE_EPISODES = 50
_TRAINED = "training weights"


class _MarkedWeights(NamedTuple):
    """Shared weights that pictures mark, and what they are called there."""

    values: tuple[float, ...]
    label: str


def draw_run(path: Path, out: Path, evaluator: Evaluator, film: bool = False) -> list[Path]:
    """Draw the run at `path` into the folder `out`, and return the files.

    These are champion, learning curve, profile and front; with `film`, an episode at the champion's
    best training weight, too.
    """
    run = RunDir.open(path)
    if out == path / filenames.FIGURES:
        run.folder.make(filenames.FIGURES)  # which refuses a link in its place
    name = path.resolve().name
    # Where training weights are drawn anew each generation, those of the settings are for
    # confirming alone.
    label = "weights for confirming" if run.config.weight_series == "stratified" else _TRAINED
    marked = _MarkedWeights(run.config.weights, label)
    written = _draw_network(load_network(path), out, evaluator, film, marked)
    rows = run.rows()
    if rows:
        written += save_figure(draw_learning_curve(rows, title=name), out / "learning_curve")
    if (path / filenames.FRONT).exists():
        written += save_figure(draw_front(run.read_json(filenames.FRONT)), out / "front")
    return written


def draw_network_file(path: Path, out: Path, evaluator: Evaluator) -> list[Path]:
    """Draw the network in the file `path` into the folder `out`, and return the files.

    These are the network, its profile and an episode.
    """
    marked = _MarkedWeights(TRAINING_WEIGHTS, _TRAINED)
    return _draw_network(load_network(path), out, evaluator, True, marked)


def _draw_network(
    loaded: LoadedNetwork,
    out: Path,
    evaluator: Evaluator,
    film: bool,
    marked: _MarkedWeights,
) -> list[Path]:
    Folder(out).make()
    network = loaded.network
    task = _task_of(loaded)
    title = f"{network.connections} connections, {network.hidden} hidden nodes"
    names = {"input_names": task.input_names, "output_names": task.output_names} if task else {}
    figure = draw_network(network, title=title, weights=loaded.weights, **names)
    written = save_figure(figure, out / "champion")
    if task is None:
        return written
    measuring = Measuring(task.held_out, network, evaluator)
    grid = measures.profile(measuring, _PROFILE_EPISODES)
    points: list[dict[str, Any]] = [
        {"weight": weight, **measure._asdict()} for weight, measure in grid
    ]
    unit = measures.unit_of(task.held_out)
    label = "accuracy on the test images" if task.held_out.measure == "accuracy" else "mean return"
    written += save_figure(
        draw_profile(
            points,
            training_weights=marked.values,
            title=title,
            label=label,
            unit=unit,
            marks=marked.label,
        ),
        out / "profile",
    )
    if isinstance(task.held_out, Classifying):
        weights = [weight for weight, _ in grid]
        written += _draw_classes(task.held_out, loaded, weights, marked, out)
    if film and isinstance(task, Filmable):
        best = float(max(grid, key=lambda entry: entry[1].mean)[0])
        written += _film(loaded, task, best, out)
    return written


def _draw_classes(
    task: Classifying,
    loaded: LoadedNetwork,
    grid: list[float],
    marked: _MarkedWeights,
    out: Path,
) -> list[Path]:
    """Draw which class is taken for which, and the accuracy of each class over shared weights.

    Which class is taken for which is drawn at the network's own weights or, where it has none, at
    the best training weight.
    """
    images = np.arange(len(task.labels))
    found = task.logits(loaded.network, Weightings.shared(grid), images).argmax(axis=2)
    right = found == task.labels
    of_class = [right[:, task.labels == label] for label in range(task.outputs)]
    share = np.array(
        [part.mean(axis=1) if part.shape[1] else np.full(len(grid), np.nan) for part in of_class]
    ).T
    heatmap = draw_class_heatmap(
        grid, share, task.output_names, training_weights=marked.values, marks=marked.label
    )
    if loaded.weights is None:
        at = np.array(marked.values)
        correct = (
            task.logits(loaded.network, Weightings.shared(at), images).argmax(axis=2) == task.labels
        ).sum(axis=1)
        best = float(at[int(correct.argmax())])
        title, chosen = f"shared weight {best:+g}", Weightings.shared([best])
    else:
        title, chosen = "its own weights", Weightings.individual(loaded.weights)
    predictions = task.logits(loaded.network, chosen, images)[0].argmax(axis=1)
    confusion = draw_confusion(task.labels, predictions, task.output_names, title=title)
    return save_figure(heatmap, out / "classes") + save_figure(confusion, out / "confusion")


def _film(loaded: LoadedNetwork, task: Filmable, best_weight: float, out: Path) -> list[Path]:
    """Film an episode; where the environment cannot draw itself, say so and return no file."""
    from gymnasium.error import Error

    from wann.render.film import film_episode, save_gif

    weight: Any = best_weight if loaded.weights is None else np.asarray(loaded.weights)
    filming = task.filming()
    try:
        frames = film_episode(loaded.network, weight, **filming._asdict())
    except (Error, ImportError, NotImplementedError) as problem:
        warn(f"no film of {filming.environment}: {' '.join(str(problem).split())}")
        return []
    path = out / "episode.gif"
    save_gif(frames, path)
    return [path]


def _task_of(loaded: LoadedNetwork) -> Task | None:
    """Return the network's task, swing-up if it names none; None where the two do not fit."""
    task = task_of(loaded.task_or_default, loaded.path)
    try:
        loaded.check_fits(task)
    except UserError:
        return None
    return task
