"""An episode of a Gymnasium environment as a film."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

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


class Stage(NamedTuple):
    """Where an episode is filmed: how an environment is made, reset and stepped.

    `make` returns one that renders to arrays; `begin` takes it and a seed, and returns the first
    observation; `advance` takes it and an action, and returns observation, reward, and whether the
    episode has ended.
    """

    make: Callable[[], Any]
    begin: Callable[[Any, int], Any]
    advance: Callable[[Any, Any], tuple[Any, float, bool]]


def film_episode(
    network: Network,
    weight: float | NDArray[np.float64],
    stage: Stage,
    *,
    seed: int = 0,
    steps: int | None = None,
    every: int = 5,
    see: Callable[[Any], NDArray[np.float64]] = np.asarray,
    act: Callable[[NDArray[np.float64]], Any] = np.copy,
) -> list[Image.Image]:
    """Return pictures of an episode, the last one of its end or of step `steps`.

    ValueError where the environment draws something else than pictures.

    Args:
        network: what acts.
        weight: one that all connections share, or (connections,).
        stage: where it acts.
        seed: of the episode.
        steps: the last step, if the episode has not ended by then.
        every: how many steps there are from one picture to the next.
        see: makes the inputs (inputs,) of an observation.
        act: makes the action of the outputs (outputs,).
    """
    env = stage.make()
    packed = pack([network])
    values = np.ones((1 + network.inputs + len(network.activation), LANES))
    weights = np.repeat(np.asarray(weight, dtype=np.float64)[..., None], LANES, axis=-1)
    label = f"shared weight {weight:+.2f}" if np.ndim(weight) == 0 else "individual weights"
    frames, total, step, ended = [], 0.0, 0, False
    observation = stage.begin(env, seed)
    while not ended:
        values[1 : 1 + network.inputs] = see(observation)[:, None]
        forward(packed, 0, weights, values, LANES)
        action = act(values[len(values) - network.outputs :, 0])
        observation, reward, over = stage.advance(env, action)
        total, step = total + reward, step + 1
        ended = over or step == steps
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
    """Return a picture with a line of text, in the size of the film, as large as it fits there."""
    frame = _as_image(picture)
    scale = min(_SIZE[0] / frame.width, _SIZE[1] / frame.height)
    size = (round(frame.width * scale), round(frame.height * scale))
    image = Image.new("RGB", _SIZE, "white")
    place = ((_SIZE[0] - size[0]) // 2, (_SIZE[1] - size[1]) // 2)
    image.paste(frame.resize(size, Image.Resampling.LANCZOS), place)
    ImageDraw.Draw(image).text((12, 10), text, fill="#33475b", stroke_width=2, stroke_fill="white")
    return image.quantize(_COLOURS)


def _as_image(picture: object) -> Image.Image:
    """Return what an environment drew as an image; ValueError where it is none.

    Of several pictures it is the last.
    """
    if isinstance(picture, list) and picture and isinstance(picture[-1], np.ndarray):
        picture = picture[-1]
    array = np.asarray(picture)
    if array.dtype != np.uint8 or array.ndim != 3 or array.shape[2] != 3 or not array.size:
        got = (
            f"numbers of shape {array.shape} and type {array.dtype}"
            if array.dtype.kind in "fiub"
            else f"a value of type {type(picture).__name__}"
        )
        raise ValueError(
            "expected its render() to return a picture (height, width, 3) of type uint8, as the "
            f"render mode rgb_array does, got {got}"
        )
    return Image.fromarray(array)
