"""The pictures of a network: its drawing, and what it does at its task."""

from typing import Any, NamedTuple

import numpy as np

from wann.drawing.confusion import draw_class_heatmap, draw_confusion
from wann.drawing.curves import draw_profile
from wann.drawing.input_use import draw_input_use
from wann.drawing.shown import grid_of
from wann.evaluators.evaluator import Evaluator
from wann.experiments.growing.album import Album
from wann.experiments.growing.films import draw_short_film
from wann.formats.end_names import end_names
from wann.formats.loaded_network import LoadedNetwork
from wann.network.weightings import Weightings
from wann.tasks.choice import largest
from wann.tasks.optional_abilities import Classifying, Filmable
from wann.tasks.task import Task
from wann.weights import measures
from wann.weights.measuring import Measuring

PROFILE_EPISODES = 50


class MarkedWeights(NamedTuple):
    """Shared weights that pictures mark, and what they are called there."""

    values: tuple[float, ...]
    label: str


def draw_topology(loaded: LoadedNetwork, album: Album) -> None:
    """Draw the network itself, which needs no data, and what it sees where that is an image."""
    album.save(loaded.draw(title=_title(loaded)), "champion")
    names = end_names(loaded, loaded.task, loaded.name)
    shape = grid_of(names.get("input_names"), loaded.inputs)
    if shape[1] > 1:
        classes = names["output_names"]
        album.save(draw_input_use(loaded, shape, classes, title=_title(loaded)), "inputs")


def draw_episodes(
    loaded: LoadedNetwork,
    task: Task,
    album: Album,
    evaluator: Evaluator,
    marked: MarkedWeights,
) -> None:
    """Draw what the network earns over shared weights and, of classes, which it takes for which.

    An episode is filmed, too, if the task has any that can be drawn.

    Args:
        loaded: the network.
        task: what it does, which fits it.
        album: takes the pictures.
        evaluator: scores the network.
        marked: the weights that are marked.
    """
    measuring = Measuring(task.held_out, loaded, evaluator)
    grid = measures.profile(measuring, PROFILE_EPISODES)
    points: list[dict[str, Any]] = [
        {"weight": weight, **measure._asdict()} for weight, measure in grid
    ]
    album.profile = [(weight, measure.mean) for weight, measure in grid]
    album.save(
        draw_profile(
            points,
            training_weights=marked.values,
            title=_title(loaded),
            label=measures.earned_on(task.held_out),
            unit=measures.unit_of(task.held_out),
            marks=marked.label,
        ),
        "profile",
    )
    if isinstance(task.held_out, Classifying):
        with album.unless_it_fails("pictures of classes"):
            _draw_classes(task.held_out, loaded, [weight for weight, _ in grid], marked, album)
    if isinstance(task, Filmable):
        best = float(max(grid, key=lambda entry: entry[1].mean)[0])
        with album.unless_it_fails("film"):
            draw_short_film(loaded, task, best, album)


def _title(loaded: LoadedNetwork) -> str:
    return f"{loaded.connections} connections, {loaded.hidden} hidden nodes"


def _draw_classes(
    task: Classifying,
    loaded: LoadedNetwork,
    grid: list[float],
    marked: MarkedWeights,
    album: Album,
) -> None:
    """Draw which class is taken for which, and the accuracy of each class over shared weights.

    Which class is taken for which is drawn at the network's own weights or, where it has none, at
    the best training weight.
    """
    images = np.arange(len(task.labels))
    found = largest(task.logits(loaded, Weightings.shared(grid), images), 2)
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
            largest(task.logits(loaded, Weightings.shared(at), images), 2) == task.labels
        ).sum(axis=1)
        best = float(at[int(correct.argmax())])
        title, chosen = f"shared weight {best:+g}", Weightings.shared([best])
    else:
        title, chosen = "its own weights", Weightings.individual(loaded.weights)
    predictions = largest(task.logits(loaded, chosen, images)[0], 1)
    confusion = draw_confusion(task.labels, predictions, task.output_names, title=title)
    album.save(heatmap, "classes")
    album.save(confusion, "confusion")
