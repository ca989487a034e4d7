"""What a network is worth under shared weights: means, spreads, and what each spread is over."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.evaluators.base import Evaluator
from wann.network.network import Network
from wann.streams import stream
from wann.tasks.base import Task

TRIALS = "trials: one weight and one episode each"
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


def over_weights(
    task: Task,
    network: Network,
    weights: NDArray[np.float64],
    episodes: NDArray[Any],
    evaluator: Evaluator,
) -> NDArray[np.float64]:
    """Return what `network` earns (weights, episodes) with each shared weight in each episode."""
    returns: NDArray[np.float64] = evaluator.evaluate(
        task, [network], weights.reshape(-1, 1), episodes
    ).returns[0]
    return returns


def random_shared(
    task: Task, network: Network, episodes: int, seed: int, evaluator: Evaluator
) -> Measure:
    """Return over weights drawn from U(-2, 2): ten times `episodes` trials, each with a weight of its own.

    Where returns are accuracies, `episodes` weights, each on all test images.
    """
    rng = stream(seed, "random shared")
    starts = task.draw_episodes(episodes, rng)
    if task.measure == "accuracy":
        one_each = over_weights(
            task, network, rng.uniform(-WEIGHT_LIMIT, WEIGHT_LIMIT, episodes), starts, evaluator
        )
        return summarise(one_each.mean(axis=1), "weights, each on all test images")
    weights = rng.uniform(-WEIGHT_LIMIT, WEIGHT_LIMIT, (episodes, _WEIGHTS_PER_EPISODE))
    returns = [
        over_weights(task, network, weights[i], starts[i : i + 1], evaluator).ravel()
        for i in range(episodes)
    ]
    return summarise(np.concatenate(returns))


def profile(
    task: Task, network: Network, episodes: int, seed: int, evaluator: Evaluator
) -> list[tuple[float, Measure]]:
    """Return the measure over episodes at each of 41 shared weights from -2 to 2."""
    weights = np.linspace(-WEIGHT_LIMIT, WEIGHT_LIMIT, PROFILE_WEIGHTS)
    starts = task.draw_episodes(episodes, stream(seed, "profile"))
    returns = over_weights(task, network, weights, starts, evaluator)
    return [
        (float(round(w, 6)), summarise(r, unit_of(task)))
        for w, r in zip(weights, returns, strict=True)
    ]


def trials_of(task: Task) -> str:
    """Return what a trial of several weights and episodes is."""
    return (
        "trials: one weight and one block of images each" if task.measure == "accuracy" else TRIALS
    )


def unit_of(task: Task) -> str:
    """Return what an episode of `task` is called."""
    return "blocks of test images" if task.measure == "accuracy" else "episodes"
