"""Which of a few candidates is best: they are run again, on many episodes that are new to them."""

import numpy as np

from wann.network.weightings import Weightings
from wann.streams import stream
from wann.weights.measuring import Measuring
from wann.weights.shared import finite
from wann.weights.tuned import enough

# All candidates first, then the best of them on fresh episodes: (candidates, episodes); of what is
# simulated fewer.
_ROUNDS = ((None, 200), (6, 3000))


def confirm(measuring: Measuring, candidates: Weightings) -> tuple[Weightings, int]:
    """Return the best of `candidates`, a single weighting, and how many episodes that took.

    All meet the same episodes (common random numbers). Means on these episodes are those of a
    winner, and therefore not what is reported.
    """
    evaluations = 0
    for i, (most, episodes) in enumerate(_ROUNDS):
        rng = stream(measuring.seed, "tune confirm", i)
        starts = measuring.task.draw_confirmation(enough(measuring.task, episodes), rng)
        returns = measuring.returns(candidates[:most], starts)
        evaluations += returns.size
        order = np.argsort(-finite(returns.mean(axis=1)), kind="stable")
        candidates = candidates[:most][order]
    return candidates[:1], evaluations
