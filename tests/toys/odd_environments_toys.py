"""Environments as users bring them, each odd in one way: `gym:odd_environments_toys:NAME-v0`."""

import os
import sys
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces

BOX = spaces.Box(-1.0, 1.0, (3,), np.float32)
Step = tuple[Any, Any, Any, Any, dict[str, Any]]


class Plain(gymnasium.Env[Any, Any]):
    """Nothing is odd here: a random walk of three numbers, rewarded by the action."""

    metadata = {"render_modes": ["rgb_array"], "render_fps": 10}  # noqa: RUF012
    horizon = 20

    def __init__(self, render_mode: str | None = None, **named: Any) -> None:
        self.observation_space: Any = BOX
        self.action_space: Any = spaces.Discrete(2)
        self.render_mode = render_mode

    def observe(self) -> Any:
        return self.state.astype(np.float32)

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        super().reset(seed=seed)
        self.steps, self.state = 0, self.np_random.uniform(-1.0, 1.0, 3)
        return self.observe(), {}

    def step(self, action: Any) -> Step:
        self.steps += 1
        reward = float(self.state @ np.resize(np.asarray(action, dtype=float), 3))
        self.state = np.clip(0.9 * self.state + self.np_random.normal(0.0, 0.3, 3), -1.0, 1.0)
        return self.observe(), reward, False, self.steps >= self.horizon, {}

    def render(self) -> Any:
        return np.full((64, 96, 3), min(255, 8 * self.steps), np.uint8)


class Prints(Plain):
    """Writes to stdout at every occasion, from Python and below it."""

    def __init__(self, render_mode: str | None = None) -> None:
        super().__init__(render_mode)
        print("printed in __init__")

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        os.write(1, b"written in reset\n")
        return super().reset(seed=seed)

    def step(self, action: Any) -> Step:
        print("printed in step")
        sys.__stdout__.write("written in step\n")
        return super().step(action)

    def close(self) -> None:
        os.system("echo written by a process of its own")


if os.environ.get("ODD_TOYS_PRINT"):
    print("printed on import")
    os.write(1, b"written on import\n")


ODD = (Plain, Prints)
for odd in ODD:
    gymnasium.register(f"{odd.__name__}-v0", entry_point=f"odd_environments_toys:{odd.__name__}")
