"""Making a pruned model really smaller.

Units and channels that do nothing are removed, and constants are folded into biases. A unit is
removed if no output hears it, or if it hears no input: what it says is then a constant,
even if it is not zero (act(bias)), and goes into the biases behind it. Zero padding makes a
constant channel look different at the borders of the next convolution: there it is folded only if
what it adds is the same everywhere, else it is kept. Tensors that are added up (residual networks)
keep the same channels. Inputs and outputs stay as they are.

A library of structured pruning removes groups of channels that one names, but knows no constants;
finding the groups is the smaller part, done in `graph`.
"""

import copy
import math
from typing import Any

from wann.errors import UserError, explain
from wann.network.torch_module import nn, torch
from wann.pruning.masks import Masks
from wann.pruning.structure.graph import (
    Flags,
    Graph,
    Kind,
    TracedStep,
    by_channel,
    heard_by_outputs,
    heard_from_inputs,
    masked_copy,
)
from wann.pruning.structure.trace import trace

TOLERANCE = 1e-5  # of the outputs, relative to the largest where that is above 1
_UNIFORM = 1e-12  # how far sums in float64 may be apart, of the largest, to be called equal
_AT_ONCE = 32  # channels
_CONVOLUTIONS: dict[int, Any] = {
    3: nn.functional.conv1d,
    4: nn.functional.conv2d,
    5: nn.functional.conv3d,
}


def shrink(model: nn.Module, masks: Masks, example: torch.Tensor) -> nn.Module:
    """Return a smaller copy of `model`, for use rather than training, with equal outputs.

    `model` is left as it is. The names of parameters stay, their shapes shrink; a layer that takes
    up a constant and had no bias gets one. `example`: a batch of inputs on which the outputs are
    compared. UserError if the model cannot be traced, or if the outputs differ by more than 1e-5.
    """
    graph = trace(model, masks, example)
    alive = heard_from_inputs(graph)
    remaining = _remaining(graph, alive)
    small: nn.Module = copy.deepcopy(graph.model)
    with torch.no_grad():
        for number, step in enumerate(graph.steps):
            if step.kind is Kind.LAYER:
                _cut_layer(small.get_submodule(step.module), graph, number, alive, remaining)
            elif step.kind is Kind.NORM:
                _cut_norm(
                    small.get_submodule(step.module), _features(remaining[number], step.width)
                )
    dtypes = {name: value.dtype for name, value in model.state_dict().items()}
    small = small.to(next((d for d in dtypes.values() if d.is_floating_point), torch.float32))
    _compare(masked_copy(model, masks), small, example)
    return small


def _remaining(graph: Graph, alive: list[Flags]) -> list[Flags]:
    """Return for each step which of its channels remain.

    At least one does: there are no empty layers.
    """
    space = _spaces(graph)
    fixed = _fixed(graph, space)
    remaining = [
        torch.ones(step.channels, dtype=torch.bool, device=alive[0].device) for step in graph.steps
    ]
    while True:
        used = heard_by_outputs(graph, remaining)
        needed = {s: torch.zeros_like(remaining[s]) for s in set(space)}
        for number in graph.layers:
            source = graph.steps[number].sources[0]
            needed[space[source]] |= _needed_by(graph, number, alive[source], used[number])
        for s, flags in needed.items():
            if s in fixed:
                flags[:] = True
            # What is needed can only become less, as fewer units that need it remain
            flags &= remaining[s]
            if len(flags) and not flags.any():
                flags[remaining[s].nonzero()[0]] = True
        if all(torch.equal(needed[space[i]], remaining[i]) for i in range(len(space))):
            return remaining
        remaining = [needed[space[i]] for i in range(len(space))]


def _needed_by(graph: Graph, number: int, alive: Flags, used: Flags) -> Flags:
    """Return which input channels of a layer its `used` outputs need.

    A channel is needed if a weight leads from it, unless it is a constant that can be folded.
    """
    step = graph.steps[number]
    wanted = (
        by_channel(graph.weight(step), graph.steps[step.sources[0]].width) & used[:, None]
    ).any(0)
    return wanted & ~_foldable(graph, step, wanted & ~alive, used)


