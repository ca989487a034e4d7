"""Layers of the user's own class: convolutions that pad by themselves, and such.

A class that is derived from a layer of PyTorch and computes in a way of its own may still be that
layer: each weight multiplies what comes in at one input channel, for one output channel. That is
tried on what the model gives it, and such a layer is cut as any other.
"""

from typing import Any

from wann.network.torch_module import nn, torch
from wann.pruning.forward import Examples, call
from wann.pruning.torch_random import in_use
from wann.pruning.uses.layers import has_own_forward, with_weight

_TRIED = 16  # channels on either side that a convolution is tried on
_MORE = 4.0  # a power of two, so that products of parts are the same to the bit
_ALIKE = 1e-4  # how far outputs may be apart, as a share of the largest


def own_layers(model: nn.Module, some: Examples) -> frozenset[str]:
    """Return the names of layers with a forward of their own that do what such a layer does.

    `some`: inputs of the model, which is run on them if there are such layers.
    """
    doubtful = {name: part for name, part in model.named_modules() if has_own_forward(part)}
    if not doubtful:
        return frozenset()
    given: dict[str, Any] = {}
    handles = [
        part.register_forward_pre_hook(
            lambda _, args, named, name=name: given.update({name: (*args, *named.values())}),
            with_kwargs=True,
        )
        for name, part in doubtful.items()
    ]
    try:
        with in_use(model):
            call(model, some)
            found = [name for name, args in given.items() if _is_layer(doubtful[name], args)]
    finally:
        for handle in handles:
            handle.remove()
    return frozenset(found)


def added_apart(
    layer: Any, given: torch.Tensor, channels: torch.Tensor, used: torch.Tensor
) -> torch.Tensor:
    """Return what each of some input channels of a convolution adds to each of some outputs.

    The outputs (batch, channels x used, ...) are those of the layer's own forward on groups of a
    single channel.

    Args:
        layer: a convolution without groups.
        given: the values of `channels` alone (batch, channels, ...).
        channels: their numbers.
        used: numbers, or flags, of output channels.
    """
    kernels = layer.weight.detach()[used][:, channels].transpose(0, 1).flatten(0, 1)[:, None]
    added: torch.Tensor = _with(layer, kernels, len(channels))(given)
    return added


def _with(layer: Any, weight: torch.Tensor, groups: int) -> Any:
    """Return the forward of a convolution with other weights, in groups, without its bias."""
    other = with_weight(layer, weight)
    other.groups, other.in_channels, other.out_channels = groups, groups, len(weight)
    return other.forward


def _is_layer(layer: Any, args: tuple[Any, ...]) -> bool:
    if len(args) != 1 or not isinstance(args[0], torch.Tensor):
        return False
    (x,) = args
    try:
        if isinstance(layer, nn.Linear):
            return _alike(layer(x), nn.functional.linear(x, layer.weight, layer.bias))
        return _is_convolution(layer, x)
    except Exception:  # whatever somebody's code raises: then it is taken apart as other code
        return False


def _is_convolution(layer: Any, x: torch.Tensor) -> bool:
    """Whether a few channels add what they add apart, and nothing else but the bias.

    Apart they are given a part of what they are, and multiply it by more, which has to come to the
    same: whoever computes the weights from others, or looks at the whole image, is no such layer.
    """
    chance = torch.Generator().manual_seed(0)
    inputs = _some(x.shape[1], chance)
    bias = 0.0 if layer.bias is None else layer.bias.view([1, -1] + [1] * (x.ndim - 2))
    few = torch.zeros_like(x)
    few[:, inputs] = x[:, inputs]
    together, part = layer(few) - bias, x[:, inputs] / _MORE
    if layer.groups == layer.in_channels == layer.out_channels > 1:
        alone = _with(layer, layer.weight[inputs] * _MORE, len(inputs))(part)
        return _alike(together[:, inputs], alone)
    if layer.groups != 1:
        return False
    outputs = _some(len(layer.weight), chance)
    more = with_weight(layer, layer.weight * _MORE)
    apart = added_apart(more, part, inputs, outputs)
    each = apart.reshape(len(x), len(inputs), len(outputs), *apart.shape[2:])
    return _alike(together[:, outputs], each.sum(1))


def _some(channels: int, chance: torch.Generator) -> torch.Tensor:
    """Return the numbers of a few channels, at most half of them, but one at least."""
    count = min(max(channels // 2, 1), _TRIED)
    return torch.randperm(channels, generator=chance)[:count].sort().values


def _alike(one: torch.Tensor, other: torch.Tensor) -> bool:
    if one.shape != other.shape:
        return False
    return float((one - other).abs().max()) <= _ALIKE * max(1e-6, float(one.abs().max()))
