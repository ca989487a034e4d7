"""Gymnasium's CartPole without velocities, which only a controller with memory can balance."""

from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.envs.classic_control.cartpole import CartPoleEnv
from numpy.typing import NDArray

_POSITIONS = [0, 2]  # of CartPole's observations, those that are no velocities


class CartPoleMemory(CartPoleEnv):
    """Gymnasium's CartPole-v1, of which a controller sees where cart and pole are, and no speeds.

    ## Observations
    `Box((2,), float32)`: the position of the cart in m and the angle of the pole in rad. A
    controller that pushes by them alone swings the pole up ever more; it has to remember the step
    before to know which way the pole falls.

    All else is CartPole-v1's: actions, rewards, starts of the same seeds, and ends.
    """

    def __init__(self, render_mode: str | None = None) -> None:
        """See the class; `render_mode` is as in Gymnasium."""
        super().__init__(render_mode=render_mode)
        whole = self.observation_space
        assert isinstance(whole, spaces.Box)
        high = whole.high[_POSITIONS]
        self.observation_space = spaces.Box(-high, high, dtype=np.float32)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        """Begin an episode, as CartPole-v1 does with the same seed."""
        observation, info = super().reset(seed=seed, options=options)
        return observation[_POSITIONS], info

    def step(self, action: Any) -> tuple[NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        """Push the cart to the left (0) or to the right (1) for 0.02 s."""
        # Gymnasium leaves its type open
        step: Any = super().step
        observation, reward, terminated, truncated, info = step(action)
        return observation[_POSITIONS], float(reward), terminated, truncated, info
