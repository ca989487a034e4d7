"""Pruned models as layers of kept connections, which `wann.network.sparse` computes.

Batch norm goes into the weights before it, and an activation or a sum into the layer before it,
wherever nothing else reads what stands between.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.activations import Activation
from wann.errors import UserError
from wann.network.sparse.layers import Connections, Layers, dense_layer
from wann.network.torch_module import nn, torch
from wann.pruning.masks import Masks
from wann.pruning.structure.activation_formulas import code_of
from wann.pruning.structure.graph import Graph, Kind, TracedStep
from wann.pruning.structure.trace import trace

_LEAVES_VALUES = {"identity", "contiguous", "clone", "detach", "float", "double"} | {
    "dropout",
    "dropout1d",
    "dropout2d",
    "dropout3d",
    "alphadropout",
    "featurealphadropout",
}
_ADDS = {"add", "iadd"}
_FLATTENS = {"flatten", "view", "reshape"}
Shape = tuple[int, ...]
_LINEAR = int(Activation.LINEAR)
_WHAT = "fully connected layers, batch norm, activations, sums and flattening"


def to_sparse(model: nn.Module, masks: Masks, example: torch.Tensor) -> Layers:
    """Return `model` under `masks` as layers; weights that are zero are left out.

    `example` is a batch of inputs. UserError, which names the layer, where one has no place there.
    """
    if not any(True for _ in model.children()):  # the tracer would look into it
        model, masks = nn.Sequential(model), {f"0.{name}": mask for name, mask in masks.items()}
    graph = trace(model, masks, example)
    if len(graph.outputs) != 1:
        raise UserError(
            f"{type(model).__name__} has {len(graph.outputs)} outputs: expected a model with one"
        )
    lowering = _Lowering(graph, tuple(example.shape[1:]))
    for number in _needed(graph):
        lowering.add(number)
    return lowering.result()


def _needed(graph: Graph) -> list[int]:
    """Return the steps that lead to the output, in their order."""
    wanted = set(graph.outputs)
    for number in range(len(graph.steps) - 1, -1, -1):
        if number in wanted:
            wanted.update(graph.steps[number].sources)
    return sorted(wanted)


class _Lowering:
    """Goes through the steps of a model and collects its layers."""

    def __init__(self, graph: Graph, shape: tuple[int, ...]) -> None:
        self.graph, self.shape = graph, shape
        self.layers: list[Connections] = []
        self.layer_of: dict[int, int] = {}  # of each step, as layers are numbered
        self.shape_of: dict[int, Shape] = {}  # of one example, of what each step makes
        self.steps = _needed(graph)
        self.number_of = {graph.steps[number].call: number for number in self.steps}

    def add(self, number: int) -> None:
        """Add a step."""
        step = self.graph.steps[number]
        self.layer_of[number], self.shape_of[number] = self._made(step)

    def result(self) -> Layers:
        """Return the model."""
        last = self.graph.outputs[0]
        layer, shape = self.layer_of[last], self.shape_of[last]
        if layer == 0:
            raise UserError("the model returns its inputs: expected one that computes something")
        if len(shape) != 1:
            raise UserError(
                f"the model returns an array of shape {shape} for an example: expected a row of "
                "numbers, as x.flatten(1) makes"
            )
        if layer != len(self.layers):
            self._append(_each(layer, shape[0]))
        return Layers(self.shape, tuple(self.layers))

    def _made(self, step: TracedStep) -> tuple[int, Shape]:
        """Return the layer that makes what `step` makes, and the shape of that."""
        label = step.label.replace("_", "")
        if step.kind is Kind.INPUT:
            return 0, self.shape
        module = self.graph.model.get_submodule(step.module) if step.module else None
        given, shape = self._given(step)
        if label in _LEAVES_VALUES:
            return given, shape
        if label in _FLATTENS and step.label == "flatten" and given == 0:
            return given, (math.prod(shape),)
        if label in _FLATTENS and step.label == "flatten" and len(shape) == 1:
            return given, shape
        if isinstance(module, nn.Linear):
            return self._linear(step, module)
        if isinstance(module, nn.BatchNorm1d) and module.running_mean is not None:
            return self._norm(step, module)
        if label in _ADDS and module is None:
            return self._sum(step)
        if len(step.sources) == 1 and (code := code_of(step, self.graph.model)) is not None:
            return self._activation(step, code)
        raise unfit(step)

    def _given(self, step: TracedStep) -> tuple[int, Shape]:
        if not step.sources:
            raise unfit(step, "it is no tensor that the inputs lead to")
        return self.layer_of[step.sources[0]], self.shape_of[step.sources[0]]

    def _linear(self, step: TracedStep, module: Any) -> tuple[int, Shape]:
        given, shape = self._given(step)
        if len(shape) != 1:
            raise unfit(step, f"it is given arrays of shape {shape} for an example, expected a row")
        bias = None if module.bias is None else as_array(module.bias)
        layer = dense_layer(as_array(module.weight), bias, given)
        return self._append(layer), (layer.units,)

    def _norm(self, step: TracedStep, module: Any) -> tuple[int, Shape]:
        given, shape = self._given(step)
        if len(shape) != 1:
            raise unfit(step, f"it is given arrays of shape {shape} for an example, expected a row")
        scale, shift = norm_of(module)
        if not self._is_open(step.sources[0]):
            given = self._append(_each(given, len(scale)))
        layer = self.layers[given - 1]
        units = np.repeat(np.arange(len(scale)), np.diff(layer.start))
        self.layers[given - 1] = without_zeros(
            layer._replace(weight=layer.weight * scale[units], bias=layer.bias * scale + shift)
        )
        return given, shape

    def _activation(self, step: TracedStep, code: int) -> tuple[int, Shape]:
        given, shape = self._given(step)
        if len(shape) != 1:
            raise unfit(step, f"it is given arrays of shape {shape} for an example, expected a row")
        if not self._is_open(step.sources[0]):
            given = self._append(_each(given, shape[0]))
        self.layers[given - 1] = self.layers[given - 1]._replace(activation=code)
        return given, shape

    def _sum(self, step: TracedStep) -> tuple[int, Shape]:
        numbers = [self.number_of.get(term) for term in step.call.args]
        if len(numbers) != 2 or step.call.kwargs or None in numbers:
            raise unfit(step, "expected the sum of two tensors")
        given = [self.layer_of[number] for number in numbers if number is not None]
        a, b = (self.shape_of[number] for number in numbers if number is not None)
        if a != b or len(a) != 1:
            raise unfit(step, f"it adds up arrays of shapes {a} and {b} for an example")
        return self._append(_both(given[0], given[1], a[0])), a

    def _is_open(self, number: int) -> bool:
        """Whether a layer that nothing else reads makes what a step makes, without activation."""
        layer = self.layer_of[number]
        sharing = [n for n, other in self.layer_of.items() if other == layer]
        alone = layer > 0 and all(self._readers(n) == 1 for n in sharing)
        return alone and self.layers[layer - 1].activation == _LINEAR

    def _readers(self, number: int) -> int:
        """Return how many steps and outputs read what a step makes."""
        reads = sum(self.graph.steps[n].sources.count(number) for n in self.steps)
        return reads + self.graph.outputs.count(number)

    def _append(self, layer: Connections) -> int:
        self.layers.append(layer)
        return len(self.layers)


def _both(one: int, other: int, count: int) -> Connections:
    """Return the layer that adds up what two layers make."""
    source = np.arange(2 * count).reshape(2, count).T.reshape(-1)
    start, weight = 2 * np.arange(count + 1), np.ones(2 * count)
    return Connections((one, other), start, source, weight, np.zeros(count))


def _each(given: int, count: int) -> Connections:
    """Return the layer that hands on what layer `given` makes."""
    return Connections(
        (given,), np.arange(count + 1), np.arange(count), np.ones(count), np.zeros(count)
    )


def without_zeros(layer: Connections) -> Connections:
    """Return `layer` without the connections whose weight is zero."""
    kept = layer.weight != 0
    start = np.concatenate([[0], np.cumsum(kept)])[layer.start]
    return layer._replace(start=start, source=layer.source[kept], weight=layer.weight[kept])


def norm_of(module: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return by what batch norm multiplies each channel, and what it adds."""
    scale = 1.0 / np.sqrt(as_array(module.running_var) + module.eps)
    shift = -as_array(module.running_mean) * scale
    if module.weight is not None:
        factor = as_array(module.weight)
        scale, shift = scale * factor, shift * factor + as_array(module.bias)
    return scale, shift


def as_array(tensor: torch.Tensor) -> NDArray[np.float64]:
    """Return the numbers of a tensor."""
    return np.asarray(tensor.detach().to("cpu", torch.float64).numpy())


def unfit(step: TracedStep, reason: str = "") -> UserError:
    """Return the error for a step that has no place in a sparse model."""
    where = f"{step.label} ({step.module})" if step.module else step.label
    why = f": {reason or step.reason}" if reason or step.reason else ""
    return UserError(f"{where} has no place in a sparse model{why}; expected {_WHAT}")
