"""What Adam is given to train, so that parameters of half precision can be trained, too."""

from collections.abc import Iterable
from typing import Any

from wann.network.torch_module import torch

# What is added below the fraction bar, 1e-8 otherwise, is 0 in float16. It stands in for the mean
# square of gradients below 0.008, too, which is 0 there: with less, steps were many times as long.
_EPS_IN_HALF = 1e-3


def for_adam(parameters: Iterable[torch.Tensor]) -> list[Any]:
    """Return `parameters` as Adam takes them: those of float16 in a group with an eps of theirs."""
    every = list(parameters)
    half = [parameter for parameter in every if parameter.dtype == torch.float16]
    if not half:
        return every
    others = [parameter for parameter in every if parameter.dtype != torch.float16]
    rest: list[Any] = [{"params": others}] if others else []
    return [{"params": half, "eps": _EPS_IN_HALF}, *rest]
