"""Environments with pictures, and encoders whose weights are drawn: `gym:picture_toys:Dot-v0`."""

from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces

from wann.kernels.pictures import CHANNELS, SIDE, STRIDE, WINDOW
from wann.machine.tensors import tensors_bytes
from wann.tasks.gym.encoder import Seen
from wann.tasks.gym.encoder_files import FORMAT

HEIGHT, WIDTH = 30, 40


class Dot(gymnasium.Env[Any, Any]):
    """A bright dot that actions move to the left and right: the observation is a picture."""

    metadata = {"render_modes": [], "render_fps": 10}  # noqa: RUF012

    def __init__(self, render_mode: str | None = None, steps: int = 12) -> None:
        self.observation_space: Any = spaces.Box(0, 255, (HEIGHT, WIDTH, 3), np.uint8)
        self.action_space: Any = spaces.Box(-1.0, 1.0, (1,), np.float32)
        self.render_mode, self.steps = render_mode, steps

    def picture(self) -> Any:
        shown = np.full((HEIGHT, WIDTH, 3), 40, dtype=np.uint8)
        x = round((self.place + 1.0) / 2.0 * (WIDTH - 6))
        shown[10:16, x : x + 6] = (250, 200, 20)
        return shown

    def observe(self) -> Any:
        return self.picture()

    def reset(self, *, seed: int | None = None, options: Any = None) -> Any:
        super().reset(seed=seed)
        self.left, self.place = self.steps, float(self.np_random.uniform(-1.0, 1.0))
        return self.observe(), {}

    def step(self, action: Any) -> Any:
        self.place = float(np.clip(self.place + 0.2 * action[0], -1.0, 1.0))
        self.left -= 1
        return self.observe(), -abs(self.place), False, self.left <= 0, {}


class Rendered(Dot):
    """The same, whose observation is the place: its pictures have to be rendered."""

    metadata = {"render_modes": ["rgb_array"], "render_fps": 10}  # noqa: RUF012

    def __init__(self, render_mode: str | None = None, steps: int = 12) -> None:
        super().__init__(render_mode, steps)
        self.observation_space = spaces.Box(-1.0, 1.0, (1,), np.float64)

    def observe(self) -> Any:
        return np.array([self.place])

    def render(self) -> Any:
        return self.picture()


class Blind(Rendered):
    """Neither its observations nor anything else is a picture."""

    metadata = {"render_modes": ["human"], "render_fps": 10}  # noqa: RUF012


class Broken(Dot):
    """It fails in the third step."""

    def step(self, action: Any) -> Any:
        if self.left == self.steps - 2:
            raise RuntimeError("the dot fell off")
        return super().step(action)


for _made in (Dot, Rendered, Blind, Broken):
    gymnasium.register(f"{_made.__name__}-v0", entry_point=f"picture_toys:{_made.__name__}")

DOT = Seen("picture_toys:Dot-v0", "observation", HEIGHT, WIDTH, (0, 0, HEIGHT, WIDTH))


def drawn_arrays(latents: int = 3, channels: int = 16) -> dict[str, Any]:
    """Return the arrays of an encoder whose weights are drawn."""
    rng, before, side = np.random.default_rng(0), CHANNELS, SIDE
    arrays: dict[str, Any] = {}
    for number in range(1, 5):
        shape = (channels, before, WINDOW, WINDOW)
        arrays[f"convolution{number}.weight"] = rng.normal(0.0, 0.15, shape)
        arrays[f"convolution{number}.bias"] = rng.normal(0.0, 0.1, channels)
        before, side = channels, (side - WINDOW) // STRIDE + 1
    arrays["latents.weight"] = rng.normal(0.0, 0.2, (latents, channels * side * side))
    arrays["latents.bias"] = rng.normal(0.0, 0.2, latents)
    return {name: array.astype(np.float16) for name, array in arrays.items()}


def drawn_file(seen: Seen = DOT, latents: int = 3) -> bytes:
    """Return the file of an encoder whose weights are drawn."""
    return tensors_bytes(drawn_arrays(latents), {"format": FORMAT, **seen.to_texts()})


def write_drawn(path: Path, seen: Seen = DOT) -> str:
    """Write such a file, and return its path."""
    path.write_bytes(drawn_file(seen))
    return str(path)
