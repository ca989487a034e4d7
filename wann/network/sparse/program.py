"""Layers laid out for the kernels: where each number stands, and what computes it.

There are two layouts. For one example, numbers stand side by side, and a unit is computed from
single numbers. For a block of examples each number is a plane, the examples side by side, and a
connection is a fused multiply-add over the block. Images are computed one example at a time: a
channel is a plane, see `planes`.
"""

import math
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.activations import Activation
from wann.errors import UserError
from wann.kernels.sparse_steps import GIVE, LOOK_UP, SUM, TAKE, TAKE_PLANES, UNITS, Program
from wann.kernels.sparse_sums import GROUP
from wann.network.sparse.image_steps import Places, add_image, add_image_layer
from wann.network.sparse.images import split_strides
from wann.network.sparse.layers import Connections, Layers
from wann.network.sparse.lookup import Lookup, lookup
from wann.network.sparse.parts import Parts
from wann.network.sparse.planes import LINE, sheets_of, stand

# Bytes of planes that are read one after another: they should stay in the first-level cache.
_TILE = 28 * 2**10
# Connections of a unit in a tile below which another pass over the units does not pay.
_FEWEST_IN_TILE = 12
# How many times more inputs may be looked at than are read, to find those that are zero.
_SPREAD = 3
# Units are computed input by input where at most one input in so many is not at rest.
_FEW = 3
_MOST_PLACES = 2**32


class Plan(NamedTuple):
    """A program, and what it needs."""

    program: Program
    size: int  # of `values`, in numbers
    examples: int  # that it computes at once


