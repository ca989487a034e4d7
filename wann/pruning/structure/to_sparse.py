"""Pruned models as layers of kept connections, which `wann.network.sparse` computes.

Batch norm goes into the weights before it, and an activation or a sum into the layer before it,
wherever nothing else reads what stands between.
"""

import math
from typing import Any

import numpy as np

from wann.activations import Activation
from wann.errors import UserError
from wann.network.sparse.images import Filters, Flat, Pool
from wann.network.sparse.layers import Connections, Layer, Layers
from wann.network.sparse.model import SparseModel
from wann.network.torch_module import nn, torch
from wann.pruning.forward import call, tensors_in
from wann.pruning.masks import Masks
from wann.pruning.structure.activation_formulas import NAMES, SETTINGS, code_of
from wann.pruning.structure.graph import Graph, Kind, TracedStep
from wann.pruning.structure.sizes import batches
from wann.pruning.structure.sparse_layers import (
    Shape,
    Sums,
    as_array,
    convolution,
    is_mean_of_pixels,
    linear,
    norm_of,
    pool,
    same,
    scaled,
    unfit,
    with_added,
)
from wann.pruning.structure.step_kinds import HOOKED, has_hooks
from wann.pruning.structure.trace import refuse_hooks, trace
from wann.pruning.torch_modes import in_own_modes
from wann.pruning.torch_random import in_use
from wann.pruning.uses.layers import TRANSPOSED

_LEAVES_VALUES = {"identity", "contiguous", "clone", "detach", "float", "double"} | {
    "dropout",
    "dropout1d",
    "dropout2d",
    "dropout3d",
    "alphadropout",
    "featurealphadropout",
}
_ADDS = {"add", "iadd"}
_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)
TOLERANCE = 1e-3  # of outputs in float32, relative to the largest
_LINEAR = int(Activation.LINEAR)


@in_own_modes()
def to_sparse(model: nn.Module, masks: Masks, example: torch.Tensor) -> Layers:
    """Return `model` under `masks` as layers; weights that are zero are left out.

    `example` is a batch of inputs. UserError, which names the layer, where one has no place there,
    and where the outputs would be others.
    """
    if not any(True for _ in model.children()):  # the tracer would look into it
        model, masks = nn.Sequential(model), {f"0.{name}": mask for name, mask in masks.items()}
    refuse_hooks(model, "a sparse model")
    graph = trace(model, masks, example)
    if len(graph.outputs) != 1:
        raise UserError(
            f"{type(model).__name__} has {len(graph.outputs)} outputs: expected a model with one"
        )
    lowering = _Lowering(graph, tuple(example.shape[1:]))
    for number in lowering.steps:
        lowering.add(number)
    found = lowering.result()
    _compare(graph, found, type(model).__name__)
    return found


def _compare(graph: Graph, found: Layers, name: str) -> None:
    """Raise UserError unless `found` has the outputs of the model for inputs drawn at random.

    What works in place on a tensor that is read again would make them others, for instance.
    """
    parameter = next(graph.model.parameters(), torch.zeros((), dtype=torch.float64))
    drawn = np.random.default_rng(0).standard_normal((2, *found.shape))
    both = torch.from_numpy(drawn).to(parameter.device, parameter.dtype)
    for given in (both, *batches(graph.model, both)):
        with in_use(graph.model):
            expected = as_array(tensors_in(call(graph.model, given))[0])
        if not np.isfinite(expected).all():
            continue
        limit = TOLERANCE * float(np.abs(expected).max()) + 1e-6
        made = SparseModel(found)(as_array(given))
        apart = float(np.abs(made - expected).max()) if made.shape == expected.shape else math.inf
        if not apart <= limit:
            raise UserError(
                f"{name} cannot be computed along its connections: its outputs for a batch of "
                f"{len(given)} would change by {apart:.3g}, more than {limit:.3g}; expected a "
                "forward that does the same for every batch, and changes no tensor in place that "
                "it reads again"
            )


