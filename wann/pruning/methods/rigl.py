"""RigL and SET: networks that are sparse throughout and change which weights they have.

Every so many steps the smallest weights of each layer are dropped, and as many others grown: where
the gradient is largest (RigL, Evci et al. 2020) or anywhere (SET, Mocanu et al. 2018). Counts per
layer never change.
"""

import math
from collections.abc import Mapping

import torch
from torch import nn

from wann.errors import UserError
from wann.pruning.masks import Masks, check, weights_of
from wann.pruning.top_k import best


def cosine(step: int, end: int, alpha: float = 0.3) -> float:
    """Return the share of weights to drop at a training step.

    It is alpha / 2 (1 + cos(pi t / end)), and 0 from `end` on (Evci et al. 2020, section 3).
    """
    if end < 1:
        raise UserError(f"expected an end of 1 or more training steps, got {end}")
    return alpha / 2.0 * (1.0 + math.cos(math.pi * step / end)) if 0 <= step < end else 0.0


def update(
    model: nn.Module,
    masks: Masks,
    grads: Mapping[str, torch.Tensor] | None,
    fraction: float,
    generator: torch.Generator | None = None,
) -> Masks:
    """Return masks of as many weights per layer, with a fraction of each dropped and grown anew.

    Neither model nor masks are changed: call `settle` afterwards. What was just dropped may grow
    again at once, as in the paper, and then is as before. Frozen layers stay as they are: what
    grew there would be zero for ever.

    Args:
        model: the network as it is trained.
        masks: what is kept of it now.
        grads: dense gradients of the loss by the names of parameters, for RigL; None for SET.
        fraction: the share of the weights of each layer that is dropped, in [0, 1].
        generator: the random numbers of SET, on the CPU; None for RigL.

    Raises:
        UserError: both or neither of gradients and generator are given, or they do not fit.
    """
    if not 0.0 <= fraction <= 1.0:
        raise UserError(f"expected a fraction of weights to drop in [0, 1], got {fraction}")
    if (grads is None) == (generator is None):
        raise UserError("expected either gradients (RigL) or a generator (SET)")
    check(model, masks)
    new = dict(masks)
    for name, mask in weights_of(masks).items():
        parameter = model.get_parameter(name)
        if not parameter.requires_grad:
            continue
        alive = int(mask.sum())
        dropped = round(fraction * alive)
        magnitude = parameter.detach().abs().flatten()
        stays = best(magnitude, mask.flatten(), alive - dropped, name)
        worth = _worth(name, mask, grads, generator)
        new[name] = (stays | best(worth, ~stays, dropped, name)).view(mask.shape)
    return new


@torch.no_grad()
def settle(
    model: nn.Module, old: Masks, new: Masks, optimizer: torch.optim.Optimizer | None = None
) -> None:
    """Set to zero, in place, the weights that masks drop or grow, and what `optimizer` recalls.

    That is every number in a tensor of the parameter's shape, such as momentum or the means of
    Adam.
    """
    for name, mask in new.items():
        fresh = ~(mask & old[name])
        parameter = model.get_parameter(name)
        parameter.masked_fill_(fresh, 0.0)
        for value in (optimizer.state.get(parameter, {}) if optimizer is not None else {}).values():
            if isinstance(value, torch.Tensor) and value.shape == parameter.shape:
                value.masked_fill_(fresh, 0.0)


def _worth(
    name: str,
    mask: torch.Tensor,
    grads: Mapping[str, torch.Tensor] | None,
    generator: torch.Generator | None,
) -> torch.Tensor:
    """Return (weights,) how much it is worth to grow each weight."""
    if grads is None:
        return torch.rand(mask.numel(), generator=generator, dtype=torch.float64).to(mask.device)
    if name not in grads or grads[name].shape != mask.shape:
        came = tuple(grads[name].shape) if name in grads else "nothing"
        raise UserError(f"gradients of {name!r}: expected shape {tuple(mask.shape)}, got {came}")
    return grads[name].detach().abs().flatten()
