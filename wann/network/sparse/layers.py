"""A pruned model as layers of kept connections: what is computed, not how."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.activations import Activation
from wann.errors import UserError

Floats = NDArray[np.floating[Any]]
Integers = NDArray[np.integer[Any]]


class Connections(NamedTuple):
    """Units, each a weighted sum of numbers that earlier layers computed, and an activation.

    `start[i]:start[i + 1]` are the connections of unit i. Numbers are counted over all that the
    layer reads, those of `inputs[0]` first.
    """

    inputs: tuple[int, ...]  # what it reads: 0 is the input of the model, i what layer i makes
    start: Integers  # (units + 1,)
    source: Integers  # (connections,) which number each comes from
    weight: Floats  # (connections,) none of them zero
    bias: Floats  # (units,)
    activation: int = int(Activation.LINEAR)

    @property
    def units(self) -> int:
        """How many numbers it computes."""
        return len(self.bias)


class Layers(NamedTuple):
    """A model: layer i + 1 is `layers[i]`, and the last one makes the outputs."""

    shape: tuple[int, ...]  # of one example
    layers: tuple[Connections, ...]

    @property
    def inputs(self) -> int:
        """How many numbers one example has."""
        return int(np.prod(self.shape, dtype=np.int64))

    @property
    def connections(self) -> int:
        """How many connections are kept, biases left out."""
        return sum(len(layer.weight) for layer in self.layers)

    @property
    def outputs(self) -> int:
        """How many numbers come out for one example."""
        return self.layers[-1].units


def dense_layer(
    weight: Floats, bias: Floats | None, given: int, activation: int = int(Activation.LINEAR)
) -> Connections:
    """Return a fully connected layer: weights (units, inputs) that are zero are left out.

    `given` is the layer that it reads, 0 for the input of the model.
    """
    units, source = np.nonzero(weight)
    start = np.searchsorted(units, np.arange(len(weight) + 1))
    biases = np.zeros(len(weight)) if bias is None else np.asarray(bias, np.float64)
    return Connections((given,), start, source, weight[units, source], biases, activation)


def check(model: Layers) -> None:
    """Raise UserError unless every connection leads from something earlier, with a finite weight.

    The kernels look at nothing that is checked here.
    """
    widths = [model.inputs]
    if not model.layers:
        raise UserError("expected a model with at least one layer, got none")
    for number, layer in enumerate(model.layers, 1):
        earlier = bool(layer.inputs) and all(0 <= i < number for i in layer.inputs)
        read = sum(widths[i] for i in layer.inputs) if earlier else 0
        edges, counts = len(layer.weight), np.diff(layer.start)
        whole = (
            len(layer.start) == layer.units + 1
            and layer.start[0] == 0
            and layer.start[-1] == edges == len(layer.source)
            and (counts >= 0).all()
        )
        inside = not edges or (layer.source.min() >= 0 and layer.source.max() < read)
        if not (earlier and whole and inside):
            raise UserError(f"layer {number} is damaged: its connections lead from nowhere")
        if not (np.isfinite(layer.weight).all() and np.isfinite(layer.bias).all()):
            raise UserError(
                f"layer {number} has weights or biases that are not finite: expected finite "
                "numbers; train it again, with a smaller learning rate"
            )
        widths.append(layer.units)
