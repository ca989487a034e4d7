"""SRigL: RigL with as many weights for each unit, which hardware can make use of.

Each layer drops its smallest weights, and grows where gradients are largest, as in RigL; but what
grows fills each unit up to the same fan-in. Units with too few weights that matter are left without
any, and the others share theirs.

Source: Lasby et al. 2024, "Dynamic sparse training with structured sparsity", section 3.1.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import nn

from wann.pruning.masks import Masks, weights_of
from wann.pruning.top_k import best
from wann.pruning.uses.layers import PLAIN, layouts

_ABLATE = 0.3  # a unit stays if this share of its fan-in matters (section 4.1)


def update(
    model: nn.Module,
    masks: Masks,
    gradients: Mapping[str, torch.Tensor],
    fraction: float,
    outputs: Sequence[str] = (),
) -> Masks:
    """Return masks of as many weights per layer, of which each unit has as many as any other.

    Where the number of weights is no multiple of the number of units, the first units have one
    more. Neither model nor masks are changed.

    Args:
        model: the network as it is trained.
        masks: what is kept of it now.
        gradients: dense gradients of the loss by the names of parameters.
        fraction: the share of the weights of each layer that is dropped, in [0, 1].
        outputs: the weights of layers whose units all stay: those that make the outputs.
    """
    new, laid = dict(masks), layouts(model)
    for name, mask in weights_of(masks).items():
        if name not in gradients:  # frozen: what grew there would be zero for ever
            continue
        layout = laid.get(name, PLAIN)
        weight, slope = model.get_parameter(name).detach().abs(), gradients[name].abs()
        alive, size, steep = map(layout.rows, (mask, weight, slope))
        share = 0.0 if name in outputs else _ABLATE
        new[name] = layout.back(_updated(alive, size, steep, fraction, share), mask.shape)
    return new


def even_masks(model: nn.Module, masks: Masks, generator: torch.Generator) -> Masks:
    """Return random masks of as many weights per layer, shared out evenly to its units."""
    found, laid = dict(masks), layouts(model)
    for name, mask in weights_of(masks).items():
        layout = laid.get(name, PLAIN)
        shape = layout.rows(mask).shape
        worth = torch.rand(shape, generator=generator, dtype=torch.float64)
        quotas = _quotas(int(mask.sum()), torch.ones(len(worth), dtype=torch.bool), worth.shape[1])
        found[name] = layout.back(_first_of_rows(worth, quotas), mask.shape).to(mask.device)
    return found


def _updated(
    mask: torch.Tensor,
    magnitude: torch.Tensor,
    slope: torch.Tensor,
    fraction: float,
    share: float,
) -> torch.Tensor:
    """Return the new mask (units, incoming) of one layer.

    Args:
        mask: what is alive.
        magnitude: of the weights.
        slope: the magnitude of their gradients.
        fraction: the share of the weights that is dropped.
        share: a unit stays if this share of its fan-in, and one weight, matters.
    """
    alive = int(mask.sum())
    dropped = round(fraction * alive)
    stays = best(magnitude.flatten(), mask.flatten(), alive - dropped, "layer").view(mask.shape)
    free = int((~mask).sum())
    grown = best(slope.flatten(), ~mask.flatten(), min(dropped, free), "layer").view(mask.shape)
    matter = (stays | grown).sum(1)
    active = mask.any(1)
    fan_in = alive / max(int(active.sum()), 1)
    keeps = active & (matter >= max(1.0, share * fan_in)) if share else torch.ones_like(active)
    while int(keeps.sum()) * mask.shape[1] < alive:  # too few units to hold all weights
        left = torch.where(keeps, -1, matter)
        keeps[int(left.argmax())] = True
    # What stays first, the largest of it, then what has the steepest gradient
    most = max(float(slope.max()), 1e-300)
    worth = torch.where(stays, 2.0 + magnitude.double(), slope.double() / most)
    return _first_of_rows(worth, _quotas(alive, keeps, mask.shape[1]))


def _quotas(weights: int, rows: torch.Tensor, width: int) -> torch.Tensor:
    """Return how many of `weights` each of some `rows` (units,) bool of a width keeps."""
    units = int(rows.sum())
    each, more = divmod(weights, max(units, 1))
    quotas = torch.where(rows, each, 0)
    first = rows.nonzero()[:more, 0]
    quotas[first] += 1
    return quotas.clamp(max=width)


def _first_of_rows(worth: torch.Tensor, quotas: torch.Tensor) -> torch.Tensor:
    """Return which numbers of each row are among its largest, as many as `quotas` (rows,) say."""
    order = worth.sort(dim=1, descending=True, stable=True).indices
    taken = torch.arange(worth.shape[1], device=worth.device) < quotas.to(worth.device)[:, None]
    return torch.zeros_like(taken).scatter_(1, order, taken)
