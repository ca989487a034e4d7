"""The figure of a run: its learning curve, and its champion over shared weights."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from wann.drawing.curves import learning_curve_in, profile_in
from wann.drawing.figures import ShownFigure
from wann.drawing.names import entitle
from wann.evaluators.make import make_evaluator
from wann.network.network import Network
from wann.tasks.fitness import Fitness
from wann.tasks.task import Task
from wann.weights import measures
from wann.weights.measuring import Measuring

_EPISODES = 50
_WIDTH, _HEIGHT = 7.2, 5.4  # inches of a part of the figure

Rows = list[dict[str, Any]]


class Profile(NamedTuple):
    """What a network earns over shared weights."""

    rows: Rows  # one for each weight
    label: str  # what the means are of
    unit: str  # what is counted


def plot_search(
    rows: Rows,
    profile: Profile | None,
    weights: Sequence[float],
    title: str,
    means: Fitness,
) -> ShownFigure:
    """Return the figure of a search.

    Args:
        rows: those of its generations.
        profile: what its champion earns over shared weights, None where that is not known.
        weights: those that are marked there.
        title: above the figure.
        means: what the returns of generations are.
    """
    count = 2 if profile else 1
    figure = ShownFigure(figsize=(count * _WIDTH, _HEIGHT), layout="constrained")
    parts = figure.subfigures(1, count, squeeze=False)[0]
    learning_curve_in(parts[0], rows, label=means.mean, confirmed_on=means.confirmed_on)
    if profile:
        of = {"label": profile.label, "unit": profile.unit}
        profile_in(parts[1], profile.rows, training_weights=weights, **of)
    entitle(figure, title)
    return figure


def profile_of(network: Network, task: Task) -> Profile:
    """Return what a network earns over shared weights."""
    held_out = task.held_out
    with make_evaluator(task) as evaluator:
        found = measures.profile(Measuring(held_out, network, evaluator), _EPISODES)
    rows = [{"weight": weight, **measure._asdict()} for weight, measure in found]
    return Profile(rows, measures.earned_on(held_out), measures.unit_of(held_out))