def _foldable(graph: Graph, step: TracedStep, constant: Flags, used: Flags) -> Flags:
    """Return which of the `constant` input channels can be folded into biases.

    What they add must be the same at every position of each `used` output channel.
    """
    layer: Any = graph.model.get_submodule(step.module)
    assert step.given is not None
    if isinstance(layer, nn.Linear) or not constant.any() or not used.any():
        return constant
    foldable = constant.clone()
    convolve = _CONVOLUTIONS[step.given.ndim]
    for channels in torch.split(constant.nonzero().flatten(), _AT_ONCE):
        # One group for each channel, which gives what each adds to each output, apart from the
        # others.
        kernels = layer.weight.detach()[used][:, channels].transpose(0, 1).flatten(0, 1)[:, None]
        added = convolve(
            step.given[:, channels],
            kernels,
            None,
            layer.stride,
            layer.padding,
            layer.dilation,
            len(channels),
        )
        apart = added.reshape(len(channels), -1, math.prod(added.shape[2:]))
        spread, size = apart.amax(2) - apart.amin(2), apart.abs().amax(2)
        foldable[channels] = (spread <= _UNIFORM * size).all(1)
    return foldable


def _spaces(graph: Graph) -> list[int]:
    """Return for each step the first one that has the same channels.

    What is added up shares its channels, and what works on each channel alone.
    """
    first = list(range(len(graph.steps)))

    def find(number: int) -> int:
        while first[number] != number:
            number = first[number]
        return number

    for number, step in enumerate(graph.steps):
        if step.kind in (Kind.SAME, Kind.NORM):
            for source in step.sources:
                a, b = sorted((find(number), find(source)))
                first[b] = a
    return [find(number) for number in range(len(graph.steps))]


def _fixed(graph: Graph, space: list[int]) -> set[int]:
    """Return the spaces whose channels all remain.

    They are those of inputs and outputs, and of what opaque steps give and take.
    """
    opaque = [n for n, step in enumerate(graph.steps) if step.kind in (Kind.INPUT, Kind.OPAQUE)]
    taken = [source for n in opaque for source in graph.steps[n].sources]
    return {space[n] for n in (*opaque, *taken, *graph.outputs)}


def _cut_layer(
    layer: Any, graph: Graph, number: int, alive: list[Flags], remaining: list[Flags]
) -> None:
    step = graph.steps[number]
    source = step.sources[0]
    width = graph.steps[source].width
    inputs, outputs = _features(remaining[source], width), remaining[number]
    assert step.given is not None
    folded = _features(~remaining[source] & ~alive[source], width)
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


def _cut_norm(norm: Any, features: Flags) -> None:
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


def _features(flags: Flags, width: int) -> Flags:
    return flags.repeat_interleave(width)


def _compare(model: nn.Module, small: nn.Module, example: torch.Tensor) -> None:
    with torch.no_grad():
        expected = model(example)
        try:
            found = small(example)
        except RuntimeError as problem:  # sizes written out in somebody's forward
            raise UserError(
                f"{type(model).__name__} cannot be made smaller: {explain(problem)[:200]}; "
                "expected a forward that takes sizes from its tensors, as x.flatten(1) does"
            ) from None
    pairs = (
        [(expected, found)]
        if isinstance(expected, torch.Tensor)
        else list(zip(expected, found, strict=True))
    )
    for a, b in pairs:
        limit = TOLERANCE * max(1.0, float(a.abs().max()))
        apart = float((a - b).abs().max()) if a.shape == b.shape else float("inf")
        if not apart <= limit:
            raise UserError(
                f"{type(model).__name__} cannot be made smaller: its outputs would change by "
                f"{apart:.3g}, more than {limit:.3g}; use the masked model"
            )
