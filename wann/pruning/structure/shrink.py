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
from wann.pruning.forward import Examples, Inputs, call, tensors_in
from wann.pruning.masks import Masks, check
from wann.pruning.structure.channels import Channels, channels_of
from wann.pruning.structure.graph import (
    Flags,
    Graph,
    Kind,
    TracedStep,
    masked_copy,
)
from wann.pruning.structure.held import Held, find_held, unfollowed
from wann.pruning.structure.sizes import batches, larger
from wann.pruning.structure.trace import in_doubles, run_on
from wann.pruning.torch_modes import in_own_modes
from wann.pruning.torch_random import in_use
from wann.pruning.uses.layers import TRANSPOSED, layouts

TOLERANCE = 1e-5  # of the outputs, relative to the largest where that is above 1


_ROUNDINGS = 8  # by how many units in the last place outputs in few bits may be apart
_PARTS = {Kind.LAYER, Kind.SEPARATE, Kind.NORM}  # that have parameters to cut


class Small(NamedTuple):
    """A model made smaller, and what held it back."""

    model: nn.Module
    held: tuple[Held, ...]
    masks: Masks  # cut as the model is, so that what is pruned of it can be held at zero


def shrink(model: nn.Module, masks: Masks, example: Examples) -> nn.Module:
    """Return a smaller copy of `model`, for use rather than training, with equal outputs.

    `model` is left as it is. The names of parameters stay, their shapes shrink; a layer that takes
    up a constant and had no bias gets one. What could not be removed is in the attribute `held` of
    the copy, a tuple of `Held`: layer, channels and reason. `example`: a batch of inputs on which
    the outputs are compared, as they are for one example alone, and for other numbers and sizes
    that the model takes. UserError if the model cannot be traced, or if the outputs differ by more
    than 1e-5.
    """
    small = shrink_and_say(model, masks, example)
    object.__setattr__(small.model, "held", small.held)  # beside the modules and parameters
    return small.model


@in_own_modes()
def shrink_and_say(model: nn.Module, masks: Masks, example: Examples) -> Small:
    """Return what `shrink` returns, what held it back, and the masks of what is left."""
    _check_example(example)
    check(model, masks)
    masked = masked_copy(model, masks)
    others = [*batches(masked, example), *larger(masked, example)]
    small = _cut(model, masks, example)
    try:
        for other in others:
            _compare(masked, small.model, other)
        return small
    except UserError:
        # What a constant is depends on the size of the inputs, where borders are padded or all
        # places are added up; but not if it is zero
        small = _cut(model, masks, example, zeros_alone=True)
    for other in others:
        _compare(masked, small.model, other)
    return small


def _check_example(example: Examples) -> None:
    """Raise UserError unless there are examples, and some of them."""
    tensors = example.tensors if isinstance(example, Inputs) else [example]
    if not all(isinstance(t, torch.Tensor) and t.ndim and len(t) for t in tensors):
        came = example.shape if hasattr(example, "shape") else type(example).__name__
        raise UserError(f"example: expected a batch of inputs, a tensor (n, ...), got {came}")


def _cut(model: nn.Module, masks: Masks, example: Examples, zeros_alone: bool = False) -> Small:
    channels = channels_of(model, masks, example, zeros_alone)
    graph = channels.graph
    small: nn.Module = copy.deepcopy(graph.model)
    left = {name: mask.clone() for name, mask in masks.items()}
    done = set[str]()
    with torch.no_grad():
        for number, step in enumerate(graph.steps):
            if step.module in done or step.kind not in _PARTS:
                continue
            done.add(step.module)
            part = small.get_submodule(step.module)
            _CUTS[step.kind](part, graph, number, channels)
            _cut_masks(left, part, step, channels, number)
    if _tolerance(model) > TOLERANCE and next(graph.model.parameters()).dtype is torch.float64:
        _compare(graph.model, small, in_doubles(example))  # where nothing is rounded
    _with_types_of(model, small)
    _compare(masked_copy(model, masks), small, example)
    held = find_held(channels)
    return Small(small, held + unfollowed(graph, masks, held, layouts(model)), left)


def _with_types_of(model: nn.Module, small: nn.Module) -> None:
    """Give the parameters and buffers of `small` the types that they have in `model`, in place."""
    types = {
        name: value.dtype
        for name, value in (*model.named_parameters(), *model.named_buffers())
        if value.is_floating_point()
    }
    usual = next(iter(types.values()), torch.float32)
    parts = [*small.named_parameters(remove_duplicate=False)]
    for name, value in (*parts, *small.named_buffers(remove_duplicate=False)):
        if value.is_floating_point():
            value.data = value.data.to(types.get(name, usual))


