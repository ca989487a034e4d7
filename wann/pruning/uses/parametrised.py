"""Weights that are computed from parameters, and whether zeros in those are zeros in the weight.

`torch.nn.utils.parametrize` and the hooks before it make a layer's weight anew in each forward
pass: normalised by `weight_norm`, orthogonal, or whatever a user registers. A mask on what it is
computed from prunes the weight only where every zero stays a zero, whatever the other numbers are:
weight normalisation only scales, an orthogonal matrix mixes. That is tried on random numbers.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from torch.nn.utils.prune import BasePruningMethod
from torch.nn.utils.spectral_norm import SpectralNorm
from torch.nn.utils.weight_norm import WeightNorm

from wann.network.torch_module import nn, torch
from wann.pruning.forward import copy_model
from wann.pruning.torch_random import in_use

_DRAWS = 4
PRUNED_ELSEWHERE = "torch.nn.utils.prune"
_HOOKS: tuple[Any, ...] = (
    WeightNorm,
    SpectralNorm,
    BasePruningMethod,
)


class Made(NamedTuple):
    """A weight that a module computes, and the names of the parameters that it is computed from."""

    module: str
    weight: str
    sources: tuple[str, ...]
    by: str  # what makes it


def made_weights(model: nn.Module) -> list[Made]:
    """Return the weights of modules that are computed by parametrisations or by hooks."""
    found = []
    for prefix, module in model.named_modules():
        start = f"{prefix}." if prefix else ""
        parametrisations: Any = getattr(module, "parametrizations", None)
        if nn.utils.parametrize.is_parametrized(module):
            for weight, steps in parametrisations.items():
                place = f"{start}parametrizations.{weight}"
                inside = tuple(f"{place}.{name}" for name, _ in steps.named_parameters())
                by = " and ".join(type(step).__name__.strip("_") for step in steps)
                found.append(Made(prefix, weight, inside, by))
        for hook in _hooks(module):
            weight = getattr(hook, "name", None) or hook._tensor_name
            own = [name for name, _ in module.named_parameters(recurse=False)]
            inside = tuple(start + name for name in own if name.startswith(f"{weight}_"))
            found.append(Made(prefix, weight, inside, _maker(hook)))
    return found


def effective(model: nn.Module, made: Made) -> torch.Tensor:
    """Return the weight that a module computes from the present parameters."""
    module: Any = model.get_submodule(made.module)
    for hook in _hooks(module):
        hook(module, ())
    weight: torch.Tensor = getattr(module, made.weight)
    return weight


def keeps_zeros(model: nn.Module, made: Made, name: str) -> bool:
    """Return whether zeros of the parameter `name` are the zeros of the weight that is made."""
    module = copy_model(model.get_submodule(made.module)).eval()
    start = f"{made.module}." if made.module else ""
    sources = [source.removeprefix(start) for source in made.sources]
    alone = made._replace(module="")
    own = name.removeprefix(start)
    with in_use(module):
        return zeros_stay(module, own, sources, lambda: [effective(module, alone).detach()])


def zeros_stay(
    model: nn.Module,
    name: str,
    sources: Iterable[str],
    compute: Callable[[], Sequence[torch.Tensor]],
) -> bool:
    """Return whether what `compute` returns is zero just where the parameter `name` is.

    Random numbers from 0.5 to 1.5, of either sign, are put into `sources` of `model`, the
    parameters that it is computed from. Half of those of `name` are zero, and all that lead into
    the first unit: there a normalisation by the unit's own weights divides by zero. A place that is
    zero for numbers of both signs is no weight either.
    """
    chance = torch.Generator().manual_seed(0)
    parameter = model.get_parameter(name)
    for _ in range(_DRAWS):
        mask = torch.rand(parameter.shape, generator=chance).to(parameter.device) < 0.5
        if len(mask) > 1:
            mask[0] = False
        for source in {*sources, name}:
            values = model.get_parameter(source).data
            drawn = torch.rand(values.shape, generator=chance) * 2.0 - 1.0
            values.copy_(drawn + 0.5 * drawn.sign())
        parameter.data.masked_fill_(~mask, 0.0)
        used = torch.zeros_like(mask)
        for sign in (1.0, -1.0):
            parameter.data.mul_(sign)
            for weight in (found := compute()):
                if weight.shape != mask.shape or bool(weight[~mask].any()):
                    return False
                used |= weight != 0
            if not found:
                return False
        if not bool(used[mask].all()):
            return False
    return True


def _maker(hook: Any) -> str:
    return PRUNED_ELSEWHERE if isinstance(hook, BasePruningMethod) else type(hook).__name__


def _hooks(module: nn.Module) -> list[Any]:
    return [hook for hook in module._forward_pre_hooks.values() if isinstance(hook, _HOOKS)]
