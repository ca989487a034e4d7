"""Which channels of a traced model are one and the same, and which of them have to remain.

Channels that are added up, or that something works on alone, go together: they remain in all steps
or in none. So do the inputs of a layer that is called twice, and its outputs.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from wann.network.torch_module import nn, torch
from wann.pruning.forward import Examples
from wann.pruning.masks import Masks
from wann.pruning.structure.graph import (
    Flags,
    Graph,
    Kind,
    TracedStep,
    by_channel,
    heard_by_outputs,
    heard_from_inputs,
)
from wann.pruning.structure.own_layers import added_apart
from wann.pruning.structure.trace import trace
from wann.pruning.uses.layers import TRANSPOSED, has_own_forward

_UNIFORM = 1e-12  # how far sums in float64 may be apart, of the largest, to be called equal
_AT_ONCE = 32  # channels
_CONVOLUTIONS: dict[int, Any] = {
    3: nn.functional.conv1d,
    4: nn.functional.conv2d,
    5: nn.functional.conv3d,
}
_TRANSPOSED: dict[int, Any] = {
    3: nn.functional.conv_transpose1d,
    4: nn.functional.conv_transpose2d,
    5: nn.functional.conv_transpose3d,
}
_CUT = (Kind.LAYER, Kind.NORM, Kind.SEPARATE)  # what has parameters for each channel
_TOGETHER = (Kind.SAME, Kind.NORM, Kind.SEPARATE)


class Channels:
    """All channels of a graph in classes of those that go together, and which of them remain."""

    def __init__(self, graph: Graph, alive: list[Flags], zeros_alone: bool = False) -> None:
        """See the class; `zeros_alone`: of the constants, those alone are folded that are zero."""
        self.graph, self.alive, self._zeros_alone = graph, alive, zeros_alone
        self._ends = [0]
        for step in graph.steps:
            self._ends.append(self._ends[-1] + step.channels)
        self._parent = list(range(self._ends[-1]))
        calls = Counter(step.module for step in graph.steps if step.kind in _CUT)
        self.repeated = {name for name, count in calls.items() if count > 1}
        for one, other in self._pairs():
            self._unite(one, other)
        roots = [self._root(channel) for channel in range(self._ends[-1])]
        self._class = torch.tensor(roots, dtype=torch.long, device=alive[0].device)
        # Why a class stays whatever needs it, by its root
        self.fixed: dict[int, str] = {}
        for number, reason in self._holding():
            for root in self.classes(number).tolist():
                self.fixed.setdefault(root, reason)
        self.needed = self._settle()

    @property
    def size(self) -> int:
        """How many channels all steps have, which is how many classes there are at most."""
        return self._ends[-1]

    def classes(self, number: int) -> torch.Tensor:
        """Return (channels,) to which class each channel of a step belongs."""
        return self._class[self._ends[number] : self._ends[number + 1]]

    def remaining(self, number: int) -> Flags:
        """Return which channels of a step remain."""
        return self.needed[self.classes(number)]

    def _pairs(self) -> Iterator[tuple[range, range]]:
        """Yield channels that go together, as ranges of equal lengths."""
        first: dict[str, int] = {}
        for number, step in enumerate(self.graph.steps):
            own = self._range(number)
            if step.kind in _TOGETHER:
                yield from ((own, self._range(source)) for source in step.sources)
            if step.kind is Kind.JOINED:
                start = own.start
                for source in step.sources:
                    part = self._range(source)
                    yield range(start, start + len(part)), part
                    start += len(part)
            if step.kind in _CUT and step.module in self.repeated:
                other = first.setdefault(step.module, number)
                yield own, self._range(other)
                yield self._source_range(number), self._source_range(other)

    def _holding(self) -> Iterator[tuple[int, str]]:
        """Yield steps all of whose channels remain, with why."""
        for number, step in enumerate(self.graph.steps):
            if step.kind is Kind.OPAQUE:
                reason = f"{name_of(step)} holds its channels: {step.reason}"
                yield from ((held, reason) for held in (number, *step.sources))
            elif step.kind is Kind.INPUT:
                yield number, "its channels go together with inputs of the model"
            elif step.kind in _CUT and self._differs(number):
                reason = f"{step.module} is called on channels of different widths"
                yield from ((held, reason) for held in (number, *step.sources))
        yield from (
            (number, "its channels are outputs of the model") for number in self.graph.outputs
        )

    def _differs(self, number: int) -> bool:
        """Whether a layer is called a second time on channels of another width."""
        module = self.graph.steps[number].module
        if module not in self.repeated:
            return False
        calls = [s for s in self.graph.steps if s.module == module and s.kind in _CUT]
        return len({self.graph.steps[call.sources[0]].width for call in calls}) > 1

    def _settle(self) -> Flags:
        """Return which classes remain: what is needed can only become less."""
        fixed = torch.zeros(self._ends[-1], dtype=torch.bool, device=self._class.device)
        fixed[list(self.fixed)] = True
        needed = torch.ones_like(fixed)
        while True:
            remaining = needed
            needed = self._needed_of(remaining, fixed)
            if torch.equal(needed, remaining):
                return needed

    def _needed_of(self, remaining: Flags, fixed: Flags) -> Flags:
        """Return which classes are needed if no more than `remaining` are there."""
        flags = [remaining[self.classes(n)] for n in range(len(self.graph.steps))]
        used, needed = heard_by_outputs(self.graph, flags), fixed.clone()
        for number in self.graph.layers:
            source = self.graph.steps[number].sources[0]
            needed[self.classes(source)[self.needed_by(number, used[number])]] = True
        needed &= remaining
        for number in range(len(self.graph.steps)):  # there are no empty layers
            own = self.classes(number)
            if len(own) and not needed[own].any():
                needed[own[flags[number]][:1]] = True
        return needed

    def needed_by(self, number: int, used: Flags) -> Flags:
        """Return which input channels of a layer its `used` outputs need.

        A channel is needed if a weight leads from it, unless it is a constant that can be folded.
        """
        step = self.graph.steps[number]
        alive, width = self.alive[step.sources[0]], self.graph.steps[step.sources[0]].width
        wanted = (by_channel(self.graph.weight(step), width) & used[:, None]).any(0)
        # In each call of a layer constants are others, but for zeros
        if self._zeros_alone or step.module in self.repeated:
            assert step.given is not None
            given = step.given.movedim(step.axis, 0)
            return wanted & (alive | given.reshape(len(alive), -1).any(1))
        return wanted & ~foldable(self.graph, step, wanted & ~alive, used)

    def _range(self, number: int) -> range:
        return range(self._ends[number], self._ends[number + 1])

    def _source_range(self, number: int) -> range:
        return self._range(self.graph.steps[number].sources[0])

    def _root(self, channel: int) -> int:
        while self._parent[channel] != channel:
            self._parent[channel] = self._parent[self._parent[channel]]
            channel = self._parent[channel]
        return channel

    def _unite(self, one: range, other: range) -> None:
        for a, b in zip(one, other, strict=False):
            low, high = sorted((self._root(a), self._root(b)))
            self._parent[high] = low


def channels_of(
    model: nn.Module, masks: Masks, examples: Examples, zeros_alone: bool = False
) -> Channels:
    """Return the channels of `model` under `masks`; UserError if it cannot be traced.

    `examples` is a batch of inputs. Of constants all are folded, or with `zeros_alone` zeros.
    """
    graph = trace(model, masks, examples)
    return Channels(graph, heard_from_inputs(graph), zeros_alone)


def name_of(step: TracedStep) -> str:
    """Return what a step is called for the user: its module, or the function."""
    return step.module or f"{step.label}()"


def _added_apart(
    layer: Any, given: torch.Tensor, channels: torch.Tensor, used: Flags
) -> torch.Tensor:
    """Return what each of some input channels of a convolution adds to each `used` output.

    Each channel is a group of its own, so that what it adds is apart from what others do.
    """
    weight, groups = layer.weight.detach(), len(channels)
    if isinstance(layer, TRANSPOSED):
        enlarge: Callable[..., torch.Tensor] = _TRANSPOSED[given.ndim]
        return enlarge(
            given,
            weight[channels][:, used],
            None,
            layer.stride,
            layer.padding,
            layer.output_padding,
            groups,
            layer.dilation,
        )
    if has_own_forward(layer):
        return added_apart(layer, given, channels, used)
    kernels = weight[used][:, channels].transpose(0, 1).flatten(0, 1)[:, None]
    convolve: Callable[..., torch.Tensor] = _CONVOLUTIONS[given.ndim]
    return convolve(given, kernels, None, layer.stride, layer.padding, layer.dilation, groups)


def foldable(graph: Graph, step: TracedStep, constant: Flags, used: Flags) -> Flags:
    """Return which of the `constant` input channels of a layer can be folded into biases.

    What they add must be the same at every position of each `used` output channel.
    """
    layer: Any = graph.model.get_submodule(step.module)
    assert step.given is not None
    if not constant.any() or not used.any():
        return constant
    if isinstance(layer, nn.Linear):  # on sequences the same at each place
        each = step.given.movedim(-1, 0).flatten(1)
        alike = each.amax(1) - each.amin(1) <= _UNIFORM * each.abs().amax(1)
        return constant & alike.reshape(len(constant), -1).all(1)
    source = graph.steps[step.sources[0]]
    if source.width > 1:  # after a flattening, channels of the convolution are features of ours
        features = step.given.movedim(step.axis, 0).reshape(len(constant), -1)
        return constant & ~features.any(1)
    found = constant.clone()
    for channels in torch.split(constant.nonzero().flatten(), _AT_ONCE):
        added = _added_apart(layer, step.given[:, channels], channels, used)
        apart = added.reshape(len(channels), -1, math.prod(added.shape[2:]))
        spread, size = apart.amax(2) - apart.amin(2), apart.abs().amax(2)
        found[channels] = (spread <= _UNIFORM * size).all(1)
    return found
