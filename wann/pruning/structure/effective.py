"""What of a pruned model is at work: the kept weights on some path from an input to an output.

A kept weight whose source hears no input, or whose target no output hears, adds a constant at most.
Two sweeps over the layers find such weights, for convolutions channel by channel.

Source: Vysogorets & Kempe (2023), "Connectivity Matters".
"""

from collections.abc import Container
from typing import NamedTuple

from wann.errors import short_repr
from wann.network.torch_module import nn, torch
from wann.pruning.forward import Examples
from wann.pruning.masks import Masks, weights_of
from wann.pruning.structure.graph import Graph, Kind, heard_by_outputs, heard_from_inputs
from wann.pruning.structure.trace import trace
from wann.pruning.torch_modes import in_own_modes
from wann.pruning.uses.layers import PLAIN, layouts


class LayerUse(NamedTuple):
    """How much of one layer's weights are kept and at work."""

    name: str  # of the parameter
    weights: int
    kept: int
    effective: int  # on a path from an input to an output
    units: int
    active_units: int  # that hear an input and are heard by an output


class Effective(NamedTuple):
    """How much of a model is kept, and at work."""

    layers: list[LayerUse]
    inputs: int
    active_inputs: int  # features, or channels of images that reach convolutions

    def __repr__(self) -> str:
        return short_repr(self)

    @property
    def density(self) -> float:
        """Share of the weights that are kept."""
        return sum(layer.kept for layer in self.layers) / max(
            1, sum(layer.weights for layer in self.layers)
        )

    @property
    def effective_density(self) -> float:
        """Share of the weights that are at work."""
        return sum(layer.effective for layer in self.layers) / max(
            1, sum(layer.weights for layer in self.layers)
        )

    @property
    def kept(self) -> int:
        """Number of kept weights."""
        return sum(layer.kept for layer in self.layers)

    @property
    @in_own_modes()
    def effective(self) -> int:
        """Number of weights at work."""
        return sum(layer.effective for layer in self.layers)

    @property
    def active_units(self) -> list[int]:
        """Inputs at work, then units at work of each layer."""
        return [self.active_inputs, *(layer.active_units for layer in self.layers)]


def effective(model: nn.Module, masks: Masks, example: Examples) -> Effective:
    """Return what is at work in `model` under `masks`: dense where there is no mask.

    Biases do not count. `example` is a batch of inputs. Weights of layers that are not understood
    count as at work, those of layers that the model does not call as not. UserError if the model
    cannot be traced.
    """
    graph = trace(model, masks, example)
    alive, used = heard_from_inputs(graph), heard_by_outputs(graph)
    on_path: dict[str, torch.Tensor] = {}  # by layer; one that is called twice is at work in both
    at_work_in: dict[str, torch.Tensor] = {}
    for number in graph.layers:
        step = graph.steps[number]
        source, kept = step.sources[0], graph.weight(step)
        at_work = alive[source].repeat_interleave(graph.steps[source].width)
        path = at_work[None, :] & used[number][:, None]
        found = kept & path.reshape(*path.shape, *[1] * (kept.ndim - 2))
        on_path[step.module] = on_path.get(step.module, torch.zeros_like(found)) | found
        units = alive[number] & used[number]
        at_work_in[step.module] = at_work_in.get(step.module, torch.zeros_like(units)) | units
    layers = [_layer_use(graph, name, on_path[name], at_work_in[name]) for name in on_path]
    inputs, active = _inputs(graph, used)
    return Effective(layers + _others(graph, masks, set(on_path)), inputs, active)


def _layer_use(graph: Graph, module: str, on_path: torch.Tensor, active: torch.Tensor) -> LayerUse:
    name = f"{module}.weight"
    kept = graph.kept[name]
    return LayerUse(
        name,
        kept.numel(),
        int(kept.sum()),
        int(on_path.sum()),
        len(active),
        int(active.sum()),
    )


def _inputs(graph: Graph, used: list[torch.Tensor]) -> tuple[int, int]:
    """Return how many inputs there are, and how many of them some output hears.

    Pixels are counted where images come flattened.
    """
    inputs = active = 0
    for number, step in enumerate(graph.steps):
        if step.kind is not Kind.INPUT:
            continue
        readers = [i for i in graph.layers if _origin(graph, graph.steps[i].sources[0]) == number]
        widths = {graph.steps[graph.steps[i].sources[0]].width for i in readers}
        if len(widths) == 1 and max(widths) > 1:  # all read it flattened
            heard = torch.zeros(step.channels * max(widths), dtype=torch.bool)
            for i in readers:
                heard |= (graph.weight(graph.steps[i]) & used[i][:, None]).any(0).cpu()
        else:
            heard = used[number].cpu()
        inputs, active = inputs + len(heard), active + int(heard.sum())
    return inputs, active


def _origin(graph: Graph, number: int) -> int:
    """Return the step that `number` is without its flattening, dropout and the like."""
    while graph.steps[number].kind is Kind.SAME and len(graph.steps[number].sources) == 1:
        number = graph.steps[number].sources[0]
    return number


def _others(graph: Graph, masks: Masks, known: Container[str]) -> list[LayerUse]:
    """Return the masked weights that belong to no known layer: all or none of them at work."""
    laid, found = layouts(graph.model), []
    for name, mask in weights_of(masks).items():
        if name.rpartition(".")[0] not in known:
            runs, kept = graph.uses(name), int(mask.sum())
            units = len(laid.get(name, PLAIN).rows(mask))
            found.append(LayerUse(name, mask.numel(), kept, runs * kept, units, runs * units))
    return found
