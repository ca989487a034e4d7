"""Models whose 2:4 layers are tensors of PyTorch's semi-structured kind, for cards that have it."""

import torch
from torch import nn

from wann.errors import UserError
from wann.pruning.forward import copy_model
from wann.pruning.masks import Masks
from wann.pruning.masks.types import weights_of
from wann.pruning.patterns import Groups
from wann.pruning.torch_modes import in_own_modes

_TWO_OF_FOUR = Groups(2, 4)


def two_of_four(model: nn.Module, masks: Masks) -> list[str]:
    """Return the names of the linear layers of `model` that keep at most 2 of every 4 weights."""
    weights = weights_of(masks)
    return [
        name
        for name, layer in model.named_modules()
        if isinstance(layer, nn.Linear)
        and (mask := weights.get(f"{name}.weight" if name else "weight")) is not None
        and mask.shape[1] % _TWO_OF_FOUR.of == 0
        and _TWO_OF_FOUR.holds(mask)
    ]


@in_own_modes()
def to_semi_structured(model: nn.Module, masks: Masks) -> nn.Module:
    """Return a copy of `model` whose linear layers with a 2:4 mask multiply half of the numbers.

    For use, not for training: needs an NVIDIA card of compute capability 8.0 or later, and weights
    of half precision (Mishra et al. 2021). Layers of another pattern, and convolutions, stay dense.

    Raises:
        UserError: no layer has the pattern, the model is not on a card, or PyTorch refuses a layer.
    """
    fitting = two_of_four(model, masks)
    if not fitting:
        raise UserError(
            "no linear layer keeps 2 of every 4 weights: prune with the allocation 2:4 first"
        )
    copy = copy_model(model).eval().requires_grad_(False)
    for name in fitting:
        layer = copy.get_submodule(name)
        assert isinstance(layer, nn.Linear)
        if not layer.weight.is_cuda or layer.weight.dtype not in (torch.float16, torch.bfloat16):
            raise UserError(
                f"{name}: expected weights in float16 or bfloat16 on an NVIDIA card, got "
                f"{str(layer.weight.dtype).removeprefix('torch.')} on {layer.weight.device}: "
                "call model.half().cuda() first"
            )
        try:
            sparse = torch.sparse.to_sparse_semi_structured(layer.weight)
        except (RuntimeError, ValueError) as problem:  # sizes or a card that it does not take
            raise UserError(f"{name}: {problem}") from None
        layer.weight = nn.Parameter(sparse, requires_grad=False)
    return copy
