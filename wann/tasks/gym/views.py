"""What a network sees of an environment: its observations, or what an encoder makes of pictures."""

from typing import Any

import gymnasium
import numpy as np
from gymnasium import Space, spaces
from numpy.typing import NDArray

from wann.errors import UserError
from wann.tasks.gym.encoder import Encoder
from wann.tasks.gym.observations import Pictures, Row, View, make_view
from wann.tasks.gym.settings import GymSettings
from wann.tasks.gym.stepping import FAULTS, Simulator, begin, say, short


def view_of(settings: GymSettings, space: Space[Any], name: str | None = None) -> View:
    """Return how observations of a `space` are read with these settings.

    `name` is what the environment is called, where it is not that of the settings. UserError if
    there is no way, or the encoder is another environment's.
    """
    if settings.encoder is None:
        return make_view(space, name or settings.id, settings.flatten_pictures)
    settings.encoder.check_fits(settings.id, space)
    return encoded(settings.encoder)


def encoded(encoder: Encoder) -> View:
    """Return the view of pictures through an encoder."""

    def read(seen: Any) -> NDArray[np.uint8]:
        picture: NDArray[np.uint8] = encoder.seen.shrunk(
            as_picture(seen, encoder.seen.shape)[None]
        )[0]
        return picture

    def see(seen: Any) -> Row:
        row: Row = encoder.encode_shrunk(read(seen)[None])[0]
        return row

    names = [f"z{i}" for i in range(encoder.latents)]
    return View(encoder.latents, names, see, pictures=Pictures(read, encoder.encode_shrunk))


def as_picture(seen: Any, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Return a picture (height, width, 3) as an array of bytes; ValueError where it is none."""
    array = np.asarray(seen)
    if array.shape != shape or array.dtype != np.uint8:
        raise ValueError(
            f"expected a picture of {' x '.join(map(str, shape))} bytes, got "
            f"{array.dtype} of shape {array.shape}"
        )
    return array


class Rendered(gymnasium.ObservationWrapper[Any, Any, Any]):
    """An environment whose observation is the picture that it renders."""

    def __init__(self, env: Simulator, shape: tuple[int, int, int]) -> None:
        """`shape` is that of its pictures."""
        super().__init__(env)
        self.observation_space = spaces.Box(0, 255, shape, np.uint8)

    def observation(self, observation: Any) -> Any:
        """Return the picture of how things stand, in place of the observation."""
        return self.env.render()


def rendered_shape(env: Simulator, settings: GymSettings) -> tuple[int, int, int]:
    """Return the shape (height, width, 3) of the pictures that an environment renders.

    UserError where it renders none.
    """
    modes = (env.metadata or {}).get("render_modes", [])
    if "rgb_array" not in modes:
        raise UserError(
            f"{settings.id} shows no pictures: expected observations of height x width x 3 bytes, "
            f"or the render mode rgb_array, got {', '.join(map(str, modes)) or 'no render mode'}"
        )
    try:
        begin(env, 0, settings.reset_options)
        picture: Any = env.render()
    except FAULTS as problem:  # whatever somebody's environment raises
        raise UserError(f"{settings.id} cannot be rendered: {say(problem)}") from None
    array = np.asarray(picture)
    if array.dtype != np.uint8 or array.ndim != 3 or array.shape[2] != 3:
        raise UserError(
            f"{settings.id} renders {short(picture)}: expected a picture of height x width x 3 "
            "bytes"
        )
    return array.shape[0], array.shape[1], 3
