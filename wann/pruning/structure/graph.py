"""A model as a graph of channels: which are heard from the inputs, which are heard by the outputs.

Known are fully connected layers, on sequences too, whose features come last; convolutions without
groups or with a group for each channel, transposed ones; batch and instance norm; what works on
each channel alone (activations, pooling, dropout, sums over other dimensions); sums of tensors,
tensors one behind another, flattening, and channels that go to another dimension; also if the same
module is called more than once. Everything else is opaque: taken to need all it is given and to say
something everywhere, so that it is counted and kept whole, never wrongly cut. `trace` makes the
graph.
"""

from enum import Enum
from typing import Any, NamedTuple

from wann.network.torch_module import nn, torch
from wann.pruning.forward import copy_model
from wann.pruning.masks import Masks
from wann.pruning.uses.layers import TRANSPOSED

Flags = torch.Tensor  # (channels,) bool


class Kind(Enum):
    """What a step does with channels."""

    INPUT = "input"
    LAYER = "layer"  # fully connected or convolution, transposed too: mixes them
    NORM = "norm"  # batch or instance norm: scales each
    SEPARATE = "separate"  # a convolution with a group for each: filters each
    SAME = "same"  # each alone, without parameters; or the sum of tensors, channel by channel
    JOINED = "joined"  # those of all sources, one source behind the other
    OPAQUE = "opaque"


class TracedStep(NamedTuple):
    """One tensor of the graph, and how it comes about."""

    kind: Kind
    label: str  # what computes it, in lower case: relu, flatten, conv2d
    module: str  # name of the module, "" for a function
    sources: tuple[int, ...]  # steps it is computed from
    channels: int
    width: int  # features of a channel: more than one after flattening an image
    given: torch.Tensor | None = None  # what a layer got for the first example (1, ...)
    reason: str = ""  # why an opaque step is not understood
    call: Any = None  # the call in the traced graph, with its arguments
    axis: int = 1  # the dimension of the tensor that its channels are


class Graph(NamedTuple):
    """A traced model.

    `model` is a copy for use rather than training, its pruned weights zero, in float64 if it can.
    """

    model: nn.Module
    steps: list[TracedStep]
    outputs: tuple[int, ...]  # steps that are returned
    kept: Masks  # for the weights of each layer and separate filter: the mask, or all true
    called: frozenset[str]  # modules that are called, and parameters that a forward takes itself

    def weight(self, step: TracedStep) -> torch.Tensor:
        """Return which weights of a layer are kept: (outputs, inputs, ...)."""
        kept = self.kept[f"{step.module}.weight"]
        return kept.transpose(0, 1) if self.is_transposed(step) else kept

    def is_transposed(self, step: TracedStep) -> bool:
        """Whether a step is a transposed convolution, whose weight is (inputs, outputs, ...)."""
        return isinstance(self.model.get_submodule(step.module), TRANSPOSED)

    def uses(self, name: str) -> bool:
        """Whether the model calls the layer of a parameter, or something that it is inside of."""
        parts = name.split(".")
        return any(".".join(parts[:end]) in self.called for end in range(1, len(parts) + 1))

    @property
    def layers(self) -> list[int]:
        """The steps that are layers."""
        return [number for number, step in enumerate(self.steps) if step.kind is Kind.LAYER]


def masked_copy(model: nn.Module, masks: Masks) -> nn.Module:
    """Return a copy of `model` for use rather than training, its pruned weights zero."""
    model = copy_model(model).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name in masks:
                parameter.masked_fill_(~masks[name].to(parameter.device), 0.0)
    return model


def heard_from_inputs(graph: Graph) -> list[Flags]:
    """Return for each step which of its channels depend on the inputs; the others are constant."""
    alive: list[Flags] = []
    for step in graph.steps:
        if step.kind is Kind.LAYER:
            kept = by_channel(graph.weight(step), graph.steps[step.sources[0]].width)
            alive.append((kept & alive[step.sources[0]]).any(1))
        elif step.kind in (Kind.SAME, Kind.NORM):
            alive.append(torch.stack([alive[source] for source in step.sources]).any(0))
        elif step.kind is Kind.SEPARATE:
            alive.append(graph.weight(step).flatten(1).any(1) & alive[step.sources[0]])
        elif step.kind is Kind.JOINED:
            alive.append(torch.cat([alive[source] for source in step.sources]))
        else:
            alive.append(torch.ones(step.channels, dtype=torch.bool, device=_device(graph)))
    return alive


def heard_by_outputs(graph: Graph, remaining: list[Flags] | None = None) -> list[Flags]:
    """Return for each step which of its channels (channels,) some output depends on.

    If `remaining` is given, only the channels in it count.
    """
    used = [
        torch.zeros(step.channels, dtype=torch.bool, device=_device(graph)) for step in graph.steps
    ]
    for number in graph.outputs:
        used[number][:] = True
    for number in range(len(graph.steps) - 1, -1, -1):
        step = graph.steps[number]
        if remaining is not None:
            used[number] &= remaining[number]
        parts = (
            torch.split(used[number], [graph.steps[s].channels for s in step.sources])
            if (step.kind is Kind.JOINED)
            else [used[number]] * len(step.sources)
        )
        for source, part in zip(step.sources, parts, strict=True):
            used[source] |= _used_of_source(graph, step, source, part)
    return used


def _used_of_source(graph: Graph, step: TracedStep, source: int, used: Flags) -> Flags:
    """Return which channels of one of its sources a step needs for those of its own in `used`."""
    if step.kind is Kind.LAYER:
        kept = by_channel(graph.weight(step), graph.steps[source].width)
        return (kept & used[:, None]).any(0)
    if step.kind is Kind.SEPARATE:
        return graph.weight(step).flatten(1).any(1) & used
    if step.kind is Kind.OPAQUE:
        channels = graph.steps[source].channels
        return torch.ones(channels, dtype=torch.bool, device=used.device)
    return used


def by_channel(kept: torch.Tensor, width: int) -> torch.Tensor:
    """Return which channels (outputs, inputs) some kept weight joins.

    `width` features belong to one input.
    """
    return kept.reshape(kept.shape[0], kept.shape[1] // width, -1).any(2)


def _device(graph: Graph) -> Any:
    return next(graph.model.parameters()).device
