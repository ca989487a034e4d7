"""SynFlow: how much of the network's flow passes through a weight (Tanaka et al. 2020).

It needs no data.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from wann.errors import UserError
from wann.pruning.forward import run
from wann.pruning.scores.scoring import Scores, Scoring, gradients, scratch
from wann.pruning.scores.torch_activation_names import ACTIVATIONS


def synflow(scoring: Scoring) -> Scores:
    """Score a weight by w dR/dw (Tanaka et al. 2020, eq. 2).

    R is the sum of the outputs where all inputs are 1 and all weights have their absolute values.
    It is computed in float64, without biases and with running means of zero. Activations and
    normalisations only scale, so that the scores of each layer of a plain network add up to R. Only
    the shape of the first inputs is used.
    """
    inputs, _ = next(scoring.data())
    with scratch(scoring) as (model, weights):
        make_linear(model)
        one = inputs[:1]
        ones = _ones(one) if isinstance(one, torch.Tensor) else one.map(_ones)
        with Homogeneous():
            flow = run(model, ones).sum()
        scores = {name: weights[name].detach() * g for name, g in gradients(flow, weights).items()}
    for name, score in scores.items():
        if not score.sum().isfinite():  # each sums up to what flows through the network
            raise UserError(
                f"the flow through {name!r} exceeds what float64 holds: scale its weights down"
            )
    return scores


def _ones(like: torch.Tensor) -> torch.Tensor:
    return torch.ones_like(like, dtype=torch.float64 if like.is_floating_point() else None)


@torch.no_grad()
def make_linear(model: nn.Module) -> None:
    """Make `model` non-negative and homogeneous, in float64, but for what its functions do."""
    model.double().eval()
    for name, parameter in model.named_parameters():
        if name.rpartition(".")[2].startswith("bias"):
            parameter.zero_()
        else:
            parameter.abs_()
    for name, buffer in model.named_buffers():
        if name.endswith("running_mean"):
            buffer.zero_()


class Homogeneous(TorchFunctionMode):
    """Makes activations return their input, and normalisations only multiply by their weight.

    Values are never negative here, and for those a ReLU does just that. A tanh or a sigmoid would
    saturate, and stop the flow.
    """

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        name, kwargs = func.__name__, kwargs or {}
        if name in ACTIVATIONS or (name in _CASTS and args[0].is_floating_point()):
            return _first(args, kwargs)
        if name in _GATES:
            raise UserError(
                f"synflow and phew need functions that can be made linear, got {name}, which "
                "multiplies one half of its input by the other; choose another --method"
            )
        if name in _WEIGHT_AT:
            return _scaled(name, args, kwargs)
        return func(*args, **kwargs)


_GATES = frozenset(["glu"])
# Casts that would make float64 another type
_CASTS = frozenset(["float", "half", "bfloat16"])
# The index of the weight among the arguments of a normalisation
_WEIGHT_AT = {"layer_norm": 2, "group_norm": 2, "rms_norm": 2, "instance_norm": 3}


def _first(args: tuple[Any, ...], kwargs: dict[str, Any]) -> torch.Tensor:
    """Return the input of a function, given by its position or by its name."""
    values: torch.Tensor = args[0] if args else kwargs["input"]
    return values


def _scaled(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> torch.Tensor:
    values = _first(args, kwargs)
    weight = kwargs.get("weight", args[_WEIGHT_AT[name]] if len(args) > _WEIGHT_AT[name] else None)
    if weight is None:
        return values
    if name in ("group_norm", "instance_norm"):  # one number for each channel
        weight = weight.view(1, -1, *[1] * (values.ndim - 2))
    scaled: torch.Tensor = values * weight
    return scaled