def _cut_layer(layer: Any, graph: Graph, number: int, channels: Channels) -> None:
    step = graph.steps[number]
    source = step.sources[0]
    inputs, outputs = _features(channels, source), channels.remaining(number)
    assert step.given is not None
    folded = ~inputs & ~_each(channels.alive[source], graph.steps[source].width)
    shape = [1] * step.given.ndim
    shape[step.axis] = -1
    constants = step.given * folded.reshape(shape)
    if isinstance(layer, nn.Linear):
        added = nn.functional.linear(constants, layer.weight).flatten(0, -2)[0]
        layer.in_features, layer.out_features = int(inputs.sum()), int(outputs.sum())
    else:
        bias, layer.bias = layer.bias, None
        added = layer(constants)[0].flatten(1).mean(1)
        layer.bias = bias
        layer.in_channels, layer.out_channels = int(inputs.sum()), int(outputs.sum())
    if layer.bias is not None:
        layer.bias = _parameter(layer.bias + added, outputs, layer.bias)
    elif bool(added[outputs].any()):
        layer.bias = _parameter(added, outputs, layer.weight)
    weight = layer.weight
    layer.weight = nn.Parameter(
        _chosen(layer, weight, inputs, outputs).clone(), weight.requires_grad
    )


def _cut_separate(layer: Any, graph: Graph, number: int, channels: Channels) -> None:
    remain = channels.remaining(number)
    layer.in_channels = layer.out_channels = layer.groups = int(remain.sum())
    layer.weight = _parameter(layer.weight, remain, layer.weight)
    if layer.bias is not None:
        layer.bias = _parameter(layer.bias, remain, layer.bias)


def _cut_norm(norm: Any, graph: Graph, number: int, channels: Channels) -> None:
    features = _features(channels, number)
    if isinstance(norm, nn.PReLU):
        norm.num_parameters = int(features.sum())
    else:
        norm.num_features = int(features.sum())
    for name, values in (*norm.named_parameters(), *norm.named_buffers()):
        if values.shape == features.shape:
            is_own = isinstance(values, nn.Parameter)
            setattr(
                norm, name, _parameter(values, features, values) if is_own else values[features]
            )


def _cut_masks(masks: Masks, part: Any, step: TracedStep, channels: Channels, number: int) -> None:
    """Cut the masks of one module as its parameters are cut, in place."""
    for name, values in part.named_parameters():
        whole = f"{step.module}.{name}"
        mask = masks.get(whole)
        if mask is None:
            continue
        own = _features(channels, number).to(mask.device)
        if step.kind is Kind.LAYER and mask.ndim > 1:
            mask = _chosen(part, mask, _features(channels, step.sources[0]).to(mask.device), own)
        else:
            mask = mask[own]
        # A bias that was pruned is at work again where a constant was folded into it
        masks[whole] = mask | (values != 0).to(mask.device) if mask.ndim == 1 else mask.clone()


def _features(channels: Channels, number: int) -> Flags:
    """Return which features of a step remain: those of each channel, where it has several."""
    return _each(channels.remaining(number), channels.graph.steps[number].width)


def _each(flags: Flags, width: int) -> Flags:
    return flags.repeat_interleave(width)


def _chosen(layer: Any, values: torch.Tensor, inputs: Flags, outputs: Flags) -> torch.Tensor:
    """Return what joins the chosen inputs and outputs in a weight of `layer`, or its mask."""
    if isinstance(layer, TRANSPOSED):
        return values[inputs][:, outputs]
    return values[outputs][:, inputs]


def _parameter(values: torch.Tensor, chosen: Flags, like: nn.Parameter) -> nn.Parameter:
    return nn.Parameter(values[chosen].detach().clone(), like.requires_grad)


_CUTS: dict[Kind, Callable[[Any, Graph, int, Channels], None]] = {
    Kind.LAYER: _cut_layer,
    Kind.SEPARATE: _cut_separate,
    Kind.NORM: _cut_norm,
}


def _compare(model: nn.Module, small: nn.Module, example: Examples) -> None:
    expected = run_on(model, example)
    with in_use(small):
        try:
            found = call(small, example)
        except RuntimeError as problem:  # sizes written out in somebody's forward
            raise UserError(
                f"{type(model).__name__} cannot be made smaller: {explain(problem)[:200]}; "
                "expected a forward that takes sizes from its tensors, as x.flatten(1) does"
            ) from None
    for a, b in zip(tensors_in(expected), tensors_in(found), strict=True):
        if not a.numel():
            continue
        if not bool(a.isfinite().all()):
            raise UserError(
                f"{type(model).__name__} returns nan or infinities for the example: expected one "
                "for which outputs can be compared"
            )
        limit = _tolerance(model) * max(1.0, float(a.abs().max()))
        apart = float((a - b).abs().max()) if a.shape == b.shape else float("inf")
        if not apart <= limit:
            raise UserError(
                f"{type(model).__name__} cannot be made smaller: its outputs for a batch of "
                f"{len(example)} would change by {apart:.3g}, more than {limit:.3g}; use the "
                "masked model"
            )


def _tolerance(model: nn.Module) -> float:
    """Return how far outputs may be apart: more where types of few bits round what is added up."""
    types = {p.dtype for p in model.parameters() if p.is_floating_point()}
    return max([TOLERANCE, *(_ROUNDINGS * torch.finfo(t).eps for t in types if t.itemsize < 4)])
