"""What keeps pruned weights at zero while a model is trained.

Gradients are masked before a step of the optimizer, weights after it. No parameter is renamed, no
module is replaced, and no hook stays behind. With masked gradients the
optimizer's state of pruned weights stays zero, too, so that momentum, weight decay and Adam's
estimates revive nothing.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError
from wann.kernels.jit import kernel
from wann.network.torch_module import nn, torch
from wann.pruning.forward import owner_of
from wann.pruning.masks import Masks, check
from wann.pruning.torch_modes import refuse_inference

_WHOLE = {1: torch.int8, 2: torch.int16, 4: torch.int32, 8: torch.int64}  # by their bytes


class _Link(NamedTuple):
    """Where a module keeps one of its own parameters or modules, and what was found there."""

    place: Any  # a dictionary of the module
    key: str
    member: object


class _Memory(NamedTuple):
    """Where the numbers of a parameter lie, and as what; numbers that lie elsewhere are others."""

    address: int
    shape: torch.Size
    dtype: torch.dtype
    contiguous: bool


class Hold:
    """Keeps the weights that `masks` prune at zero. Dense parameters cost nothing.

    What is pruned becomes zero whatever it was, NaN and infinities too.

    In the CPU's memory a kernel of ours reads masks of a byte a weight: half of what multiplying by
    masks of floats costs, as this is bound by memory. Before each use it is asked whether all
    parameters are still where they were: `load_state_dict(assign=True)`, `share_memory()`,
    `to(...)`, `half()`, a new `data` or another parameter in the place of one move them, and then
    the masks hold for what is there now.
    """

    def __init__(self, model: nn.Module, masks: Masks) -> None:
        """Raise UserError if the masks do not fit."""
        check(model, masks)
        self._model = model
        self._masks = {name: mask for name, mask in masks.items() if not bool(mask.all())}
        self._bind()

    def gradients(self) -> None:
        """Set the gradients of pruned weights to zero; UserError if the model no longer fits."""
        self._follow()
        for name, parameter, kept in zip(self._own_names, self._own, self._own_kept, strict=True):
            if parameter.grad is not None:
                _clear_gradient(name, parameter.grad, kept)
        pairs = [
            (_dense(name, p.grad), kept)
            for name, p, kept in zip(self._other_names, self._other, self._other_kept, strict=True)
            if p.grad is not None
        ]
        _clear_all([gradient for gradient, _ in pairs], [kept for _, kept in pairs])

    def weights(self) -> None:
        """Set pruned weights to zero; UserError if the model no longer fits."""
        self._follow()
        for values, kept in zip(self._own_values, self._own_kept, strict=True):
            _clear(values, kept)
        _clear_all([parameter.detach() for parameter in self._other], self._other_kept)

    def _follow(self) -> None:
        """Look for the parameters anew if one of them, or its memory, is not what it was."""
        if not all(map(_lies_at, self._bound, self._memories)) or _is_changed(self._links):
            self._bind()

    def _bind(self) -> None:
        """Find the parameters that masks are of, and the memory that they lie in."""
        model = owner_of(self._model, self._masks)
        has = dict(model.named_parameters(remove_duplicate=False))
        pruned = {
            name: mask.to(has[name].device) if name in has else mask
            for name, mask in self._masks.items()
        }
        check(model, pruned)
        refuse_inference({name: has[name] for name in pruned})
        self._own_names = [name for name in pruned if _is_plain(has[name])]
        self._own = [has[name] for name in self._own_names]
        self._own_kept = [pruned[name].cpu().numpy().reshape(-1) for name in self._own_names]
        self._own_values = [_flat(parameter.detach()) for parameter in self._own]
        self._other_names = [name for name in pruned if not _is_plain(has[name])]
        self._other = [has[name] for name in self._other_names]
        self._other_kept = [_as_bits(pruned[name], has[name]) for name in self._other_names]
        self._links = list(
            {(id(link.place), link.key): link for link in _links(model, pruned)}.values()
        )
        self._bound = [has[name] for name in pruned]
        self._memories = [_memory(parameter) for parameter in self._bound]


def _links(model: nn.Module, names: Masks) -> list[_Link]:
    """Return all that is looked up on the way from `model` to the parameters called `names`."""
    found = []
    for name in names:
        module: Any = model
        *path, last = name.split(".")
        for part in path:
            found.append(_Link(module._modules, part, module._modules[part]))
            module = module._modules[part]
        found.append(_Link(module._parameters, last, module._parameters[last]))
    return found


def _is_changed(links: list[_Link]) -> bool:
    return any(key not in place or place[key] is not member for place, key, member in links)


def _memory(parameter: torch.Tensor) -> _Memory:
    return _Memory(
        parameter.data_ptr(), parameter.shape, parameter.dtype, parameter.is_contiguous()
    )


def _lies_at(parameter: torch.Tensor, memory: _Memory) -> bool:
    """Return whether a parameter has this memory still; asked twice in each step of training."""
    address, shape, dtype, contiguous = memory
    return (
        parameter.data_ptr() == address
        and parameter.dtype is dtype
        and parameter.shape == shape
        and parameter.is_contiguous() == contiguous
    )


def _is_plain(parameter: nn.Parameter) -> bool:
    plain = parameter.device.type == "cpu" and parameter.dtype in (torch.float32, torch.float64)
    return plain and parameter.is_contiguous()


def _flat(values: torch.Tensor) -> NDArray[Any]:
    """Return `values` as a flat array on the same memory."""
    return values.view(-1).numpy()


def _dense(name: str, gradient: torch.Tensor) -> torch.Tensor:
    if gradient.layout != torch.strided:
        raise UserError(
            f"the gradient of {name!r} is sparse, and masks hold for dense ones: expected a layer "
            "without sparse=True, or protect it"
        )
    return gradient.detach()


def _as_bits(kept: torch.Tensor, parameter: torch.Tensor) -> torch.Tensor:
    """Return a mask as whole numbers of the size of a parameter's, laid out as those are."""
    values = _real(parameter.detach())
    bits = torch.empty_like(values, dtype=_WHOLE[values.element_size()])
    return bits.copy_(kept[..., None] if parameter.is_complex() else kept)


def _real(values: torch.Tensor) -> torch.Tensor:
    return torch.view_as_real(values) if values.is_complex() else values


def _clear_all(values: list[torch.Tensor], kept: list[torch.Tensor]) -> None:
    """Set values to zero where they are not kept, many tensors at once.

    Their bits are multiplied, as whole numbers, by 0 or 1: a product of floats would keep NaN.
    """
    if values:
        bits = [_real(part).view(one.dtype) for part, one in zip(values, kept, strict=True)]
        torch._foreach_mul_(bits, kept)


def _clear_gradient(name: str, gradient: torch.Tensor, kept: NDArray[np.bool_]) -> None:
    gradient = _dense(name, gradient)
    if gradient.is_contiguous():
        _clear(_flat(gradient), kept)
    else:  # laid out in another order than its parameter, as user's code may do
        gradient.masked_fill_(~torch.from_numpy(kept).view(gradient.shape), 0.0)


@kernel
def _clear(values: NDArray[Any], kept: NDArray[np.bool_]) -> None:
    """Set `values` (n,) to zero where they are not kept.

    Values are chosen rather than multiplied by zero, so that NaN becomes zero, too.
    """
    for i in range(len(values)):
        values[i] = values[i] if kept[i] else values.dtype.type(0)
