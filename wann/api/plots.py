"""The figure of a run: its learning curve, and its champion over shared weights."""

from collections.abc import Sequence
from typing import Any

from wann.drawing.curves import learning_curve_in, profile_in
from wann.drawing.figures import ShownFigure
from wann.drawing.names import entitle
from wann.evaluators.make import make_evaluator
from wann.network.network import Network
from wann.tasks.task import Task
from wann.weights import measures
from wann.weights.measuring import Measuring

_EPISODES = 50
_WIDTH, _HEIGHT = 7.2, 5.4  # inches of a part of the figure

Rows = list[dict[str, Any]]


def plot_search(
    rows: Rows,
    profile: Rows,
    weights: Sequence[float],
    title: str,
    label: str = "mean return",
) -> ShownFigure:
    """Return the figure of a search.

    Args:
        rows: those of its generations.
        profile: what its champion earns over shared weights, which may be none.
        weights: those that are marked there.
        title: above the figure.
        label: what the returns of generations are.
    """
    count = 2 if profile else 1
    figure = ShownFigure(figsize=(count * _WIDTH, _HEIGHT), layout="constrained")
    parts = figure.subfigures(1, count, squeeze=False)[0]
    learning_curve_in(parts[0], rows, label=label)
    if profile:
        profile_in(parts[1], profile, training_weights=weights)
    entitle(figure, title)
    return figure


def profile_of(network: Network, task: Task) -> Rows:
    """Return what a network earns over shared weights: a row for each of them."""
    with make_evaluator(task) as evaluator:
        found = measures.profile(Measuring(task.held_out, network, evaluator), _EPISODES)
    return [{"weight": weight, **measure._asdict()} for weight, measure in found]
