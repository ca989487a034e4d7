"""Views: how an observation of a Gymnasium space becomes the inputs of a network.

Box is laid flat, Discrete and MultiDiscrete become one input for each value, Dict and Tuple are
laid end to end: the order is that of `gymnasium.spaces.flatten`. Unlike that, what is not of the
space is refused. Text within a Dict or a Tuple is left out.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from gymnasium import Space, spaces
from numpy.typing import NDArray

from wann.arrays import without_gaps
from wann.errors import UserError
from wann.tasks.gym.stepping import short

MOST_INPUTS = 4096
# Bytes in two or three dimensions are a grid of symbols up to so many numbers, a picture beyond.
LARGEST_GRID = 2048

Row = NDArray[np.float64]
Read = Callable[[Any], Row]


class Pictures(NamedTuple):
    """How pictures are read through an encoder, which takes those of many episodes at once."""

    # An observation to (side, side, 3) bytes; ValueError where it is no such picture
    read: Callable[[Any], NDArray[np.uint8]]
    encode: Callable[[NDArray[np.uint8]], Row]  # some of these (n, side, side, 3) to (n, inputs)


class View(NamedTuple):
    """What a network sees of an observation space."""

    inputs: int
    names: Sequence[str]
    # An observation to (inputs,); ValueError if it is not of the space
    see: Read
    left_out: Sequence[str] = ()  # parts of the space that it does not see, with the reason
    pictures: Pictures | None = None  # None: observations are read one by one, by `see`
    # Those of many episodes, stacked, to (episodes, inputs); None: they are read one by one
    see_all: Read | None = None


class _Part(NamedTuple):
    """A space as inputs: how many, and how an observation is read."""

    size: int
    read: Read


def make_view(space: Space[Any], name: str, flatten_pictures: bool = False) -> View:
    """Return the view of an observation `space`.

    UserError, which begins with `name`, if there is none for it. Pictures are refused unless they
    are to be flattened, too.
    """
    left_out: list[str] = []
    part = _part(_Place(name, "", flatten_pictures, left_out), space)
    if part is None:
        raise _no_vector(name, "", space)
    if not part.size:
        without = f" without {left_out[0]}" if left_out else ""
        raise UserError(
            f"{name}: an observation{without} has no numbers; expected at least one, as networks "
            "read nothing else"
        )
    if part.size > MOST_INPUTS:
        raise UserError(
            f"{name}: an observation has {part.size} numbers, expected at most {MOST_INPUTS}; wrap "
            "the environment so that it shows features instead (--wrap MODULE:WRAPPER)"
        )
    names = [f"o{i}" for i in range(part.size)]
    see_all = _lay_flat_all if isinstance(space, spaces.Box) else None
    return View(part.size, names, part.read, tuple(left_out), see_all=see_all)


class _Place(NamedTuple):
    """Where a space stands within another, and what is wanted there."""

    name: str  # of the environment
    path: str  # "" for the whole observation, else as in ['image']
    flatten_pictures: bool
    left_out: list[str]

    def within(self, key: object) -> "_Place":
        return self._replace(path=f"{self.path}[{key!r}]")


def _part(place: _Place, space: Space[Any]) -> _Part | None:
    """Return how to read a space, None where it is text that may be left out."""
    if isinstance(space, spaces.Dict):
        return _of_dict(place, space)
    if isinstance(space, spaces.Tuple):
        return _of_tuple(place, space)
    if isinstance(space, spaces.Box):
        return _of_box(place, space)
    if isinstance(space, spaces.Discrete):
        first, values = int(space.start), int(space.n)
        return _Part(values, lambda seen: _one_hot(seen, (), [first], [values]))
    if isinstance(space, spaces.MultiDiscrete):
        sizes, starts = space.nvec.ravel().tolist(), space.start.ravel().tolist()
        shape = space.nvec.shape
        return _Part(sum(sizes), lambda seen: _one_hot(seen, shape, starts, sizes))
    if isinstance(space, spaces.MultiBinary):
        return _Part(int(np.prod(space.shape)), lambda seen: _bits(seen, space.shape))
    if _is_text(space):
        return None
    raise _no_vector(place.name, place.path, space)


def _of_dict(place: _Place, space: spaces.Dict) -> _Part:
    inner = {key: _part(place.within(key), part) for key, part in space.spaces.items()}
    kept = {key: part for key, part in inner.items() if part is not None}
    _leave_out(place, {key: space.spaces[key] for key in inner if key not in kept})

    def read(seen: Any) -> Row:
        if not isinstance(seen, Mapping) or not kept.keys() <= seen.keys():
            raise ValueError(f"expected an observation with {', '.join(kept)}, got {short(seen)}")
        return np.concatenate([part.read(seen[key]) for key, part in kept.items()])

    return _Part(sum(part.size for part in kept.values()), read)


def _of_tuple(place: _Place, space: "spaces.Tuple[Any]") -> _Part:
    inner = dict(enumerate(_part(place.within(i), part) for i, part in enumerate(space.spaces)))
    kept = {i: part for i, part in inner.items() if part is not None}
    _leave_out(place, {i: space.spaces[i] for i in inner if i not in kept})

    def read(seen: Any) -> Row:
        if not isinstance(seen, Sequence) or isinstance(seen, str) or len(seen) != len(inner):
            raise ValueError(f"expected an observation of {len(inner)} parts, got {short(seen)}")
        return np.concatenate([part.read(seen[i]) for i, part in kept.items()])

    return _Part(sum(part.size for part in kept.values()), read)


def _of_box(place: _Place, space: spaces.Box) -> _Part:
    size = int(np.prod(space.shape))
    picture = space.dtype == np.uint8 and len(space.shape) in (2, 3) and size > LARGEST_GRID
    if picture and not place.flatten_pictures:
        raise UserError(
            f"{place.name}: an observation{place.path} is a picture of "
            f"{' x '.join(map(str, space.shape))} (more than {LARGEST_GRID} bytes), and networks "
            f"read vectors; learn features of it with `wann encode --env {place.name} --out "
            f"encoder`, then search with `wann search --env {place.name} --encoder encoder`; or "
            "wrap the environment (--wrap MODULE:WRAPPER), or take its pixels with "
            f"--flatten-pictures, at most {MOST_INPUTS}"
        )
    return _Part(size, lambda seen: _lay_flat(seen, space.shape))


def _leave_out(place: _Place, texts: Mapping[Any, Space[Any]]) -> None:
    for key, space in texts.items():
        path = place.within(key).path
        place.left_out.append(f"observation{path}, which is text ({type(space).__name__})")


def _is_text(space: Space[Any]) -> bool:
    """Return whether observations of a space are text, as those of own spaces may be, too."""
    if isinstance(space, spaces.Text) or getattr(space.dtype, "kind", "") == "U":
        return True
    if type(space).__module__.startswith("gymnasium."):
        return False
    try:
        return isinstance(space.sample(), str)
    except Exception:  # whatever somebody's space raises
        return False


def _no_vector(name: str, path: str, space: Space[Any]) -> UserError:
    where = f" at observation{path}" if path else ""
    return UserError(
        f"{name}: a {type(space).__name__} observation{where} has no fixed number of inputs; "
        "expected Box, Discrete, MultiDiscrete, MultiBinary, or a Dict or Tuple of these"
    )


# ---- observations to rows


def _lay_flat(observation: Any, shape: tuple[int, ...]) -> Row:
    if isinstance(observation, np.ma.MaskedArray):
        without_gaps(observation, "an observation")
    array = np.asarray(observation)
    if array.dtype.kind in "USc":
        raise ValueError(f"expected an observation of real numbers, got {short(observation)}")
    if array.shape != shape:
        raise ValueError(f"expected an observation of shape {shape}, got {array.shape}")
    return array.astype(np.float64).ravel()


def _lay_flat_all(observations: Any) -> Row:
    return np.asarray(observations, np.float64).reshape(len(observations), -1)


def _one_hot(seen: Any, shape: tuple[int, ...], starts: list[int], sizes: list[int]) -> Row:
    """Return one input for each value of each number, 1 at the value that is seen."""
    numbers = np.asarray(seen)
    fits = numbers.shape == shape or numbers.size == len(sizes) == 1
    if numbers.dtype.kind not in "iub" or not fits:
        raise ValueError(
            f"expected an observation of whole numbers of shape {shape}, got {short(seen)}"
        )
    row, first = np.zeros(sum(sizes)), 0
    for number, start, size in zip(numbers.ravel().tolist(), starts, sizes, strict=True):
        if not start <= number < start + size:
            raise ValueError(
                f"expected an observation from {start} to {start + size - 1}, got {number}"
            )
        row[first + number - start] = 1.0
        first += size
    return row


def _bits(seen: Any, shape: tuple[int, ...]) -> Row:
    row = _lay_flat(seen, tuple(shape))
    if not np.isin(row, (0.0, 1.0)).all():
        raise ValueError(f"expected an observation of zeros and ones, got {short(seen)}")
    return row
