"""What `wann evaluate` says of a network: its returns at fixed, at random and at own weights."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.config import TRAINING_WEIGHTS
from wann.errors import short_repr
from wann.network.weightings import Weightings
from wann.streams import stream
from wann.weights import measures
from wann.weights.measures import Measure
from wann.weights.measuring import Measuring


class NetworkMeasures(NamedTuple):
    """What a network is worth on a task."""

    task: str  # its spec
    connections: int
    hidden: int
    episodes: int  # drawn for each measure but the profile, which may have fewer
    seed: int
    training_weights: Measure  # over all of them
    by_weight: list[tuple[float, Measure]]  # each training weight, and the measure at it
    random_shared: Measure
    own_weights: Measure | None  # None for a network without weights of its own
    profile: list[tuple[float, Measure]]  # each shared weight of a grid, and the measure at it

    def __repr__(self) -> str:
        return short_repr(self)

    def to_json(self) -> dict[str, Any]:
        """Return JSON values, without `own_weights` where there are none."""
        own = {} if self.own_weights is None else {"own_weights": self.own_weights._asdict()}
        return {
            "task": self.task,
            "connections": self.connections,
            "hidden": self.hidden,
            "episodes": self.episodes,
            "seed": self.seed,
            "training_weights": self.training_weights._asdict(),
            "by_weight": [
                {"weight": weight, **measure._asdict()} for weight, measure in self.by_weight
            ],
            "random_shared": self.random_shared._asdict(),
            **own,
            "profile": [[weight, measure.mean] for weight, measure in self.profile],
            "profile_sd": [measure.sd for _, measure in self.profile],
            "profile_n": [measure.n for _, measure in self.profile],
        }


def measure_network(
    measuring: Measuring, weights: NDArray[np.float64] | None, episodes: int
) -> NetworkMeasures:
    """Return what a network is worth at the training weights, at random ones and on a grid.

    All is measured on the task's held-out part: for classification, accuracies on test examples.
    Where `weights` (connections,) are given, `own_weights` has the measure with those; `episodes`
    are drawn for each measure, fewer of simulators for the grid (`affordable`).
    """
    measuring = measuring.held_out
    task, network = measuring.task, measuring.network
    unit = measures.unit_of(task)
    starts = task.draw_episodes(episodes, stream(measuring.seed, "evaluate"))
    by_weight = measuring.returns(Weightings.shared(TRAINING_WEIGHTS), starts)
    return NetworkMeasures(
        task=task.spec,
        connections=network.connections,
        hidden=network.hidden,
        episodes=episodes,
        seed=measuring.seed,
        training_weights=measures.summarise(by_weight, measures.trials_of(task)),
        by_weight=[
            (float(weight), measures.summarise(returns, unit))
            for weight, returns in zip(TRAINING_WEIGHTS, by_weight, strict=True)
        ],
        random_shared=measures.random_shared(measuring, episodes),
        own_weights=_own(measuring, weights, starts),
        profile=measures.profile(measuring, episodes),
    )


def _own(
    measuring: Measuring, weights: NDArray[np.float64] | None, starts: NDArray[Any]
) -> Measure | None:
    """Return the measure at the network's own weights, None where it has none."""
    if weights is None:
        return None
    returns = measuring.returns(Weightings.individual(weights), starts)
    return measures.summarise(returns, measures.unit_of(measuring.task))
