"""RigL, SET and CHT: networks that are sparse throughout and change which weights they have.

Every so many steps the smallest weights of each layer are dropped, and as many others grown: where
the gradient is largest (RigL, Evci et al. 2020), anywhere (SET, Mocanu et al. 2018), or where the
weights that are there suggest it (CHT, see `cht`). Counts per layer never change.
"""

import math
from collections.abc import Callable, Mapping

import torch
from torch import nn

from wann.errors import UserError
from wann.pruning.masks import Masks, check, weights_of
from wann.pruning.methods.cht import ch2_l3n
from wann.pruning.top_k import best
from wann.pruning.uses.layers import PLAIN, Layout


def cosine(step: int, end: int, alpha: float = 0.3) -> float:
    """Return the share of weights to drop at a training step.

    It is alpha / 2 (1 + cos(pi t / end)), and 0 from `end` on (Evci et al. 2020, section 3).
    """
    if end < 1:
        raise UserError(f"expected an end of 1 or more training steps, got {end}")
    return alpha / 2.0 * (1.0 + math.cos(math.pi * step / end)) if 0 <= step < end else 0.0


# How much it is worth to grow each number of a weight, (numbers,): of its name, its mask, and which
# of its numbers stay
Worth = Callable[[str, torch.Tensor, torch.Tensor], torch.Tensor]


def by_gradient(gradients: Mapping[str, torch.Tensor]) -> Worth:
    """Return the worth of RigL: the magnitude of the loss's dense gradients."""

    def worth(name: str, mask: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
        if name not in gradients or gradients[name].shape != mask.shape:
            came = tuple(gradients[name].shape) if name in gradients else "nothing"
            raise UserError(
                f"gradients of {name!r}: expected shape {tuple(mask.shape)}, got {came}"
            )
        return gradients[name].detach().abs().flatten()

    return worth


def by_chance(generator: torch.Generator) -> Worth:
    """Return the worth of SET: random numbers of a generator on the CPU."""

    def worth(_: str, mask: torch.Tensor, __: torch.Tensor) -> torch.Tensor:
        drawn: torch.Tensor = torch.rand(mask.numel(), generator=generator, dtype=torch.float64)
        return drawn.to(mask.device)

    return worth


def by_paths(generator: torch.Generator, laid: Mapping[str, Layout] | None = None) -> Worth:
    """Return the worth of CHT: that of paths in what stays, in random order where it is equal.

    `laid`: how weights are laid out, by name, where they are not plain. Groups of a convolution
    have no inputs in common, so that no path leads from one to another.
    """
    chance = by_chance(generator)

    def worth(name: str, mask: torch.Tensor, stays: torch.Tensor) -> torch.Tensor:
        layout = (laid or {}).get(name, PLAIN)
        groups = layout.rows(stays.view(mask.shape)).chunk(layout.groups)
        found = layout.back(torch.cat([ch2_l3n(group) for group in groups]), mask.shape).flatten()
        ranks: torch.Tensor = torch.unique(found, return_inverse=True)[1]
        return ranks.double() + chance(name, mask, stays)

    return worth


def update(model: nn.Module, masks: Masks, grow: Worth, fraction: float) -> Masks:
    """Return masks of as many weights per layer, with a fraction of each dropped and grown anew.

    Neither model nor masks are changed: call `settle` afterwards. What was just dropped may grow
    again at once, as in the papers, and then is as before. Frozen layers stay as they are: what
    grew there would be zero for ever.

    Args:
        model: the network as it is trained.
        masks: what is kept of it now.
        grow: how much it is worth to grow each weight; the most valuable grow.
        fraction: the share of the weights of each layer that is dropped, in [0, 1].

    Raises:
        UserError: the fraction is none, or gradients do not fit.
    """
    if not 0.0 <= fraction <= 1.0:
        raise UserError(f"expected a fraction of weights to drop in [0, 1], got {fraction}")
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
        grown = best(grow(name, mask, stays), ~stays, dropped, name)
        new[name] = (stays | grown).view(mask.shape)
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
