"""The steps of a program that compute images: sums of shifted planes, and what moves pixels."""

from typing import Any, NamedTuple

import numpy as np

from wann.kernels.sparse_steps import CLEAR, FLAT, POOL, SPLIT, SUM, TAKE_PLANES
from wann.network.sparse.images import Filters, Flat, Pool, Split
from wann.network.sparse.parts import Parts
from wann.network.sparse.planes import LINE, Sheet


class Places(NamedTuple):
    """Where what each layer makes stands, the input first."""

    shapes: tuple[tuple[int, ...], ...]
    sheets: tuple[Sheet | None, ...]
    first: tuple[int, ...]
    examples: int  # that are computed at once

    def pixels(self, number: int) -> tuple[int, ...]:
        """Return how an image is read: its first pixel, then what steps say of planes."""
        sheet = self.sheet(number)
        return (self.first[number] + sheet.lead, sheet.length, *_planes(sheet))

    def sheet(self, number: int) -> Sheet:
        """Return how an image stands."""
        sheet = self.sheets[number]
        assert sheet is not None
        return sheet


def _planes(sheet: Sheet) -> tuple[int, ...]:
    return sheet.channels, sheet.height, sheet.width, sheet.pitch


def add_image(parts: Parts, kind: int, sheet: Sheet, first: int) -> None:
    """Add the step that takes an image, and zeros around it."""
    assert kind == TAKE_PLANES
    parts.step(kind, first + sheet.lead, sheet.length, *_planes(sheet))
    _add_border(parts, sheet, first)


def add_image_layer(parts: Parts, layer: Any, number: int, places: Places) -> None:
    """Add the steps of a layer that makes an image, or reads one."""
    if isinstance(layer, Flat):
        parts.step(FLAT, *places.pixels(layer.inputs[0]), places.first[number])
        return
    if isinstance(layer, Filters):
        _add_filters(parts, layer, number, places)
    elif isinstance(layer, Pool):
        target = places.pixels(number)
        settings = (*layer.size, *layer.stride, *layer.padding, layer.largest, layer.counted)
        own = parts.point(np.array(settings, np.int64))
        fields = (*places.pixels(layer.inputs[0]), *target[:2], *target[3:])
        parts.step(POOL, *fields, own, pointing=(len(fields),))
    elif isinstance(layer, Split):
        target = places.pixels(number)
        own = parts.point(np.array(layer.phases, np.int64).reshape(-1))
        fields = (*places.pixels(layer.inputs[0]), *target[:2], *target[3:], *layer.stride)
        parts.step(SPLIT, *fields, len(layer.phases), own, pointing=(len(fields) + 1,))
    _add_border(parts, places.sheet(number), places.first[number])


def _add_border(parts: Parts, sheet: Sheet, first: int) -> None:
    if sheet.bordered:
        parts.step(CLEAR, first, sheet.length, *_planes(sheet), sheet.lead)


def _add_filters(parts: Parts, layer: Filters, number: int, places: Places) -> None:
    sheet, first = places.sheet(number), places.first[number]
    begins = [
        read.lead + places.first[i] + np.arange(read.channels) * read.length
        for i, read in ((i, places.sheet(i)) for i in layer.inputs)
    ]
    from_all = np.concatenate(begins)[layer.source] + layer.down * sheet.pitch + layer.right
    lanes = LINE * 4 // parts.dtype.itemsize
    begin = parts.connect(from_all, layer.weight)
    parts.step(
        SUM,
        first + sheet.lead,
        sheet.length,
        layer.units,
        -(-sheet.rows // lanes),
        lanes,
        parts.point(layer.start + begin),
        0,
        parts.biases(layer.bias),
        0,
        layer.activation,
        pointing=(5,),
    )
