"""What enters a comparison: a network, the weights it comes with if any, and what finding it cost."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.config import Settings, setting
from wann.network.network import Network
from wann.weights.tuned import Tuned


class Contestant(NamedTuple):
    """One network in a comparison, whoever made it."""

    network: Network
    # (connections,) that it was found or trained with; None: there are none
    weights: NDArray[np.float64] | None
    about: str  # how it was made, in a sentence
    # Of finding it, as far as known: evaluations, steps, seconds (of one core)
    cost: dict[str, Any]
    # Where its weights are those that the tuning of a measure would find
    tuned: Tuned | None = None


class Champion(NamedTuple):
    """A network that others are held against, from a run or a file."""

    label: str  # unique in a comparison, fit for a folder's name
    path: Path
    network: Network
    weights: NDArray[np.float64] | None
    cost: dict[str, Any]


@dataclass(frozen=True)
class Making(Settings):
    """How contestants are made and measured."""

    steps: int = setting(8000, "training steps of pruned models, for each round", 1, 10**8)
    batch: int = setting(60, "examples in a training step", 1, 10**7)
    learning_rate: float = setting(1.2e-3, "of training", 1e-12, 1e6)
    hidden: tuple[int, ...] = setting(
        (100,), "units in the hidden layers of the models that are pruned", 1, 10**5
    )
    generations: int = setting(
        1200, "of tuning; by gradients, epochs, of which there are 30 at most", 1, 10**6
    )
    races: int = setting(64, "starts of a tuning by CMA-ES", 1, 10**4)
    episodes: int = setting(100, "episodes, and random weightings, of a measure", 2, 10**6)
    repeats: int = setting(30, "measurements of a latency", 1, 10**6)
