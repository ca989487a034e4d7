"""A pruned model as layers of kept connections: what is computed, not how."""

import math
from typing import NamedTuple

import numpy as np

from wann.activations import Activation
from wann.network.sparse.images import Filters, Flat, Floats, Integers, Pool


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

    @property
    def shape(self) -> tuple[int]:
        """Of what it computes for one example."""
        return (len(self.bias),)


Layer = Connections | Filters | Pool | Flat
Weighted = (Connections, Filters)


class Layers(NamedTuple):
    """A model: layer i + 1 is `layers[i]`, and the last one makes the outputs, in a row."""

    shape: tuple[int, ...]  # of one example
    layers: tuple[Layer, ...]

    @property
    def has_images(self) -> bool:
        """Whether a layer reads or makes images."""
        return any(not isinstance(layer, Connections) for layer in self.layers)

    @property
    def inputs(self) -> int:
        """How many numbers one example has."""
        return math.prod(self.shape)

    @property
    def connections(self) -> int:
        """How many connections are kept, biases left out."""
        return sum(len(layer.weight) for layer in self.layers if isinstance(layer, Weighted))

    @property
    def outputs(self) -> int:
        """How many numbers come out for one example."""
        return math.prod(self.layers[-1].shape)


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
