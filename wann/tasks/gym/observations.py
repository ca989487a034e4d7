"""Views: how an observation of a Gymnasium space becomes the inputs of a network.

Box is laid flat, Discrete and MultiDiscrete become one input for each value, Dict and Tuple are
laid end to end: the order is that of `gymnasium.spaces.flatten`.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from gymnasium import Space, spaces
from numpy.typing import NDArray

from wann.errors import UserError

MOST_INPUTS = 4096
_PLAIN = (spaces.Box, spaces.Discrete, spaces.MultiDiscrete, spaces.MultiBinary)


class View(NamedTuple):
    """What a network sees of an observation space."""

    inputs: int
    names: Sequence[str]
    # An observation to (inputs,); ValueError if it is not of the space
    see: Callable[[Any], NDArray[np.float64]]


def make_view(space: Space[Any], name: str) -> View:
    """Return the view of an observation `space`.

    UserError, which begins with `name`, if there is none for it.
    """
    _refuse(space, name)
    inputs = spaces.flatdim(space)
    if inputs > MOST_INPUTS:
        raise UserError(
            f"{name}: an observation has {inputs} numbers, expected at most {MOST_INPUTS}; wrap "
            "the environment so that it shows features instead"
        )
    if isinstance(space, spaces.Box):
        return View(
            inputs, _numbered(inputs), lambda observation: _lay_flat(observation, space.shape)
        )

    def see(observation: Any) -> NDArray[np.float64]:
        flat = np.asarray(spaces.flatten(space, observation), dtype=np.float64)
        if flat.shape != (inputs,):
            raise ValueError(f"expected an observation of {inputs} numbers, got {flat.size}")
        return flat

    return View(inputs, _numbered(inputs), see)


def _lay_flat(observation: Any, shape: tuple[int, ...]) -> NDArray[np.float64]:
    array = np.asarray(observation, dtype=np.float64)
    if array.shape != shape:
        raise ValueError(f"expected an observation of shape {shape}, got {array.shape}")
    return array.ravel()


def _refuse(space: Space[Any], name: str) -> None:
    """Raise UserError where `space` has a part that is no vector, or pictures."""
    if isinstance(space, spaces.Dict | spaces.Tuple):
        for part in space.spaces.values() if isinstance(space, spaces.Dict) else space.spaces:
            _refuse(part, name)
        return
    if not isinstance(space, _PLAIN):
        raise UserError(
            f"{name}: a {type(space).__name__} observation has no fixed number of inputs; expected "
            "Box, Discrete, MultiDiscrete, MultiBinary, or a Dict or Tuple of these"
        )
    if isinstance(space, spaces.Box) and space.dtype == np.uint8 and len(space.shape) in (2, 3):
        raise UserError(
            f"{name}: an observation is a picture of {' x '.join(map(str, space.shape))}, and "
            "networks read vectors; wrap the environment so that it shows features instead"
        )


def _numbered(count: int) -> list[str]:
    return [f"o{i}" for i in range(count)]
