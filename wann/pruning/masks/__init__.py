"""This folder holds masks: which weights are kept, as bools by the names of parameters.

All rooms of `wann.pruning`, and the studies of pruning, import them from here. Begin with `full`,
which keeps every weight, and `apply`. Only weights are counted. Masks of biases, which pruning of
units makes (`select.select_units`), lie beside those of weights; `types` alone tells one from the
other.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import nn

from wann.errors import UserError
from wann.pruning.forward import Examples, owner_of, refuse_scripted
from wann.pruning.masks.files import load, save
from wann.pruning.masks.overlap import Overlap, overlap
from wann.pruning.masks.prunable import Prunable, prunable, survey
from wann.pruning.masks.types import Masks, ShortMasks, counts, map_weights, sizes, weights_of
from wann.pruning.torch_modes import in_own_modes, refuse_inference

__all__ = [
    "Masks",
    "Overlap",
    "Prunable",
    "apply",
    "check",
    "counts",
    "density",
    "full",
    "keep_all",
    "kept",
    "load",
    "overlap",
    "prunable",
    "random_like",
    "save",
    "shuffle",
    "sizes",
    "survey",
    "total",
    "weights_of",
]


@in_own_modes()
def full(
    model: nn.Module,
    protect: str | Sequence[str] = (),
    *,
    include: str | Sequence[str] = (),
    outputs: str | Sequence[str] = (),
    examples: Examples | None = None,
) -> Masks:
    """Return masks that keep every prunable weight of `model`; arguments as in `survey`.

    Args:
        model: the network.
        protect: what is left whole.
        include: what is pruned although it would be left whole.
        outputs: the layers that make the outputs, where that cannot be found.
        examples: a batch of inputs to run a copy on; None where there is none.
    """
    found = survey(model, protect, include=include, outputs=outputs, examples=examples)
    return keep_all(model, found.names)


@in_own_modes()
def keep_all(model: nn.Module, names: Sequence[str]) -> Masks:
    """Return masks that keep all of the parameters called `names`."""
    parameters = dict(model.named_parameters(remove_duplicate=False))
    return ShortMasks({name: torch.ones_like(parameters[name], dtype=torch.bool) for name in names})


def check(model: nn.Module, masks: Mapping[str, torch.Tensor]) -> None:
    """Raise UserError unless each of `masks` fits its parameter.

    It must be a bool tensor of the same shape, on the same device. In `torch.compile` and the like,
    parameters may be called as they are inside.
    """
    refuse_scripted(model)
    parameters = dict(owner_of(model, masks).named_parameters(remove_duplicate=False))
    for name, mask in masks.items():
        if name not in parameters:
            raise UserError(
                f"the masks do not fit {type(model).__name__}: it has no parameter {name!r}, "
                f"expected some of {', '.join(parameters)}"
            )
        weight = parameters[name]
        if mask.dtype != torch.bool:
            raise UserError(
                f"the mask of {name!r} has type {mask.dtype}: expected bool, True where a weight "
                "is kept"
            )
        if mask.shape != weight.shape:
            raise UserError(
                f"the mask of {name!r} has shape {tuple(mask.shape)}, the parameter "
                f"{tuple(weight.shape)}: expected masks of the same model"
            )
        if mask.device != weight.device:
            raise UserError(
                f"the mask of {name!r} is on {mask.device}, the parameter on {weight.device}: move "
                "one"
            )


@torch.no_grad()
def apply(model: nn.Module, masks: Masks) -> None:
    """Set to zero, in place, what `masks` do not keep; UserError as `check`."""
    check(model, masks)
    owner = owner_of(model, masks)
    refuse_inference({name: owner.get_parameter(name) for name in masks})
    for name, mask in masks.items():
        owner.get_parameter(name).masked_fill_(~mask, 0.0)


def kept(masks: Masks) -> int:
    """Return how many weights are kept."""
    return sum(counts(masks).values())


def total(masks: Masks) -> int:
    """Return how many weights there are, kept or not."""
    return sum(sizes(masks).values())


def density(masks: Masks) -> float:
    """Return the share of weights that is kept."""
    return kept(masks) / total(masks)


def shuffle(masks: Masks, generator: torch.Generator, scope: str = "layer") -> Masks:
    """Return `masks` in random order, within each layer or over the whole network.

    `scope`: 'layer' or 'global'. As many weights are kept as before, in each layer or in all, and
    not the same ones unless there is no other choice. Masks of biases stay as they are.
    """
    if scope not in ("layer", "global"):
        raise UserError(f"expected scope 'layer' or 'global', got {scope!r}")
    if scope == "layer":
        return map_weights(lambda _, mask: _permuted(mask, generator), masks)
    weights = weights_of(masks)
    flat = _permuted(torch.cat([mask.flatten().cpu() for mask in weights.values()]), generator)
    parts = torch.split(flat, [mask.numel() for mask in weights.values()])
    return masks | {
        name: part.view(mask.shape).to(mask.device)
        for (name, mask), part in zip(weights.items(), parts, strict=True)
    }


def random_like(masks: Masks, generator: torch.Generator) -> Masks:
    """Return random masks that keep as many weights of each layer as `masks`: a control.

    Masks of biases stay as they are.
    """
    return map_weights(lambda _, mask: _drawn(mask, generator), masks)


def _permuted(mask: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Return `mask` with its values in random order; another order than before if there is one."""
    while True:
        order = torch.randperm(mask.numel(), generator=generator).to(mask.device)
        new = mask.flatten()[order].view(mask.shape)
        if mask.all() or not mask.any() or not torch.equal(new, mask):
            return new


def _drawn(mask: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    new = torch.zeros(mask.numel(), dtype=torch.bool)
    new[torch.randperm(mask.numel(), generator=generator)[: int(mask.sum())]] = True
    return new.view(mask.shape).to(mask.device)
