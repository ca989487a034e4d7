"""What the units of a hidden layer compute: activations in turn, or chosen in training.

Where they are chosen, each unit has a score for each activation, and computes the one with the
largest. The gradient goes to the scores of all as if each were added that many times (a
straight-through estimator, as for places). An activation costs no connection, so that counts stay
what they are.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wann.activations.ids import Activation
from wann.network.torch_activations import torch_function
from wann.network.torch_module import nn, torch
from wann.pruning.straight_through import straight_through

Tensor = torch.Tensor
_SPREAD = 0.3  # of the scores of activations in the beginning


class UnitActivations(ABC):
    """The activations of one hidden layer."""

    scores: list[Tensor]  # to be trained; none where activations are fixed

    @abstractmethod
    def codes(self) -> NDArray[np.int64]:
        """Return the activation of each unit."""

    @abstractmethod
    def values(self, sums: Tensor) -> Tensor:
        """Return what the units say to `sums` (..., units)."""

    @abstractmethod
    def with_scores(self, scores: Sequence[Tensor]) -> "UnitActivations":
        """Return the same with other scores."""


class InTurn(UnitActivations):
    """Units take the activations in turn.

    Those of one stand together, so that each is computed once.
    """

    def __init__(self, activations: Sequence[int], units: int) -> None:
        self.scores = []
        self._codes = in_turn(activations, units)

    def codes(self) -> NDArray[np.int64]:
        """Return the activation of each unit, equal ones together."""
        return self._codes

    def values(self, sums: Tensor) -> Tensor:
        """Return what the units say to `sums` (..., units)."""
        return activate(sums, self._codes)

    def with_scores(self, scores: Sequence[Tensor]) -> "InTurn":
        """Return the same, as there are none."""
        return self


class Chosen(UnitActivations):
    """Each unit computes the activation that training chooses for it."""

    def __init__(
        self, activations: Sequence[int], units: int, generator: torch.Generator | None
    ) -> None:
        """Draw the scores (units, activations), if there is a `generator`."""
        self.kinds = list(dict.fromkeys(int(code) for code in activations))
        self.scores = []
        if generator is not None:
            drawn = _SPREAD * torch.randn(units, len(self.kinds), generator=generator)
            self.scores = [drawn.requires_grad_()]

    def codes(self) -> NDArray[np.int64]:
        """Return the activation of each unit: of equal scores the first."""
        best = self.scores[0].detach().argmax(1).cpu().numpy()
        codes: NDArray[np.int64] = np.asarray(self.kinds, dtype=np.int64)[best]
        return codes

    def values(self, sums: Tensor) -> Tensor:
        """Return what the units say to `sums` (..., units); all activations are computed."""
        score = self.scores[0]
        taken = nn.functional.one_hot(score.detach().argmax(1), len(self.kinds)).to(sums.dtype)
        shares = taken + (score - score.detach()).to(sums.dtype)
        said = torch.stack([compute(code, sums) for code in self.kinds], -1)
        return (said * shares).sum(-1)

    def with_scores(self, scores: Sequence[Tensor]) -> "Chosen":
        """Return the same with other scores."""
        other = Chosen(self.kinds, len(scores[0]), None)
        other.scores = list(scores)
        return other


def activations_of(
    activations: Sequence[int], units: int, learned: bool, generator: torch.Generator
) -> UnitActivations:
    """Return the activations of a layer of so many `units`."""
    return Chosen(activations, units, generator) if learned else InTurn(activations, units)


def in_turn(activations: Sequence[int], units: int) -> NDArray[np.int64]:
    """Return the codes (units,) of units that take `activations` in turn, equal ones together."""
    return np.sort(np.resize(np.asarray(activations, dtype=np.int64), units))


def activate(sums: Tensor, activations: NDArray[np.int64]) -> Tensor:
    """Return what nodes of the sorted `activations` compute of `sums` (..., nodes)."""
    codes, counts = np.unique(activations, return_counts=True)
    parts = torch.split(sums, counts.tolist(), dim=-1)
    said = [compute(int(code), part) for code, part in zip(codes, parts, strict=True)]
    return said[0] if len(said) == 1 else torch.cat(said, -1)


def compute(code: int, sums: Tensor) -> Tensor:
    """Return an activation; a step gets the gradient of a sigmoid, as it has none of its own."""
    if code != Activation.STEP:
        return torch_function(code)(sums)
    smooth = torch.sigmoid(4.0 * sums)
    return straight_through((sums > 0).to(sums.dtype), smooth)
