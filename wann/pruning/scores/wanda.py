"""Wanda: a weight is worth its magnitude times the norm of what it is multiplied with."""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from wann.errors import UserError
from wann.pruning.forward import run
from wann.pruning.scores.scoring import Scores, Scoring, scratch
from wann.pruning.uses.layers import (
    CONVOLUTIONS,
    TRANSPOSED,
    given_to,
    weights_of_layer,
    with_weight,
)

_LINEAR_IN_WEIGHT = (nn.Linear, *CONVOLUTIONS, *TRANSPOSED)
_ENLARGE: dict[int, Any] = {
    3: nn.functional.conv_transpose1d,
    4: nn.functional.conv_transpose2d,
    5: nn.functional.conv_transpose3d,
}


def wanda(scoring: Scoring) -> Scores:
    """Score a weight by |w| times the L2 norm of its input over all examples and positions.

    Source: Sun et al. 2024, "A Simple and Effective Pruning Approach for Large Language Models",
    eq. 1. Scores are compared within a unit, as the pattern `fan-in` does: the norms of different
    layers do not compare. The model is looked at as it is in use.

    UserError for weights of layers that are neither fully connected nor convolutions.
    """
    with scratch(scoring) as (model, weights):
        model.eval()
        layers = _layers_of(model, weights)
        total = {name: torch.zeros_like(weight) for name, weight in weights.items()}
        handles = [
            layer.register_forward_pre_hook(_adding(name, layer, total), with_kwargs=True)
            for name, layer in layers.items()
        ]
        try:
            with torch.no_grad():
                for inputs, _ in scoring.data():
                    run(model, inputs)
        finally:
            for handle in handles:
                handle.remove()
        unseen = [name for name, squares in total.items() if not squares.any()]
        if unseen:
            raise UserError(
                f"wanda: nothing but zeros comes into the layer of {unseen[0]!r}, or its weight is "
                "used without calling it: protect it, or choose another method"
            )
        return {
            name: weight.detach().abs() * total[name].sqrt() for name, weight in weights.items()
        }


def _layers_of(model: nn.Module, weights: dict[str, nn.Parameter]) -> dict[str, nn.Module]:
    """Return the layer of each weight."""
    found = {
        f"{prefix}.{name}" if prefix else name: module
        for prefix, module in model.named_modules(remove_duplicate=False)
        if isinstance(module, _LINEAR_IN_WEIGHT)
        for name in weights_of_layer(module)
        if name == "weight"
    }
    for name in weights:
        if name not in found:
            raise UserError(
                f"wanda multiplies a weight by its input, and that of {name!r} cannot be seen: "
                "expected fully connected layers and convolutions; protect it, or choose another "
                "method"
            )
    return {name: found[name] for name in weights}


def _adding(name: str, layer: Any, total: dict[str, torch.Tensor]) -> Any:
    """Return a hook that adds the squares of what each weight of `layer` is multiplied with.

    They are the derivative by the weight of the sum of what the layer makes of the squares: each
    output is a sum of weights times inputs, in whatever layer of these kinds.
    """

    def hook(_: nn.Module, args: tuple[Any, ...], named: dict[str, Any]) -> None:
        given = given_to(args, named)
        with torch.enable_grad():
            weight = torch.zeros_like(layer.weight, requires_grad=True)
            made = _sums(layer, given.detach().square(), weight)
            (slope,) = torch.autograd.grad(made.sum(), weight)
        total[name] += slope

    return hook


def _sums(layer: Any, inputs: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Return what `layer` would make of `inputs` with another weight, without its bias."""
    if isinstance(layer, nn.Linear):
        return nn.functional.linear(inputs, weight)
    if isinstance(layer, CONVOLUTIONS):
        made: torch.Tensor = with_weight(layer, weight).forward(inputs)
        return made
    enlarge: Callable[..., torch.Tensor] = _ENLARGE[weight.ndim]
    padding = (layer.stride, layer.padding, layer.output_padding)
    return enlarge(inputs, weight, None, *padding, layer.groups, layer.dilation)
