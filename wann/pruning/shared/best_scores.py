"""The best scores of a phase so far.

Networks of few connections change much from step to step, as a place more or less can change all:
where 225 connections are left of `digits`, one classifies 92 % of the training examples, and that
of some steps before 69 %. So exact networks are compared on the way, and the best one is taken.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from wann.network.torch_module import torch
from wann.pruning.shared.parent import Parent


class BestScores:
    """The scores with the least loss that were offered, if any were."""

    def __init__(self) -> None:
        self.loss = math.inf
        self.scores: list[torch.Tensor] = []

    def offer(self, parent: Parent, loss: float) -> None:
        """Remember the scores of `parent` if there were none as good; of equal ones the first."""
        if loss < self.loss:
            self.loss = loss
            self.scores = [score.detach().clone() for score in parent.trained]

    def of(self, parent: Parent) -> Parent:
        """Return the parent with the best scores; as it is, where none were offered."""
        return parent.with_trained(self.scores) if self.scores else parent

    def state(self) -> dict[str, Any]:
        """Return what `restore` goes on from."""
        if not self.scores:
            return {}
        arrays = {
            f"best {number}": score.cpu().numpy().copy() for number, score in enumerate(self.scores)
        }
        return {"best loss": self.loss, **arrays}

    def restore(self, state: Mapping[str, Any], parent: Parent) -> None:
        """Go on from a state; KeyError or ValueError if it is that of another training."""
        self.loss, self.scores = float(state.get("best loss", math.inf)), []
        if "best loss" not in state:
            return
        for number, score in enumerate(parent.trained):
            array = np.asarray(state[f"best {number}"], dtype=np.float32)
            if array.shape != tuple(score.shape):
                raise ValueError(f"expected scores of {tuple(score.shape)}, got {array.shape}")
            self.scores.append(torch.from_numpy(array.copy()).to(score.device))
