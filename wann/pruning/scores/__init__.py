"""Scores by name: which weight matters.

A user's own is any function of a `Scoring` that returns a tensor per mask.

Every score leaves the model as it was: weights, buffers, gradients, mode, and the global random
numbers.
"""

from collections.abc import Callable

import torch

from wann.errors import UserError, unknown
from wann.pruning.masks.types import weights_of
from wann.pruning.scores import curvature, flow, gradient, weights
from wann.pruning.scores.scoring import Scores, Scoring
from wann.pruning.user_functions import own_function

__all__ = ["SCORES", "Score", "Scores", "Scoring", "compute", "find"]

Score = Callable[[Scoring], Scores]

SCORES: dict[str, Score] = {
    "magnitude": weights.magnitude,
    "lamp": weights.lamp,
    "random": weights.random,
    "snip": gradient.snip,
    "grasp": gradient.grasp,
    "graspabs": gradient.graspabs,
    "synflow": flow.synflow,
    "obd": curvature.obd,
    "fisher": curvature.fisher,
    "large_final": weights.magnitude,
    "small_final": weights.small_final,
    "large_init": weights.large_init,
    "small_init": weights.small_init,
    "large_init_large_final": weights.large_init_large_final,
    "small_init_small_final": weights.small_init_small_final,
    "magnitude_increase": weights.magnitude_increase,
    "movement": weights.movement,
    "large_final_same_sign": weights.large_final_same_sign,
    "magnitude_increase_same_sign": weights.magnitude_increase_same_sign,
    "movement_same_sign": weights.movement_same_sign,
}


def find(score: str | Score) -> Score:
    """Return the score of that name, the function at 'module:function', or the one given."""
    if not isinstance(score, str):
        return score
    if score in SCORES:
        return SCORES[score]
    if ":" not in score:
        raise unknown("score", score, SCORES)
    return own_function(score, "the scores of a Scoring")


def compute(score: str | Score, scoring: Scoring) -> Scores:
    """Return the scores of all masked layers, in the order of the masks.

    UserError if they are not what is expected.
    """
    label = score if isinstance(score, str) else getattr(score, "__name__", type(score).__name__)
    scores = find(score)(scoring)
    if not isinstance(scores, dict):
        raise UserError(
            f"the score {label!r} returned {type(scores).__name__}: expected a dict with a tensor "
            "per layer"
        )
    return {
        name: _checked(label, name, scores, mask)
        for name, mask in weights_of(scoring.masks).items()
    }


def _checked(label: str, name: str, scores: Scores, mask: torch.Tensor) -> torch.Tensor:
    """Return the scores of layer `name`, which must be numbers in the shape of its mask."""
    if name not in scores:
        raise UserError(
            f"the score {label!r} gives nothing for {name!r}: expected a tensor {tuple(mask.shape)}"
        )
    values = scores[name]
    if not isinstance(values, torch.Tensor) or values.shape != mask.shape:
        came = tuple(values.shape) if isinstance(values, torch.Tensor) else type(values).__name__
        raise UserError(
            f"the score {label!r} of {name!r} has shape {came}: expected {tuple(mask.shape)}"
        )
    if not values.is_floating_point():
        raise UserError(
            f"the score {label!r} of {name!r} has type {values.dtype}: expected floating numbers"
        )
    wrong = int((values.isnan() & mask).sum())
    if wrong:
        raise UserError(
            f"the score {label!r} of {name!r} is NaN for {wrong} of {int(mask.sum())} weights"
        )
    return values.detach()
