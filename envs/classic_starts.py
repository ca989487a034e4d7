"""Where episodes of Gymnasium's classic control begin, as its environments draw it.

Source: gymnasium.envs.classic_control, release 1.4.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Draw = Callable[[np.random.Generator], NDArray[np.float64]]


def _draw_cartpole(rng: np.random.Generator) -> NDArray[np.float64]:
    return rng.uniform(low=-0.05, high=0.05, size=(4,))


def _draw_hill(rng: np.random.Generator) -> NDArray[np.float64]:
    return np.array([rng.uniform(low=-0.6, high=-0.4), 0.0, 0.0, 0.0])


def _draw_pendulum(rng: np.random.Generator) -> NDArray[np.float64]:
    high = np.array([np.pi, 1.0])
    return np.append(rng.uniform(low=-high, high=high), [0.0, 0.0])


# By kind: the start state (4,) that the environment's generator gives.
DRAW_START: tuple[Draw, ...] = (
    _draw_cartpole,
    lambda rng: rng.uniform(low=-0.1, high=0.1, size=(4,)).astype(np.float32).astype(np.float64),
    _draw_pendulum,
    _draw_hill,
    _draw_hill,
    _draw_cartpole,
)
