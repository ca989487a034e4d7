"""The layers of sparse models that make images: convolutions, pools, and rows of all pixels."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.activations import Activation

Floats = NDArray[np.floating[Any]]
Integers = NDArray[np.integer[Any]]
Pair = tuple[int, int]
Image = tuple[int, int, int]  # channels, height, width


class Filters(NamedTuple):
    """Channels of an image, each a weighted sum of shifted channels, and an activation.

    `start[i]:start[i + 1]` are the connections of channel i. A connection takes for the pixel at
    row y and column x the one at `stride * (y, x) + (down, right)` of its source, or zero where
    that is outside. Channels are counted over all that the layer reads.
    """

    inputs: tuple[int, ...]
    start: Integers  # (channels + 1,)
    source: Integers  # (connections,) the channel that each comes from
    down: Integers  # (connections,)
    right: Integers  # (connections,)
    weight: Floats  # (connections,)
    bias: Floats  # (channels,)
    shape: Image
    activation: int = int(Activation.LINEAR)
    stride: Pair = (1, 1)

    @property
    def units(self) -> int:
        """How many channels it computes."""
        return len(self.bias)


class Pool(NamedTuple):
    """The largest pixel of each window of a channel, or the mean of a window."""

    inputs: tuple[int, ...]
    shape: Image
    size: Pair  # of a window
    stride: Pair
    padding: Pair  # pixels outside, above and to the left
    largest: bool
    counted: bool = True  # whether pixels outside count, as zeros, in a mean


class Flat(NamedTuple):
    """All pixels of an image in a row, channel by channel."""

    inputs: tuple[int, ...]
    shape: tuple[int]


class Split(NamedTuple):
    """Every so many-th pixel of an image as images of their own: programs alone have these.

    Image `k` has the pixels at `stride * (y, x) + phases[k]`, zero where that is outside.
    """

    inputs: tuple[int, ...]
    shape: Image
    stride: Pair
    phases: tuple[Pair, ...]


def split_strides(layers: Sequence[Any], shape: tuple[int, ...]) -> list[Any]:
    """Return layers whose filters have no strides.

    A filter with strides reads images of every so many-th pixel instead, which layers before it
    make. `shape` is that of the input.
    """
    found: list[Any] = []
    number = [0]
    made: dict[tuple[int, Pair, tuple[Pair, ...]], int] = {}
    for layer in layers:
        layer = layer._replace(inputs=tuple(number[i] for i in layer.inputs))
        if isinstance(layer, Filters) and layer.stride != (1, 1):
            layer = _without_stride(layer, found, made, [shape, *(one.shape for one in found)])
        found.append(layer)
        number.append(len(found))
    return found


def _without_stride(
    layer: Filters,
    found: list[Any],
    made: dict[tuple[int, Pair, tuple[Pair, ...]], int],
    shapes: list[tuple[int, ...]],
) -> Filters:
    """Return a filter that reads split images, which are added to `found` unless `made` has them.

    `shapes` are those of the input and of what each of `found` makes.
    """
    (sy, sx), down, right = layer.stride, layer.down, layer.right
    phases = sorted(set(zip((down % sy).tolist(), (right % sx).tolist(), strict=True))) or [(0, 0)]
    number_of = np.zeros((sy, sx), np.int64)
    for k, first in enumerate(phases):
        number_of[first] = k
    ahead = np.cumsum([0, *(shapes[i][0] for i in layer.inputs)])
    which = np.searchsorted(ahead, layer.source, side="right") - 1
    channels = np.diff(ahead)
    begin = np.cumsum([0, *(channels * len(phases))])
    phase = number_of[down % sy, right % sx]
    source = begin[which] + phase * channels[which] + layer.source - ahead[which]
    inputs = []
    for i in layer.inputs:
        key = (i, layer.stride, tuple(phases))
        if key not in made:
            c, height, width = shapes[i]
            shape = (c * len(phases), -(-height // sy), -(-width // sx))
            found.append(Split((i,), shape, layer.stride, tuple(phases)))
            made[key] = len(found)
        inputs.append(made[key])
    return layer._replace(
        inputs=tuple(inputs), source=source, down=down // sy, right=right // sx, stride=(1, 1)
    )
