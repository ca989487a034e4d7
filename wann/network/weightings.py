"""Weights that networks are scored with: one that all connections share, or one for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wann.arrays import numbers_of
from wann.errors import short_repr


@dataclass(frozen=True, eq=False)
class Weightings:
    """Some weightings of one kind; a weighting gives every connection of a network its weight.

    Made by `shared` or by `individual`. Which of the two they are is said there, once, and is never
    guessed from a shape: those of a network with a single connection have the shape (weightings, 1)
    either way.
    """

    # (weightings, 1) where they are shared, or (weightings, connections)
    values: NDArray[np.float64]
    is_shared: bool

    def __repr__(self) -> str:
        return short_repr(self)

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or (self.is_shared and self.values.shape[1] != 1):
            expected = "(weightings, 1)" if self.is_shared else "(weightings, connections)"
            raise ValueError(f"expected weights of shape {expected}, got {self.values.shape}")

    @classmethod
    def shared(cls, weights: ArrayLike) -> "Weightings":
        """Return a weighting for each of `weights` (weightings,), which all connections have."""
        return cls(numbers_of(weights, "the weights").reshape(-1, 1), True)

    @classmethod
    def individual(cls, weights: ArrayLike) -> "Weightings":
        """Return one weighting (connections,), or those of an array (weightings, connections)."""
        return cls(np.atleast_2d(numbers_of(weights, "the weights")), False)

    @classmethod
    def of(cls, weights: "Weightings | NDArray[np.float64]") -> "Weightings":
        """Return `weights` as they are, or an array as users of an evaluator give it.

        An array (weightings, 1) is shared weights, one (weightings, connections) individual ones; a
        network with a single connection earns the same by either.
        """
        if isinstance(weights, Weightings):
            return weights
        values = numbers_of(weights, "the weights")
        return cls(values, values.ndim == 2 and values.shape[1] == 1)

    @classmethod
    def recognised(cls, weights: NDArray[np.float64]) -> "Weightings":
        """Return the weighting that a file gives, as `weights` (connections,).

        Equal weights of several connections are a shared weight that was written out.
        """
        if len(weights) > 1 and np.ptp(weights) == 0.0:
            return cls.shared(weights[:1])
        return cls.individual(weights)

    def __len__(self) -> int:
        """Return the number of weightings."""
        return len(self.values)

    def __getitem__(self, chosen: slice | Sequence[int] | NDArray[Any]) -> "Weightings":
        """Return the weightings of a slice, or those with the indices `chosen`."""
        return Weightings(self.values[chosen], self.is_shared)

    @property
    def magnitudes(self) -> NDArray[np.float64]:
        """What weightings have in common with others under which a network may do the same.

        Under shared weights w and -w some networks do the same, and a task may play them once for
        both: who cuts weightings keeps those of one magnitude together, so that what is played
        does not depend on the cut. Individual weights are each their own. The shape is
        (weightings,).
        """
        if self.is_shared:
            return np.abs(self.values[:, 0])
        return np.arange(len(self), dtype=np.float64)

    @property
    def width(self) -> int:
        """How many numbers a weighting has: 1 if shared, else one for each connection."""
        return int(self.values.shape[1])

    def in_lanes(self, weightings: Sequence[int] | NDArray[Any]) -> NDArray[np.float64]:
        """Return one weighting for each lane, by its index, as `kernels.forward` reads them.

        The shape is (lanes,) where weights are shared, else (connections, lanes).
        """
        chosen = self.values[weightings]
        return chosen[:, 0] if self.is_shared else np.ascontiguousarray(chosen.T)