def plan(model: Layers, dtype: np.dtype[Any], examples: int) -> Plan:
    """Return the program of `model` for so many examples at once: one, or whole vectors of them.

    A model with images takes one example at once, whatever is asked for.
    """
    examples = 1 if model.has_images else examples
    shape = model.shape if model.has_images else (model.inputs,)
    layers = split_strides(model.layers, shape)
    shapes = [shape, *(layer.shape for layer in layers)]
    sheets = sheets_of(layers, shapes)
    sizes = [
        sheet.size if sheet else -(-math.prod(shape) * examples // LINE) * LINE
        for sheet, shape in zip(sheets, shapes, strict=True)
    ]
    first, size = stand(sizes, layers)
    if size >= _MOST_PLACES:
        raise UserError(f"expected a model of fewer than {_MOST_PLACES:,} numbers, got {size:,}")
    places = Places(tuple(shapes), tuple(sheets), tuple(first), examples)
    parts = Parts(dtype)
    if sheets[0]:
        add_image(parts, TAKE_PLANES, sheets[0], first[0])
    else:
        parts.step(TAKE, first[0], examples, model.inputs)
    for number, layer in enumerate(layers, 1):
        if not isinstance(layer, Connections):
            add_image_layer(parts, layer, number, places)
        elif examples == 1:
            _add_units(parts, layer, _sources(layer, places), first[number])
        else:
            _add_sums(parts, layer, _sources(layer, places), first[number], examples)
    parts.step(GIVE, first[-1], examples, model.outputs)
    return Plan(parts.program(), size, examples)


def _sources(layer: Connections, places: Places) -> NDArray[np.int64]:
    """Return where in `values` each connection of a layer comes from."""
    bases = [
        places.first[i] + np.arange(math.prod(places.shapes[i])) * places.examples
        for i in layer.inputs
    ]
    found: NDArray[np.int64] = np.concatenate(bases)[layer.source]
    return found


def _add_units(parts: Parts, layer: Connections, places: NDArray[Any], target: int) -> None:
    """Add the step that computes a layer for one example."""
    counts = np.diff(layer.start)
    units = np.repeat(np.arange(layer.units), counts)
    if found := lookup(places, layer.weight, units, parts.dtype):
        _add_looked_up(parts, layer, places, found, target)
    else:
        _add_one_by_one(parts, layer, places, target)


def _add_looked_up(
    parts: Parts, layer: Connections, places: NDArray[Any], found: Lookup, target: int
) -> None:
    """Add the step that looks inputs up in registers, or goes input by input where few differ."""
    wide = -(-layer.units // LINE) * LINE
    codes, weights = parts.look_up(found.codes, found.weights)
    by_input = _by_input(parts, layer, places, target, found.most_by_input(places))
    parts.step(
        LOOK_UP,
        target,
        layer.units,
        found.counts.shape[1],
        parts.biases(np.pad(layer.bias, (0, wide - layer.units))),
        layer.activation,
        wide,
        *by_input,
        len(found.tables),
        parts.point(found.tables.reshape(-1)),
        parts.point(found.counts.reshape(-1)),
        codes,
        weights,
        pointing=(8, 12, 13),
    )


def _add_one_by_one(parts: Parts, layer: Connections, places: NDArray[Any], target: int) -> None:
    """Add the step that reads connections one by one, unit by unit or input by input."""
    counts = np.diff(layer.start)
    units = np.repeat(np.arange(layer.units), counts)
    # Unit by unit, filled up with connections from a number that stays zero.
    filled = -(-counts // GROUP) * GROUP
    start = np.concatenate([[0], np.cumsum(filled)])
    at = np.arange(len(places)) + (start[:-1] - layer.start[:-1])[units]
    from_all, weights = np.zeros(start[-1], np.int64), np.zeros(start[-1])
    from_all[at], weights[at] = places, layer.weight
    begin = parts.connect(from_all, weights)
    starts = parts.point(start + begin)
    span = int(places.max()) + 1 - int(places.min()) if len(places) else 0
    parts.step(
        UNITS,
        target,
        layer.units,
        starts,
        parts.biases(layer.bias),
        layer.activation,
        -(-layer.units // LINE) * LINE,
        *_by_input(parts, layer, places, target, span // _FEW),
        pointing=(2, 8),
    )


def _by_input(
    parts: Parts, layer: Connections, places: NDArray[Any], target: int, most: int
) -> tuple[int, int, int, int, int]:
    """Return the fields of the way input by input, for up to `most` inputs that are not at rest.

    It is left out where that is none, or where those that are read do not stand close together.
    """
    low, high = (int(places.min()), int(places.max()) + 1) if len(places) else (0, 1)
    close = most > 0 and high - low <= _SPREAD * len(np.unique(places))
    order = np.argsort(places, kind="stable") if close else np.zeros(0, np.int64)
    units = np.repeat(np.arange(layer.units), np.diff(layer.start))
    into = parts.connect(target + units[order], layer.weight[order])
    columns = np.searchsorted(places[order], np.arange(low, high + 1)) + into
    sums = np.bincount(units, layer.weight, layer.units)
    return (
        (high - low) * close,
        low,
        parts.point(columns if close else columns[:0]),
        parts.biases(sums if close else sums[:0]),
        most,
    )


def _add_sums(
    parts: Parts, layer: Connections, places: NDArray[Any], target: int, examples: int
) -> None:
    """Add the steps that compute a layer for a block of examples, tile by tile of what it reads."""
    units = np.repeat(np.arange(layer.units), np.diff(layer.start))
    lanes = LINE * 4 // parts.dtype.itemsize
    bias = parts.biases(layer.bias)
    edges = _tiles(places, layer.units, examples * parts.dtype.itemsize, examples)
    for number, (begin, end) in enumerate(pairwise(edges)):
        inside = (places >= begin) & (places < end)
        first = parts.connect(places[inside], layer.weight[inside])
        starts = np.searchsorted(units[inside], np.arange(layer.units + 1))
        last = number == len(edges) - 2
        parts.step(
            SUM,
            target,
            examples,
            layer.units,
            examples // lanes,
            lanes,
            parts.point(starts + first),
            0,
            bias,
            int(number > 0),
            layer.activation if last else int(Activation.LINEAR),
            pointing=(5,),
        )


def _tiles(places: NDArray[Any], units: int, plane: int, examples: int) -> list[int]:
    """Return where the tiles of the places that a layer reads begin, and where the last one ends.

    `plane` is the bytes of a plane.
    """
    if not len(places):
        return [0, 1]
    low, high = int(places.min()), int(places.max()) + 1
    fitting = max(1, _TILE // plane) * examples  # places in a tile
    most = max(1, len(places) // max(1, units * _FEWEST_IN_TILE))
    count = min(-(-(high - low) // fitting), most)
    return [low + (high - low) * i // count for i in range(count)] + [high]
