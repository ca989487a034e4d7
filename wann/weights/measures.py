"""What a network is worth under shared weights: means, spreads, and what each spread is over."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.network.weightings import Weightings
from wann.streams import stream
from wann.tasks.fitness import ACCURACY, fitness_of
from wann.tasks.task import Task
from wann.weights.measuring import Measuring
from wann.weights.tuned import affordable

TRIALS, TRIALS_OF_ACCURACY = fitness_of(None, None).trials, fitness_of(ACCURACY, None).trials
WEIGHT_LIMIT = 2.0
PROFILE_WEIGHTS = 41
_WEIGHTS_PER_EPISODE = 10


class Measure(NamedTuple):
    """A mean return, and the standard deviation of what it is over."""

    mean: float
    sd: float
    sd_over: str
    n: int


def summarise(returns: NDArray[np.float64], sd_over: str = TRIALS) -> Measure:
    """Return mean and standard deviation (n - 1) of all values."""
    sd = float(returns.std(ddof=1)) if returns.size > 1 else 0.0
    return Measure(float(returns.mean()), sd, sd_over, returns.size)


def random_shared(measuring: Measuring, episodes: int) -> Measure:
    """Return the measure over ten times `episodes` trials, each with a shared weight from U(-2, 2).

    Where returns are accuracies, it is over `episodes` weights, each on all test examples.
    """
    rng = stream(measuring.seed, "random shared")
    starts = measuring.task.draw_episodes(episodes, rng)
    if measuring.task.measure == "accuracy":
        drawn = Weightings.shared(rng.uniform(-WEIGHT_LIMIT, WEIGHT_LIMIT, episodes))
        one_each = measuring.returns(drawn, starts).mean(axis=1)
        return summarise(one_each, "weights, each on all test examples")
    weights = rng.uniform(-WEIGHT_LIMIT, WEIGHT_LIMIT, (episodes, _WEIGHTS_PER_EPISODE))
    each = (Weightings.shared(row) for row in weights)
    return summarise(measuring.returns_of_each(each, starts))


def profile(measuring: Measuring, episodes: int) -> list[tuple[float, Measure]]:
    """Return the measure at each of 41 shared weights from -2 to 2.

    It is over `episodes`, or fewer (`affordable`): it takes more than all other measures together.
    """
    weights = np.linspace(-WEIGHT_LIMIT, WEIGHT_LIMIT, PROFILE_WEIGHTS)
    played = affordable(measuring.task, episodes)
    starts = measuring.task.draw_episodes(played, stream(measuring.seed, "profile"))
    returns = measuring.returns(Weightings.shared(weights), starts)
    return [
        (float(round(w, 6)), summarise(r, unit_of(measuring.task)))
        for w, r in zip(weights, returns, strict=True)
    ]


def trials_of(task: Task) -> str:
    """Return what a trial of several weights and episodes is."""
    return TRIALS_OF_ACCURACY if task.measure == "accuracy" else TRIALS


def earned_on(task: Task) -> str:
    """Return what means of the held-out part `task` are called."""
    return "accuracy on the test examples" if task.measure == "accuracy" else "mean return"


def unit_of(task: Task) -> str:
    """Return what an episode of `task` is called."""
    return "blocks of test examples" if task.measure == "accuracy" else "episodes"
