"""Layers are checked before kernels compute them, which look at nothing that is checked here."""

import math

import numpy as np

from wann.errors import UserError
from wann.network.sparse.images import Filters, Flat, Pool
from wann.network.sparse.layers import Connections, Layer, Layers

_FURTHEST = 2**12  # pixels that a filter reaches
_LARGEST = 2**31  # numbers of an example


def check(model: Layers) -> None:
    """Raise UserError unless every layer reads what is there, with finite weights."""
    if not model.layers:
        raise UserError("expected a model with at least one layer, got none")
    shapes = [model.shape if model.has_images else (model.inputs,)]
    for number, layer in enumerate(model.layers, 1):
        earlier = bool(layer.inputs) and all(0 <= i < number for i in layer.inputs)
        if not (earlier and _fits(layer, [shapes[i] for i in layer.inputs])):
            raise UserError(f"layer {number} is damaged: it does not fit what it reads")
        if isinstance(layer, Connections | Filters) and not (
            np.isfinite(layer.weight).all() and np.isfinite(layer.bias).all()
        ):
            raise UserError(
                f"layer {number} has weights or biases that are not finite: expected finite "
                "numbers; train it again, with a smaller learning rate"
            )
        shapes.append(layer.shape)
    if len(shapes[-1]) != 1:
        raise UserError(f"expected a row of outputs, got an image of shape {shapes[-1]}")


def _fits(layer: Layer, read: list[tuple[int, ...]]) -> bool:
    """Whether a layer fits the shapes of what it reads."""
    size = math.prod(layer.shape)
    if min(layer.shape) < 0 or size >= _LARGEST:
        return False
    if isinstance(layer, Flat):
        return len(read) == 1 and len(read[0]) == 3 and math.prod(read[0]) == size
    if isinstance(layer, Pool):
        return len(read) == 1 and len(read[0]) == 3 and _pools(layer, read[0])
    dimensions = 3 if isinstance(layer, Filters) else 1
    if any(len(shape) != dimensions for shape in read):
        return False
    if isinstance(layer, Filters) and not _reaches(layer):
        return False
    return _is_whole(layer, sum(shape[0] for shape in read))


def _is_whole(layer: Connections | Filters, width: int) -> bool:
    """Whether connections begin and end where they say, and come from one of `width` sources."""
    edges = len(layer.weight)
    return bool(
        len(layer.start) == layer.units + 1
        and layer.start[0] == 0
        and layer.start[-1] == edges == len(layer.source)
        and (np.diff(layer.start) >= 0).all()
        and (not edges or (layer.source.min() >= 0 and layer.source.max() < width))
    )


def _reaches(layer: Filters) -> bool:
    """Whether a filter has its shape, and reaches no further than it may."""
    edges, (channels, height, width) = len(layer.weight), layer.shape
    near = all(
        len(steps) == edges and (not edges or np.abs(steps).max() <= _FURTHEST)
        for steps in (layer.down, layer.right)
    )
    strided = all(1 <= step <= _FURTHEST for step in layer.stride)
    return near and strided and channels == layer.units and min(height, width) > 0


def _pools(layer: Pool, read: tuple[int, ...]) -> bool:
    """Whether every window of a pool has a pixel of what it reads in it."""
    return layer.shape[0] == read[0] and all(
        size >= 1 and stride >= 1 and 0 <= padding < size and (count - 1) * stride - padding < side
        for size, stride, padding, count, side in zip(
            layer.size, layer.stride, layer.padding, layer.shape[1:], read[1:], strict=True
        )
    )
