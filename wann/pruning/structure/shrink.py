"""Making a pruned model really smaller.

Units and channels that do nothing are removed, and constants are folded into biases. A unit is
removed if no output hears it, or if it hears no input: what it says is then a constant,
even if it is not zero (act(bias)), and goes into the biases behind it. Zero padding makes a
constant channel look different at the borders of the next convolution: there it is folded only if
what it adds is the same everywhere, else it is kept. Tensors that are added up (residual networks)
keep the same channels. Inputs and outputs stay as they are. What held the rest is said, in `held`.

A library of structured pruning removes groups of channels that one names, but knows no constants;
finding the groups is the smaller part, done in `channels`.
"""

import copy
from collections.abc import Callable
from typing import Any, NamedTuple

from wann.errors import UserError, explain
from wann.network.torch_module import nn, torch
from wann.pruning.forward import Examples, call, tensors_in
from wann.pruning.masks import Masks
from wann.pruning.structure.channels import Channels
from wann.pruning.structure.graph import Flags, Graph, Kind, heard_from_inputs, masked_copy
from wann.pruning.structure.held import Held, find_held
from wann.pruning.structure.trace import trace

TOLERANCE = 1e-5  # of the outputs, relative to the largest where that is above 1


class Small(NamedTuple):
    """A model made smaller, and what held it back."""

    model: nn.Module
    held: tuple[Held, ...]


def shrink(model: nn.Module, masks: Masks, example: Examples) -> nn.Module:
    """Return a smaller copy of `model`, for use rather than training, with equal outputs.

    `model` is left as it is. The names of parameters stay, their shapes shrink; a layer that takes
    up a constant and had no bias gets one. What could not be removed is in the attribute `held` of
    the copy, a tuple of `Held`: layer, channels and reason. `example`: a batch of inputs on which
    the outputs are compared. UserError if the model cannot be traced, or if the outputs differ by
    more than 1e-5.
    """
    small, held = shrink_and_say(model, masks, example)
    object.__setattr__(small, "held", held)  # beside the modules and parameters
    return small


def shrink_and_say(model: nn.Module, masks: Masks, example: Examples) -> Small:
    """Return what `shrink` returns, and what held it back, as a pair."""
    graph = trace(model, masks, example)
    channels = Channels(graph, heard_from_inputs(graph))
    small: nn.Module = copy.deepcopy(graph.model)
    done = set[str]()
    with torch.no_grad():
        for number, step in enumerate(graph.steps):
            if step.module in done or step.kind not in _CUTS:
                continue
            done.add(step.module)
            _CUTS[step.kind](small.get_submodule(step.module), graph, number, channels)
    dtypes = {name: value.dtype for name, value in model.state_dict().items()}
    small = small.to(next((d for d in dtypes.values() if d.is_floating_point), torch.float32))
    _compare(masked_copy(model, masks), small, example)
    return Small(small, find_held(channels))


def _cut_layer(layer: Any, graph: Graph, number: int, channels: Channels) -> None:
    step = graph.steps[number]
    source = step.sources[0]
    width, remain = graph.steps[source].width, channels.remaining(source)
    inputs, outputs = remain.repeat_interleave(width), channels.remaining(number)
    assert step.given is not None
    folded = (~remain & ~channels.alive[source]).repeat_interleave(width)
    constants = step.given * folded.reshape(1, -1, *[1] * (step.given.ndim - 2))
    if isinstance(layer, nn.Linear):
        added = nn.functional.linear(constants, layer.weight)[0]
        layer.in_features, layer.out_features = int(inputs.sum()), int(outputs.sum())
    else:
        added = layer._conv_forward(constants, layer.weight, None)[0].flatten(1).mean(1)
        layer.in_channels, layer.out_channels = int(inputs.sum()), int(outputs.sum())
    if layer.bias is not None:
        layer.bias = _parameter(layer.bias + added, outputs, layer.bias)
    elif bool(added[outputs].any()):
        layer.bias = _parameter(added, outputs, layer.weight)
    layer.weight = nn.Parameter(
        layer.weight[outputs][:, inputs].clone(), layer.weight.requires_grad
    )


def _cut_separate(layer: Any, graph: Graph, number: int, channels: Channels) -> None:
    remain = channels.remaining(number)
    layer.in_channels = layer.out_channels = layer.groups = int(remain.sum())
    layer.weight = _parameter(layer.weight, remain, layer.weight)
    if layer.bias is not None:
        layer.bias = _parameter(layer.bias, remain, layer.bias)


def _cut_norm(norm: Any, graph: Graph, number: int, channels: Channels) -> None:
    features = channels.remaining(number).repeat_interleave(graph.steps[number].width)
    norm.num_features = int(features.sum())
    norm.running_mean, norm.running_var = (
        norm.running_mean[features].clone(),
        norm.running_var[features].clone(),
    )
    if norm.affine:
        norm.weight = _parameter(norm.weight, features, norm.weight)
        norm.bias = _parameter(norm.bias, features, norm.bias)


def _parameter(values: torch.Tensor, chosen: Flags, like: nn.Parameter) -> nn.Parameter:
    return nn.Parameter(values[chosen].detach().clone(), like.requires_grad)


_CUTS: dict[Kind, Callable[[Any, Graph, int, Channels], None]] = {
    Kind.LAYER: _cut_layer,
    Kind.SEPARATE: _cut_separate,
    Kind.NORM: _cut_norm,
}


def _compare(model: nn.Module, small: nn.Module, example: Examples) -> None:
    with torch.no_grad():
        expected = call(model, example)
        try:
            found = call(small, example)
        except RuntimeError as problem:  # sizes written out in somebody's forward
            raise UserError(
                f"{type(model).__name__} cannot be made smaller: {explain(problem)[:200]}; "
                "expected a forward that takes sizes from its tensors, as x.flatten(1) does"
            ) from None
    for a, b in zip(tensors_in(expected), tensors_in(found), strict=True):
        limit = TOLERANCE * max(1.0, float(a.abs().max()))
        apart = float((a - b).abs().max()) if a.shape == b.shape else float("inf")
        if not apart <= limit:
            raise UserError(
                f"{type(model).__name__} cannot be made smaller: its outputs would change by "
                f"{apart:.3g}, more than {limit:.3g}; use the masked model"
            )
