"""Action heads: how the outputs of a network become an action of a Gymnasium space.

Discrete and MultiDiscrete take the largest output of each group, the first of equals; MultiBinary
is 1 where an output is above 0; Box takes an output of -1 to 1 as the way from the lower to the
upper bound, and as it is where one of them is missing. A NaN is never the largest, where not all
are NaN, not above 0, and 0 to a Box: networks of squares can overflow, and that is no fault of the
environment.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from gymnasium import Space, spaces
from numpy.typing import NDArray

from wann.errors import UserError
from wann.tasks.choice import largest

MOST_OUTPUTS = 4096
# A bound at least this large stands for none, as the largest float32 does.
_NO_BOUND = 1e30

Outputs = NDArray[np.float64]


class Head(NamedTuple):
    """What a network must put out for an action space."""

    outputs: int
    names: Sequence[str]
    # Outputs (outputs, lanes) to one action for each lane
    act: "Largest | AboveZero | Scaled"


def make_head(space: Space[Any], name: str) -> Head:
    """Return the head of an action `space`.

    UserError, which begins with `name`, if there is none for it.
    """
    makers: dict[type, Callable[[Any], Head]] = {
        spaces.Discrete: _discrete,
        spaces.MultiDiscrete: _multi_discrete,
        spaces.MultiBinary: _multi_binary,
        spaces.Box: _box,
    }
    make = next((make for kind, make in makers.items() if isinstance(space, kind)), None)
    if make is None:
        raise UserError(
            f"{name}: expected actions from a Discrete, MultiDiscrete, MultiBinary or Box space, "
            f"got {type(space).__name__}; wrap the environment so that its actions are one of "
            "these (--wrap MODULE:WRAPPER)"
        )
    outputs = spaces.flatdim(space)
    if not 1 <= outputs <= MOST_OUTPUTS:
        raise UserError(
            f"{name}: its actions take {outputs} outputs of a network, expected 1 to "
            f"{MOST_OUTPUTS}; wrap the environment so that it has others (--wrap MODULE:WRAPPER)"
        )
    return make(space)


@dataclass(frozen=True, eq=False)
class Largest:
    """Takes the largest output of each group, and counts from the first value of the group."""

    sizes: tuple[int, ...]  # outputs of each group
    starts: tuple[int, ...]  # the value that the first output of each group stands for
    # Of the array that an action is; None: it is one whole number
    shape: tuple[int, ...] | None
    dtype: "np.dtype[Any]"

    def __call__(self, outputs: Outputs) -> list[Any]:
        """Return the actions of outputs (outputs, lanes)."""
        ends = np.cumsum(self.sizes)
        spans = zip(ends - self.sizes, ends, strict=True)
        groups = [largest(outputs[first:end]) for first, end in spans]
        rows = (np.stack(groups, axis=1) + self.starts).astype(self.dtype)
        found: list[Any] = (
            rows[:, 0].tolist() if self.shape is None else list(rows.reshape(-1, *self.shape))
        )
        return found


@dataclass(frozen=True, eq=False)
class AboveZero:
    """Is 1 where an output is above 0, else 0."""

    shape: tuple[int, ...]
    dtype: "np.dtype[Any]"

    def __call__(self, outputs: Outputs) -> list[Any]:
        """Return the actions of outputs (outputs, lanes)."""
        return list((outputs > 0.0).T.astype(self.dtype).reshape(-1, *self.shape))


@dataclass(frozen=True, eq=False)
class Scaled:
    """Takes -1 to 1 as the way from the lower to the upper bound, the bounds themselves beyond.

    Outputs without two bounds are taken as they are, within the bound that there is. All arrays are
    (outputs, 1).
    """

    bounded: NDArray[np.bool_]  # whether both bounds are finite
    low: Outputs
    high: Outputs
    middle: Outputs
    half: Outputs  # the way from the middle to a bound
    shape: tuple[int, ...]
    dtype: "np.dtype[Any]"

    @property
    def whole(self) -> bool:
        """Whether actions are whole numbers."""
        return not np.issubdtype(self.dtype, np.floating)

    @property
    def limits(self) -> tuple[float, float]:
        """The least and the most that a number of an action can be."""
        return _range_of(self.dtype)

    def oversteps(self, *, single: bool = False) -> NDArray[np.bool_]:
        """Return which numbers of an action, flat, would lie a bit beyond a bound as computed.

        The way from the middle is rounded. Numbers are computed as float32 where they are `single`.
        """
        kind: Any = np.float32 if single else np.float64
        # Bounds that float32 does not hold are refused elsewhere
        with np.errstate(over="ignore", invalid="ignore"):
            low, high, middle, half = (
                values.astype(kind) for values in (self.low, self.high, self.middle, self.half)
            )
            beyond = (middle - half < low) | (middle + half > high)
        found: NDArray[np.bool_] = (self.bounded & beyond).ravel()
        return found

    def __call__(self, outputs: Outputs) -> list[Any]:
        """Return the actions of outputs (outputs, lanes)."""
        given = np.where(np.isnan(outputs), 0.0, outputs)
        scaled = np.where(self.bounded, self.middle + np.clip(given, -1.0, 1.0) * self.half, given)
        # Those between bounds as well: the sum may be rounded to a bit beyond a bound
        scaled = np.clip(scaled, self.low, self.high)
        scaled = np.clip(np.rint(scaled) if self.whole else scaled, *self.limits)
        # An array even where the space has no dimension, as `list` would not give
        return [row.reshape(self.shape) for row in scaled.T.astype(self.dtype)]


def _discrete(space: spaces.Discrete) -> Head:
    count = int(space.n)
    act = Largest((count,), (int(space.start),), None, np.dtype(np.int64))
    return Head(count, _numbered(count), act)


def _multi_discrete(space: spaces.MultiDiscrete) -> Head:
    sizes = tuple(space.nvec.ravel().tolist())
    starts = tuple(space.start.ravel().tolist())
    names = [f"a{group}.{i}" for group, size in enumerate(sizes) for i in range(size)]
    return Head(sum(sizes), names, Largest(sizes, starts, space.nvec.shape, space.dtype))


def _multi_binary(space: spaces.MultiBinary) -> Head:
    count = int(np.prod(space.shape))
    return Head(count, _numbered(count), AboveZero(tuple(space.shape), np.dtype(space.dtype)))


def _box(space: spaces.Box) -> Head:
    low, high = (
        np.asarray(bound, dtype=np.float64).reshape(-1, 1) for bound in (space.low, space.high)
    )
    low, high = np.where(low <= -_NO_BOUND, -np.inf, low), np.where(high >= _NO_BOUND, np.inf, high)
    bounded = np.isfinite(low) & np.isfinite(high)
    bottom, top = np.where(bounded, low, -1.0), np.where(bounded, high, 1.0)
    act = Scaled(
        bounded,
        _inwards(low, space.low, np.inf),
        _inwards(high, space.high, -np.inf),
        (bottom + top) / 2.0,
        (top - bottom) / 2.0,
        space.shape,
        np.dtype(space.dtype),
    )
    return Head(low.size, _numbered(low.size), act)


def _inwards(bound: Outputs, exact: "NDArray[Any]", inwards: float) -> Outputs:
    """Return a bound as float64 has it, the next number where it was rounded to one outside.

    That may be so of whole numbers of more than 53 bits, `exact`; `inwards` is an end of all
    numbers, which lies on the other side of the bound.
    """
    if exact.dtype.kind not in "iu":
        return bound
    outside = [
        int(value) < whole if inwards > 0 else int(value) > whole
        for value, whole in zip(bound.ravel(), exact.ravel().tolist(), strict=True)
    ]
    return np.where(np.reshape(outside, bound.shape), np.nextafter(bound, inwards), bound)


def _range_of(kind: "np.dtype[Any]") -> tuple[float, float]:
    """Return the least and the most that numbers of a kind can be, as they are in float64."""
    if kind.kind == "f":
        return float(np.finfo(kind).min), float(np.finfo(kind).max)
    if kind.kind == "b":
        return 0.0, 1.0
    most = float(np.iinfo(kind).max)
    # float64 rounds the most of 64 bits up, to what they cannot hold
    return float(np.iinfo(kind).min), most if most < 2**53 else float(np.nextafter(most, 0.0))


def _numbered(count: int) -> list[str]:
    return [f"a{i}" for i in range(count)]
