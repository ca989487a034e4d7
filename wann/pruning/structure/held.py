"""What keeps a model from getting smaller: layers with channels that do nothing and yet remain."""

from collections.abc import Mapping
from typing import NamedTuple

from wann.network.torch_module import nn
from wann.pruning.masks.types import Masks, weights_of
from wann.pruning.structure.channels import Channels, name_of
from wann.pruning.structure.graph import Flags, Graph, Kind, TracedStep, heard_by_outputs
from wann.pruning.structure.step_kinds import TURNED
from wann.pruning.uses.layers import PLAIN, Layout

_SUM = "its channels are joined with those of other layers or calls, which are at work"
_PADDING = "zero padding makes its constant channels differ at the borders of the next layer"
_VARIES = "its constants differ from place to place, or for other sizes or numbers of inputs"
_TWICE = "its constant channels go into a layer that is called more than once"
_IDLE = "the model does not call it, so that none of its weights are at work"
_ONE = "a layer keeps at least one channel"
WHOLE = "the whole model"


class Held(NamedTuple):
    """A layer that is larger than what is at work in it, and why."""

    layer: str
    channels: int  # that remain without being at work; 0 where that is not known
    reason: str

    def __str__(self) -> str:
        count = f" ({self.channels} channels)" if self.channels else ""
        return f"{self.layer}{count}: {self.reason}"


def find_held(found: Channels) -> tuple[Held, ...]:
    """Return the layers that keep channels which do nothing, each with the reason.

    A channel does nothing if it hears no input, or if no output hears it.
    """
    graph, held = found.graph, dict[str, Held]()
    used = heard_by_outputs(graph, [found.remaining(n) for n in range(len(graph.steps))])
    for number, step in enumerate(graph.steps):
        idle = found.remaining(number) & ~(found.alive[number] & used[number])
        if _makes_channels(step) and idle.any() and name_of(step) not in held:
            reason = _reason(found, number, idle, used)
            held[name_of(step)] = Held(name_of(step), int(idle.sum()), reason)
    return tuple(held.values())


def unfollowed(
    graph: Graph, masks: Masks, held: tuple[Held, ...], laid: Mapping[str, Layout]
) -> tuple[Held, ...]:
    """Return the layers that keep their size although they have lost units, or are not called.

    The graph does not cut them.

    Args:
        graph: the traced model.
        masks: what is kept, in layers that the graph does not know as well.
        held: what is said already.
        laid: how weights are laid out, by name, where they are not plain.
    """
    kinds = (Kind.LAYER, Kind.SEPARATE)
    known = {s.module for s in graph.steps if s.kind in kinds} | {one.layer for one in held}
    reasons = {s.module: s.reason for s in graph.steps if s.kind is Kind.OPAQUE and s.module}
    found = []
    for name, mask in weights_of(masks).items():
        layer = name.partition(".parametrizations.")[0]
        layer = layer if layer != name else name.rpartition(".")[0]
        units = laid.get(name, PLAIN).rows(mask).any(1)
        if layer not in known and bool(mask.any()) and not graph.uses(name):
            found.append(Held(layer, 0, _IDLE))
        if layer in known or bool(units.all()):
            continue
        around = [place for place in reasons if layer.startswith(f"{place}.")]
        if layer in reasons:
            found.append(Held(layer, int((~units).sum()), reasons[layer]))
        elif around:
            reason = f"it is inside of {max(around, key=len)}, into which shrinking does not look"
            found.append(Held(layer, int((~units).sum()), reason))
    return tuple(found)


def _makes_channels(step: TracedStep) -> bool:
    """Whether channels are made here, rather than passed on."""
    if step.label == TURNED:
        return False
    return step.kind in (Kind.LAYER, Kind.SEPARATE) or (
        step.kind is Kind.OPAQUE and bool(step.sources) and step.channels > 0
    )


def _reason(found: Channels, number: int, idle: Flags, used: list[Flags]) -> str:
    classes = found.classes(number)[idle].tolist()
    for root in classes:
        if root in found.fixed:
            return found.fixed[root]
    for other, step in enumerate(found.graph.steps):
        at_work = found.alive[other] & used[other] & found.remaining(other)
        if _makes_channels(step) and set(found.classes(other)[at_work].tolist()) & set(classes):
            return _SUM
    if not (idle & used[number]).any():
        return _ONE
    readers = [found.graph.steps[reader] for reader in found.graph.layers]
    into = {s.module for s in readers if set(found.classes(s.sources[0]).tolist()) & set(classes)}
    if into & found.repeated:
        return _TWICE
    layers = [found.graph.model.get_submodule(name) for name in into]
    return _VARIES if all(isinstance(one, nn.Linear) for one in layers) else _PADDING
