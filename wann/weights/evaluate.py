"""What `wann evaluate` says of a network: its returns at fixed, at random and at own weights."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.config import TRAINING_WEIGHTS, EvaluateConfig
from wann.evaluators.evaluator import Evaluator
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.streams import stream
from wann.tasks.task import Task
from wann.weights import measures
from wann.weights.measuring import Measuring

Row = dict[str, Any]


def evaluate(
    network: Network,
    task: Task,
    evaluator: Evaluator,
    *,
    weights: NDArray[np.float64] | None = None,
    episodes: int = EvaluateConfig.episodes,
    seed: int = EvaluateConfig.seed,
) -> Row:
    """Return what `network` is worth at the training weights, at random ones and on a grid.

    All is measured on the task's held-out part: for classification, accuracies on the test images.
    Where `weights` (connections,) are given, `own_weights` has the return with those. `n` says how
    many trials a mean is over, `sd_over` what the standard deviation is over.

    Args:
        network: What is measured.
        task: What it is measured on.
        evaluator: What scores it.
        weights: Its own weights, (connections,), if it has any.
        episodes: How many are drawn for each measure.
        seed: Of all that is drawn.
    """
    task = task.held_out
    measuring = Measuring(task, network, evaluator, seed)
    unit = measures.unit_of(task)
    starts = task.draw_episodes(episodes, stream(seed, "evaluate"))
    six = np.array(TRAINING_WEIGHTS)
    by_weight = measuring.returns(Weightings.shared(six), starts)
    result: Row = {
        "task": task.spec,
        "connections": network.connections,
        "hidden": network.hidden,
        "episodes": episodes,
        "seed": seed,
        "training_weights": measures.summarise(by_weight, measures.trials_of(task))._asdict(),
        "by_weight": [
            {"weight": float(w), **measures.summarise(r, unit)._asdict()}
            for w, r in zip(six, by_weight, strict=True)
        ],
        "random_shared": measures.random_shared(measuring, episodes)._asdict(),
    }
    if weights is not None:
        own = measuring.returns(Weightings.individual(weights), starts)
        result["own_weights"] = measures.summarise(own, unit)._asdict()
    grid = measures.profile(measuring, episodes)
    result["profile"] = [[weight, measure.mean] for weight, measure in grid]
    result["profile_sd"] = [measure.sd for _, measure in grid]
    return result
