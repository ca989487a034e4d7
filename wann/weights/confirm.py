"""Which of a few candidates is best: they are run again, on many episodes that no generation has seen."""

import numpy as np

from wann.evaluators.base import Evaluator
from wann.network.network import Network
from wann.streams import stream
from wann.tasks.base import Task
from wann.weights.shared import finite
from wann.weights.tuned import Floats, enough

# All candidates first, then the best of them on fresh episodes: (candidates, episodes).
_ROUNDS = ((None, 200), (6, 3000))


def confirm(
    task: Task, network: Network, candidates: Floats, evaluator: Evaluator, seed: int
) -> tuple[Floats, int]:
    """Return the best of `candidates` (candidates, connections), and how many episodes that took.

    All meet the same episodes (common random numbers). Means on these episodes are those of a
    winner, and therefore not what is reported.
    """
    evaluations = 0
    for i, (most, episodes) in enumerate(_ROUNDS):
        starts = task.draw_confirmation(enough(task, episodes), stream(seed, "tune confirm", i))
        returns = evaluator.evaluate(task, [network], candidates[:most], starts).returns[0]
        evaluations += returns.size
        order = np.argsort(-finite(returns.mean(axis=1)), kind="stable")
        candidates = candidates[:most][order]
    return candidates[0], evaluations
