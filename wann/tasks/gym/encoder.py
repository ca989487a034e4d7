"""Encoders: how a picture of an environment becomes the few numbers that a network reads.

`wann encode` trains one; `encoder_files` finds and reads it.
"""

import base64
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, NamedTuple

import numpy as np
from gymnasium import Space, spaces
from numpy.typing import NDArray

from wann.errors import UserError
from wann.files import sha256
from wann.kernels import pictures as kernels
from wann.kernels.pictures import CHANNELS, SIDE, Convolutions

LARGEST_SIDE = 4096  # pixels of a picture, both ways
_SHOWN_DIGITS = 16  # of a digest, in the name of an encoder of the package

Source = Literal["observation", "rendering"]


class Seen(NamedTuple):
    """What an encoder sees of an environment: it fits this one alone."""

    environment: str
    source: Source  # where a picture comes from: it is the observation, or it is rendered
    height: int  # of the picture, in pixels
    width: int
    crop: tuple[int, int, int, int]  # the part of it that counts: top, left, height, width

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of a picture."""
        return self.height, self.width, CHANNELS

    def shrunk(self, seen: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return pictures (n, height, width, 3) as (n, SIDE, SIDE, 3): cropped, and shrunk."""
        top, left, height, width = self.crop
        part = np.ascontiguousarray(seen[:, top : top + height, left : left + width])
        result = np.empty((len(seen), SIDE, SIDE, CHANNELS), dtype=np.uint8)
        kernels.shrink(part, _boxes(height), _boxes(width), result)
        return result

    def to_texts(self) -> dict[str, str]:
        """Return it as the metadata of a file."""
        return {
            "environment": self.environment,
            "source": self.source,
            "picture": f"{self.height}x{self.width}",
            "crop": ",".join(map(str, self.crop)),
        }


@dataclass(frozen=True, eq=False)
class Encoder:
    """A trained encoder. Two are equal where their files are."""

    seen: Seen
    layers: Convolutions
    content: bytes  # of its file
    name: str = ""  # of one that comes with the package

    @property
    def latents(self) -> int:
        """How many numbers a picture becomes."""
        return int(self.layers.bias.shape[1])

    @property
    def digest(self) -> str:
        """The SHA-256 of its file."""
        return sha256(self.content)

    @property
    def said(self) -> str | dict[str, str]:
        """What stands for it in a spec: a name with a digest, or all of it."""
        if self.name:
            return f"{self.name}@{self.digest[:_SHOWN_DIGITS]}"
        whole = base64.b64encode(self.content).decode()
        return {"sha256": self.digest, "safetensors": whole}

    def encode(self, seen: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Return the latents (n, latents) of pictures (n, height, width, 3).

        Those of a picture do not depend on the others.
        """
        return self.encode_shrunk(self.seen.shrunk(seen))

    def encode_shrunk(self, shrunk: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Return the latents (n, latents) of pictures (n, SIDE, SIDE, 3)."""
        result = np.empty((len(shrunk), self.latents))
        kernels.encode(np.ascontiguousarray(shrunk), self.layers, result)
        return result

    def check_fits(self, identity: str, space: Space[Any]) -> None:
        """Raise UserError unless it was trained for this environment, and pictures of its size."""
        if plain_id(identity) != plain_id(self.seen.environment):
            raise UserError(
                f"{identity}: the encoder is of {self.seen.environment}, and sees nothing else; "
                f"train one with `wann encode --env {identity} --out encoder`"
            )
        shape = space.shape if is_picture(space) else None
        if shape != self.seen.shape:
            raise UserError(
                f"{identity}: the encoder reads pictures of {_by(self.seen.shape)}, got "
                f"{_by(shape) if shape else type(space).__name__ + ' observations'}; train one "
                "with the same --wrap and --env-kwargs"
            )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Encoder) and self.content == other.content

    def __hash__(self) -> int:
        return hash(self.content)

    def __repr__(self) -> str:
        return f"Encoder({self.seen.environment}, {self.latents} latents, {self.digest[:16]})"


def is_picture(space: Space[Any]) -> bool:
    """Return whether observations are pictures in colour that an encoder could read."""
    if not isinstance(space, spaces.Box) or space.dtype != np.uint8 or len(space.shape) != 3:
        return False
    height, width, channels = space.shape
    sides = (height, width)
    return channels == CHANNELS and all(1 <= side <= LARGEST_SIDE for side in sides)


def plain_id(identity: str) -> str:
    """Return an id without this project's namespace; other modules and namespaces stay.

    `wann/CarRacing-v3` shows what `CarRacing-v3` does.
    """
    return identity.removeprefix("wann.envs:").removeprefix("wann/")


@cache
def _boxes(size: int) -> kernels.Boxes:
    return kernels.boxes(size)


def _by(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))
