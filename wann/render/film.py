"""An episode of a Gymnasium environment as a film."""

import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from wann.files import write_atomically
from wann.kernels.forward import forward
from wann.kernels.vectors import LANES
from wann.network.network import Network, pack

_SIZE = (420, 280)
_COLOURS = 64
_FRAME_MILLISECONDS = 50


def film_episode(
    network: Network,
    weight: float | NDArray[np.float64],
    *,
    environment: str,
    seed: int = 0,
    steps: int | None = None,
    every: int = 5,
    arguments: Mapping[str, Any] | None = None,
    see: Callable[[Any], NDArray[np.float64]] = np.asarray,
    act: Callable[[NDArray[np.float64]], Any] = np.copy,
) -> list[Image.Image]:
    """Return pictures of an episode, the last one of its end or of step `steps`.

    Args:
        network: what acts.
        weight: one that all connections share, or (connections,).
        environment: its Gymnasium id.
        seed: of the episode.
        steps: the last step, if the episode has not ended by then.
        every: how many steps there are from one picture to the next.
        arguments: of the environment.
        see: makes the inputs (inputs,) of an observation.
        act: makes the action of the outputs (outputs,).
    """
    env = gymnasium.make(environment, render_mode="rgb_array", **(arguments or {}))
    packed = pack([network])
    values = np.ones((1 + network.inputs + len(network.activation), LANES))
    weights = np.repeat(np.asarray(weight, dtype=np.float64)[..., None], LANES, axis=-1)
    label = f"shared weight {weight:+.2f}" if np.ndim(weight) == 0 else "individual weights"
    frames, total, step, ended = [], 0.0, 0, False
    observation, _ = env.reset(seed=seed)
    while not ended:
        values[1 : 1 + network.inputs] = see(observation)[:, None]
        forward(packed, 0, weights, values, LANES)
        action = act(values[len(values) - network.outputs :, 0])
        observation, reward, terminated, truncated, _ = env.step(action)
        total, step = total + float(reward), step + 1
        ended = terminated or truncated or step == steps
        if step % every == 0 or ended:
            frames.append(_caption(env.render(), f"{label}   step {step}   return {total:.0f}"))
    env.close()
    return frames


def save_gif(frames: Sequence[Image.Image], path: Path) -> None:
    """Write `frames` as an animated GIF that repeats."""
    buffer = io.BytesIO()
    frames[0].save(
        buffer,
        format="GIF",
        save_all=True,
        append_images=frames[1:],
        duration=_FRAME_MILLISECONDS,
        loop=0,
        optimize=False,
    )
    write_atomically(path, buffer.getvalue())


def _caption(picture: object, text: str) -> Image.Image:
    image = Image.fromarray(np.asarray(picture, dtype=np.uint8)).resize(
        _SIZE, Image.Resampling.LANCZOS
    )
    ImageDraw.Draw(image).text((12, 10), text, fill="#33475b")
    return image.quantize(_COLOURS)
