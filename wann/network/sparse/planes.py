"""Where the pixels of images stand, so that a shifted image is the same numbers further on.

Rows stand further apart than they are wide, by as many zeros as any filter reaches over the border;
the zeros behind one row are those before the next. An image and what filters make of it have the
same distance of rows: then a filter is a weighted sum of runs of numbers, whole images long.
"""

from typing import Any, NamedTuple

import numpy as np

from wann.network.sparse.images import Filters

LINE = 16  # numbers; planes and their first pixels begin at multiples


class Sheet(NamedTuple):
    """How the planes of an image stand."""

    channels: int
    height: int
    width: int
    pitch: int  # from row to row
    lead: int  # from the beginning of a plane to its first pixel
    length: int  # from plane to plane
    bordered: bool  # whether zeros around it are read

    @property
    def size(self) -> int:
        """How many numbers all planes take."""
        return self.channels * self.length

    @property
    def rows(self) -> int:
        """How many numbers the rows of one plane take."""
        return self.height * self.pitch


def sheets_of(layers: list[Any], shapes: list[tuple[int, ...]]) -> list[Sheet | None]:
    """Return how what each layer makes stands, the input first; None for what is no image.

    `layers` have filters without strides alone; `shapes` are those of the input and the layers.
    """
    above, below, beside = (np.zeros(len(shapes), np.int64) for _ in range(3))
    for layer in layers:
        if isinstance(layer, Filters) and len(layer.weight):
            for i in layer.inputs:
                _, height, width = shapes[i]
                reach = layer.right.max() + layer.shape[2] - width
                above[i] = max(above[i], -layer.down.min())
                below[i] = max(below[i], layer.down.max() + layer.shape[1] - height)
                beside[i] = max(beside[i], -layer.right.min(), reach)
    pitch = [
        shape[2] + int(more) if len(shape) == 3 else 0
        for shape, more in zip(shapes, beside, strict=True)
    ]
    _level(layers, pitch)
    found: list[Sheet | None] = []
    for i, shape in enumerate(shapes):
        if len(shape) != 3:
            found.append(None)
            continue
        lead = _up(int(above[i]) * pitch[i] + int(beside[i]))
        # Sums are whole vectors, which may end behind the last row.
        rest = max(_up(shape[1] * pitch[i]), (shape[1] + int(below[i])) * pitch[i] + int(beside[i]))
        bordered = bool(above[i] or below[i] or beside[i])
        found.append(Sheet(*shape, pitch[i], lead, lead + _up(rest), bordered))
    return found


def _level(layers: list[Any], pitch: list[int]) -> None:
    """Widen distances of rows until those of all that a filter reads and makes are the same."""
    changed = True
    while changed:
        changed = False
        for number, layer in enumerate(layers, 1):
            if isinstance(layer, Filters):
                together = [*layer.inputs, number]
                widest = max(pitch[i] for i in together)
                changed |= any(pitch[i] != widest for i in together)
                for i in together:
                    pitch[i] = widest


def _up(count: int) -> int:
    return -(-count // LINE) * LINE


def stand(sizes: list[int], layers: list[Any]) -> tuple[list[int], int]:
    """Return where what each layer makes begins, the input first, and how many numbers there are.

    What is read no more makes room for what comes. The first LINE numbers are nobody's.
    """
    last = list(range(len(sizes)))
    for number, layer in enumerate(layers, 1):
        for i in layer.inputs:
            last[i] = max(last[i], number)
    last[-1] = len(sizes)
    first: list[int] = []
    end = LINE
    for number, size in enumerate(sizes):
        taken = sorted((first[i], first[i] + sizes[i]) for i in range(number) if last[i] >= number)
        begin = LINE
        for low, high in taken:
            if begin + size <= low:
                break
            begin = max(begin, high)
        first.append(begin)
        end = max(end, begin + size)
    return first, end
