"""This folder holds the scores, which say how much each weight matters, by name.

`methods` takes them from here, and so does whoever makes a method. Begin with `compute`; `scoring`
says what a score is given. A user's own score is any function of a `Scoring` that returns a tensor
for each mask. Every score leaves the model as it was: weights, buffers, gradients, mode, and the
global random numbers.
"""

from collections.abc import Callable

import torch

from wann.errors import UserError
from wann.own import Registry
from wann.pruning.masks.types import weights_of
from wann.pruning.scores import (
    magnitude_and_movement,
    ntk_sap,
    obd_and_fisher,
    snip_and_grasp,
    synflow,
    wanda,
)
from wann.pruning.scores.scoring import Scores, Scoring, in_singles
from wann.pruning.torch_modes import in_own_modes

__all__ = ["SCORES", "Score", "Scores", "Scoring", "compute", "find"]

Score = Callable[[Scoring], Scores]

_BUILT_IN: dict[str, Score] = {
    "magnitude": magnitude_and_movement.magnitude,
    "lamp": magnitude_and_movement.lamp,
    "random": magnitude_and_movement.random,
    "snip": snip_and_grasp.snip,
    "grasp": snip_and_grasp.grasp,
    "graspabs": snip_and_grasp.graspabs,
    "synflow": synflow.synflow,
    "ntk-sap": ntk_sap.ntk_sap,
    "wanda": wanda.wanda,
    "obd": obd_and_fisher.obd,
    "fisher": obd_and_fisher.fisher,
    "large_final": magnitude_and_movement.magnitude,
    "small_final": magnitude_and_movement.small_final,
    "large_init": magnitude_and_movement.large_init,
    "small_init": magnitude_and_movement.small_init,
    "large_init_large_final": magnitude_and_movement.large_init_large_final,
    "small_init_small_final": magnitude_and_movement.small_init_small_final,
    "magnitude_increase": magnitude_and_movement.magnitude_increase,
    "movement": magnitude_and_movement.movement,
    "large_final_same_sign": magnitude_and_movement.large_final_same_sign,
    "magnitude_increase_same_sign": magnitude_and_movement.magnitude_increase_same_sign,
    "movement_same_sign": magnitude_and_movement.movement_same_sign,
}


# Whose numbers are products of gradients, which may be smaller than float16 can hold.
_OF_GRADIENTS: tuple[Score, ...] = (
    snip_and_grasp.snip,
    snip_and_grasp.grasp,
    snip_and_grasp.graspabs,
    obd_and_fisher.obd,
    obd_and_fisher.fisher,
)
SCORES: Registry[Score] = Registry(
    "score",
    _BUILT_IN,
    expected="a function of (scoring) that returns a tensor for each mask",
    arguments=1,
)


def find(score: str | Score) -> Score:
    """Return the score of that name, the function at 'module:function', or the one given."""
    return SCORES.find(score)


@in_own_modes()
def compute(score: str | Score, scoring: Scoring, *, values: bool = True) -> Scores:
    """Return the scores of all masked layers, in the order of the masks.

    UserError if they are not what is expected. `values`: whether NaN is refused, too; a score that
    is tried out before training may give it where it compares with weights before training.
    """
    label = score if isinstance(score, str) else getattr(score, "__name__", type(score).__name__)
    size = sum(mask.numel() for mask in scoring.masks.values())
    function = find(score)
    if function in _OF_GRADIENTS:
        scoring = in_singles(scoring)
    scores = SCORES.call(function, f"a model of {size:,} weights", scoring)
    if not isinstance(scores, dict):
        raise UserError(
            f"the score {label!r} returned {type(scores).__name__}: expected a dict with a tensor "
            "per layer"
        )
    return {
        name: _checked(label, name, scores, mask, values)
        for name, mask in weights_of(scoring.masks).items()
    }


def _checked(
    label: str, name: str, scores: Scores, mask: torch.Tensor, numbers: bool
) -> torch.Tensor:
    """Return the scores of layer `name`, which must be in the shape of its mask, and `numbers`."""
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
    if wrong and numbers:
        raise UserError(
            f"the score {label!r} of {name!r} is NaN for {wrong} of {int(mask.sum())} weights"
        )
    return values.detach()
