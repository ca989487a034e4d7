"""An environment whose observations are far from 0: `gym:far_toys:Far`."""

from collections.abc import Sequence
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces

STEPS = 20


class Far(gymnasium.Env[Any, Any]):
    """Rewards the action that tells on which side of its middle the first number is."""

    def __init__(
        self, middle: Sequence[float] = (1000.0, 1000.0), spread: Sequence[float] = (5.0, 5.0)
    ) -> None:
        self.middle, self.spread = np.array(middle), np.array(spread)
        self.observation_space: Any = spaces.Box(-np.inf, np.inf, self.middle.shape, np.float64)
        self.action_space: Any = spaces.Discrete(2)

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        super().reset(seed=seed)
        self.steps = 0
        return self.observe(), {}

    def observe(self) -> Any:
        self.seen = self.np_random.normal(size=self.middle.shape)
        return self.middle + self.spread * self.seen

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        reward = float((self.seen[0] > 0) == (action == 1))
        self.steps += 1
        return self.observe(), reward, False, self.steps >= STEPS, {}