def _needed(graph: Graph) -> list[int]:
    """Return the steps that lead to the output, in their order."""
    wanted = set(graph.outputs)
    for number in range(len(graph.steps) - 1, -1, -1):
        if number in wanted:
            wanted.update(graph.steps[number].sources)
    return sorted(wanted)


class _Lowering:
    """Goes through the steps of a model and collects its layers."""

    def __init__(self, graph: Graph, shape: Shape) -> None:
        self.graph, self.shape = graph, shape
        self.layers: dict[int, Layer] = {}  # by a number of its own; the input is 0
        self.layer_of: dict[int, int] = {}  # that makes what each step makes
        self.shape_of: dict[int, Shape] = {}  # of one example, of what each step makes
        self.steps = _needed(graph)
        self.number_of = {graph.steps[number].call: number for number in self.steps}
        self.has_images = len(shape) == 3 and any(
            isinstance(self._module(graph.steps[n]), nn.Conv2d)
            or "pool" in graph.steps[n].label
            or graph.steps[n].label == "booleandispatch"
            for n in self.steps
        )

    def add(self, number: int) -> None:
        """Add a step."""
        step = self.graph.steps[number]
        if step.kind is Kind.INPUT:
            self.layer_of[number], self.shape_of[number] = 0, self.shape
        elif not step.sources:
            raise unfit(step, "it is no tensor that the inputs lead to")
        else:
            self.layer_of[number], self.shape_of[number] = self._made(step)

    def result(self) -> Layers:
        """Return the model, its layers in an order in which each comes behind what it reads."""
        last = self.graph.outputs[0]
        layer, shape = self.layer_of[last], self.shape_of[last]
        if layer == 0:
            raise UserError("the model returns its inputs: expected one that computes something")
        if len(shape) != 1:
            raise UserError(
                f"the model returns an array of shape {shape} for an example: expected a row of "
                "numbers, as x.flatten(1) makes"
            )
        order: dict[int, int] = {0: 0}
        ahead = [layer]
        while ahead:
            missing = [i for i in self.layers[ahead[-1]].inputs if i not in order]
            ahead += missing
            if not missing:
                order.setdefault(ahead.pop(), len(order))
        layers = [
            self.layers[number]._replace(inputs=tuple(order[i] for i in self.layers[number].inputs))
            for number in order
            if number
        ]
        return Layers(self.shape, tuple(layers))

    def _made(self, step: TracedStep) -> tuple[int, Shape]:
        """Return the layer that makes what `step` makes, and the shape of that."""
        module, label = self._module(step), step.label.replace("_", "")
        if has_hooks(module):
            raise unfit(step, HOOKED)
        given, shape = self.layer_of[step.sources[0]], self.shape_of[step.sources[0]]
        if label in _LEAVES_VALUES:
            return given, shape
        if label == "flatten" and len(step.sources) == 1:
            return self._flat(step, given, shape)
        if label in _ADDS and module is None:
            return self._sum(step)
        if step.kind is Kind.JOINED:
            return self._joined(step)
        if is_mean_of_pixels(step, shape):
            return self._mean(given, shape)
        if isinstance(module, nn.Linear):
            return self._append(linear(step, module, given, shape))
        if isinstance(module, nn.Conv2d):
            return self._append(convolution(step, module, given, shape))
        if isinstance(module, _NORMS) and module.running_mean is not None:
            return self._changed(step, lambda layer: scaled(layer, *norm_of(module)))
        if (pooled := pool(step, module, given, shape)) is not None:
            return self._append(pooled)
        if len(step.sources) == 1 and (code := code_of(step, self.graph.model)) is not None:
            return self._changed(step, lambda layer: layer._replace(activation=code))
        if label in NAMES:
            raise unfit(step, f"an activation may have {SETTINGS}")
        turned = isinstance(module, TRANSPOSED)
        raise unfit(step, "it is a transposed convolution" if turned else "")

    def _module(self, step: TracedStep) -> Any:
        return self.graph.model.get_submodule(step.module) if step.module else None

    def _flat(self, step: TracedStep, given: int, shape: Shape) -> tuple[int, Shape]:
        row = (math.prod(shape),)
        if step.channels * step.width != row[0]:
            raise unfit(step, "it does not make a row of all numbers of an example")
        if len(shape) == 1 or (given == 0 and not self.has_images):
            return given, row
        return self._append(Flat((given,), row))

    def _mean(self, given: int, shape: Shape) -> tuple[int, Shape]:
        size = (shape[1], shape[2])
        pooled = Pool((given,), (shape[0], 1, 1), size, size, (0, 0), False)
        return self._append(Flat((self._append(pooled)[0],), (shape[0],)))

    def _changed(self, step: TracedStep, change: Any) -> tuple[int, Shape]:
        """Return the layer that `step` reads, changed; another one where something else reads it.

        `change` takes a layer without activation and returns what stands in its place.
        """
        source = step.sources[0]
        given, shape = self.layer_of[source], self.shape_of[source]
        if len(shape) not in (1, 3):
            raise unfit(step, f"it is given arrays of shape {shape} for an example")
        if not self._is_open(source):
            given = self._append(same((given,), shape))[0]
        self.layers[given] = change(self.layers[given])
        return given, shape

    def _sum(self, step: TracedStep) -> tuple[int, Shape]:
        found = [self.number_of.get(term) for term in step.call.args]
        numbers = [number for number in found if number is not None]
        if not len(found) == len(numbers) == 2 or step.call.kwargs:
            raise unfit(step, "expected the sum of two tensors")
        shape, other = (self.shape_of[number] for number in numbers)
        if shape != other or len(shape) not in (1, 3):
            raise unfit(step, f"it adds up arrays of shapes {shape} and {other} for an example")
        for a, b in (numbers, numbers[::-1]):
            layer = self.layers.get(self.layer_of[a])
            strided = isinstance(layer, Filters) and layer.stride != (1, 1)
            if a != b and self._is_open(a) and not strided:
                assert isinstance(layer, Connections | Filters)
                width = sum(self._width(i) for i in layer.inputs)
                self.layers[self.layer_of[a]] = with_added(layer, self.layer_of[b], width)
                return self.layer_of[a], shape
        return self._append(same(tuple(self.layer_of[n] for n in numbers), shape, added=True))

    def _width(self, layer: int) -> int:
        """Return how many channels, or numbers in a row, a layer makes."""
        if layer:
            return self.layers[layer].shape[0]
        return self.shape[0] if self.has_images else math.prod(self.shape)

    def _joined(self, step: TracedStep) -> tuple[int, Shape]:
        shapes = [self.shape_of[source] for source in step.sources]
        if len({shape[1:] for shape in shapes}) > 1 or len(shapes[0]) not in (1, 3):
            raise unfit(step, f"it joins arrays of shapes {shapes} for an example")
        given = tuple(self.layer_of[source] for source in step.sources)
        return self._append(same(given, (sum(s[0] for s in shapes), *shapes[0][1:])))

    def _is_open(self, number: int) -> bool:
        """Whether a layer that nothing else reads makes what a step makes, without activation."""
        layer = self.layer_of[number]
        sharing = [n for n, other in self.layer_of.items() if other == layer]
        alone = layer > 0 and all(self._readers(n) == 1 for n in sharing)
        found = self.layers[layer] if alone else None
        return isinstance(found, Sums) and found.activation == _LINEAR

    def _readers(self, number: int) -> int:
        """Return how many steps and outputs read what a step makes."""
        reads = sum(self.graph.steps[n].sources.count(number) for n in self.steps)
        return reads + self.graph.outputs.count(number)

    def _append(self, layer: Layer) -> tuple[int, Shape]:
        """Add a layer, and return its number and the shape of what it makes."""
        self.layers[len(self.layers) + 1] = layer
        return len(self.layers), layer.shape
