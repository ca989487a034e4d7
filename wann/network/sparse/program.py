"""Layers laid out for the kernels: where each number stands, and what computes it.

There are two layouts. For one example, numbers stand side by side, and a unit is computed from
single numbers. For a block of examples each number is a plane, the examples side by side, and a
connection is a fused multiply-add over the block.
"""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.activations import Activation
from wann.errors import UserError
from wann.kernels.sparse_steps import FIELDS, GIVE, SUM, TAKE, UNITS, Program
from wann.kernels.sparse_sums import GROUP
from wann.network.sparse.layers import Connections, Layers

_LINE = 16  # numbers; every plane begins at a multiple
# Bytes of planes that are read one after another: they should stay in the first-level cache.
_TILE = 28 * 2**10
# Connections of a unit in a tile below which another pass over the units does not pay.
_FEWEST_IN_TILE = 6
# How many times more inputs may be looked at than are read, to find those that are zero.
_SPREAD = 3
_MOST_PLACES = 2**32


class Plan(NamedTuple):
    """A program, and what it needs."""

    program: Program
    size: int  # of `values`, in numbers
    examples: int  # that it computes at once


class _Parts:
    """Collects steps and the numbers that they point to."""

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self.dtype = dtype
        self.steps: list[list[int]] = []
        self.pointed: list[NDArray[np.int64]] = []  # what stands behind the steps
        self.places: list[NDArray[np.uint32]] = []
        self.numbers: list[NDArray[Any]] = []
        self.length = {"pointed": 0, "places": 0, "numbers": 0}
        self._pointers: list[tuple[int, int]] = []  # fields that count from the end of the steps

    def step(self, kind: int, *fields: int, pointing: tuple[int, ...] = ()) -> None:
        """Add a step; its fields in `pointing` are indices of what `point` was given."""
        self._pointers += [(len(self.steps), 1 + field) for field in pointing]
        self.steps.append([kind, *fields] + [0] * (FIELDS - 1 - len(fields)))

    def point(self, starts: NDArray[Any]) -> int:
        """Add integers that a step points to, and return where they begin."""
        return self._add("pointed", self.pointed, starts.astype(np.int64))

    def connect(self, places: NDArray[Any], weights: NDArray[Any]) -> int:
        """Add connections, and return where they begin."""
        begin = max(self.length["places"], self.length["numbers"])
        for name, parts, dtype in (
            ("places", self.places, np.uint32),
            ("numbers", self.numbers, self.dtype),
        ):
            self._add(name, parts, np.zeros(begin - self.length[name], dtype))
        self._add("places", self.places, places.astype(np.uint32))
        self._add("numbers", self.numbers, weights.astype(self.dtype))
        return begin

    def biases(self, biases: NDArray[Any]) -> int:
        """Add biases, and return where they begin."""
        return self._add("numbers", self.numbers, biases.astype(self.dtype))

    def _add(self, name: str, parts: list[Any], more: NDArray[Any]) -> int:
        begin = self.length[name]
        parts.append(more)
        self.length[name] += len(more)
        return begin

    def program(self) -> Program:
        """Return all as the kernels take it."""
        head = 1 + FIELDS * len(self.steps)
        for step, field in self._pointers:
            self.steps[step][field] += head
        rows = np.array(self.steps, np.int64).reshape(-1)
        steps = np.concatenate([np.array([len(self.steps)]), rows, *self.pointed])
        return Program(
            steps,
            np.concatenate([*self.places, np.zeros(GROUP, np.uint32)]),
            np.concatenate([*self.numbers, np.zeros(GROUP, self.dtype)]),
        )


def plan(model: Layers, dtype: np.dtype[Any], examples: int) -> Plan:
    """Return the program of `model` for so many examples at once: one, or whole vectors of them."""
    widths = [model.inputs, *(layer.units for layer in model.layers)]
    first, size = [], _LINE  # the first numbers stay zero
    for width in widths:
        first.append(size)
        size += -(-width * examples // _LINE) * _LINE
    if size >= _MOST_PLACES:
        raise UserError(f"expected a model of fewer than {_MOST_PLACES:,} numbers, got {size:,}")
    parts = _Parts(dtype)
    parts.step(TAKE, first[0], examples, model.inputs)
    for number, layer in enumerate(model.layers, 1):
        bases = [first[i] + np.arange(widths[i]) * examples for i in layer.inputs]
        places = np.concatenate(bases)[layer.source]
        if examples == 1:
            _add_units(parts, layer, places, first[number])
        else:
            _add_sums(parts, layer, places, first[number], examples)
    parts.step(GIVE, first[-1], examples, widths[-1])
    return Plan(parts.program(), size, examples)


def _add_units(parts: _Parts, layer: Connections, places: NDArray[Any], target: int) -> None:
    """Add the step that computes a layer for one example, in both of its ways."""
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
    # Input by input, where those that are read stand close together.
    low, high = int(places.min(initial=0)), int(places.max(initial=0)) + 1
    close = len(places) > 0 and high - low <= _SPREAD * len(np.unique(places))
    order = np.argsort(places, kind="stable") if close else np.zeros(0, np.int64)
    into = parts.connect(target + units[order], layer.weight[order])
    columns = np.searchsorted(places[order], np.arange(low, high + 1)) + into
    parts.step(
        UNITS,
        target,
        layer.units,
        starts,
        parts.biases(layer.bias),
        layer.activation,
        -(-layer.units // _LINE) * _LINE,
        (high - low) * close,
        low,
        parts.point(columns),
        pointing=(2, 8),
    )


def _add_sums(
    parts: _Parts, layer: Connections, places: NDArray[Any], target: int, examples: int
) -> None:
    """Add the steps that compute a layer for a block of examples, tile by tile of what it reads."""
    units = np.repeat(np.arange(layer.units), np.diff(layer.start))
    lanes = _LINE * 4 // parts.dtype.itemsize
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
