"""What keeps pruned weights at zero while a model is trained.

Gradients are masked before a step of the optimizer, weights after it. No parameter is renamed, no
module is replaced, and no hook stays behind. With masked gradients the
optimizer's state of pruned weights stays zero, too, so that momentum, weight decay and Adam's
estimates revive nothing.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.kernels.jit import kernel
from wann.network.torch_module import nn, torch
from wann.pruning.masks import Masks, check


class Hold:
    """Keeps the weights that `masks` prune at zero. Dense parameters cost nothing.

    In the CPU's memory a kernel of ours reads masks of a byte a weight: half of what multiplying by
    masks of floats costs, as this is bound by memory.
    """

    def __init__(self, model: nn.Module, masks: Masks) -> None:
        """Raise UserError if the masks do not fit."""
        check(model, masks)
        parameters = dict(model.named_parameters())
        pruned = {name: mask for name, mask in masks.items() if not bool(mask.all())}
        own = [name for name in pruned if _is_plain(parameters[name])]
        other = [name for name in pruned if name not in own]
        self._own = [parameters[name] for name in own]
        self._own_kept = [pruned[name].cpu().numpy().reshape(-1) for name in own]
        self._own_values = [_flat(parameter.detach()) for parameter in self._own]
        self._other = [parameters[name] for name in other]
        self._other_kept = [pruned[name].to(parameters[name]) for name in other]

    def gradients(self) -> None:
        """Set the gradients of pruned weights to zero."""
        for parameter, kept in zip(self._own, self._own_kept, strict=True):
            if parameter.grad is not None:
                _clear(_flat(parameter.grad), kept)
        pairs = [
            (p.grad, kept)
            for p, kept in zip(self._other, self._other_kept, strict=True)
            if p.grad is not None
        ]
        if pairs:
            torch._foreach_mul_([gradient for gradient, _ in pairs], [kept for _, kept in pairs])

    def weights(self) -> None:
        """Set pruned weights to zero."""
        for values, kept in zip(self._own_values, self._own_kept, strict=True):
            _clear(values, kept)
        if self._other:
            torch._foreach_mul_([parameter.detach() for parameter in self._other], self._other_kept)


def _is_plain(parameter: nn.Parameter) -> bool:
    plain = parameter.device.type == "cpu" and parameter.dtype in (torch.float32, torch.float64)
    return plain and parameter.is_contiguous()


def _flat(values: torch.Tensor) -> NDArray[Any]:
    """Return `values` as a flat array on the same memory."""
    if not values.is_contiguous():
        raise ValueError("expected a gradient laid out as its parameter")
    return values.view(-1).numpy()


@kernel
def _clear(values: NDArray[Any], kept: NDArray[np.bool_]) -> None:
    """Set `values` (n,) to zero where they are not kept.

    Values are chosen rather than multiplied by zero, so that NaN becomes zero, too.
    """
    for i in range(len(values)):
        values[i] = values[i] if kept[i] else values.dtype.type(0)
