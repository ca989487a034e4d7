"""Short labels beside nodes, each where it covers neither a node nor another label."""

from collections.abc import Iterator, Sequence
from math import cos, radians, sin
from typing import NamedTuple

import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from numpy.typing import NDArray

POINTS = 72.0  # in an inch
_SMALLER = (1.0, 0.85)  # sizes tried, next to the one asked for

Floats = NDArray[np.float64]


class Label(NamedTuple):
    """A text at its place (inches, y downwards), aligned and turned about that point."""

    text: str
    x: float
    y: float
    size: float  # points
    align: str = "left"
    rotation: float = 0.0  # degrees, anticlockwise

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of the paper it covers, centred on y before it is turned."""
        width, height = text_width(self.text, self.size), self.size / POINTS
        start = {"left": 0.0, "center": -width / 2, "right": -width}[self.align]
        c, s = cos(radians(self.rotation)), sin(radians(self.rotation))
        corners = [(dx, dy) for dx in (start, start + width) for dy in (-height / 2, height / 2)]
        xs = [self.x + c * dx + s * dy for dx, dy in corners]
        ys = [self.y - s * dx + c * dy for dx, dy in corners]
        return min(xs), min(ys), max(xs), max(ys)


def text_width(text: str, size: float) -> float:
    """Return the width in inches of `text` in matplotlib's default font at `size` points."""
    width, _, _ = text_to_path.get_text_width_height_descent(
        text, FontProperties(size=size), ismath=False
    )
    return float(width) / POINTS


def place_labels(
    texts: Sequence[str],
    x: Floats,
    y: Floats,
    size: float,
    least: float,
    reach: float,
    obstacles: Floats,
) -> list[Label]:
    """Return a label for each node that has room for one.

    Args:
        texts: of the labels, one for each node.
        x: (nodes,) inches.
        y: (nodes,) inches, downwards.
        size: of the font, in points; labels that do not fit are a little smaller.
        least: the smallest size that may come of it, in points.
        reach: the radius of a node, in inches.
        obstacles: (boxes, 4) left, top, right and bottom of what labels must not cover, the nodes
            themselves first.
    """
    boxes = np.concatenate([obstacles, np.empty((len(texts), 4))])
    used = len(obstacles)
    labels = []
    for node, text in enumerate(texts):
        for label in _candidates(text, float(x[node]), float(y[node]), size, reach):
            box = label.box
            if label.size >= least and not _overlaps(box, boxes[:used], node):
                labels.append(label)
                boxes[used] = box
                used += 1
                break
    return labels


def _candidates(text: str, x: float, y: float, size: float, reach: float) -> Iterator[Label]:
    """Yield a label at each place that is tried, the best first.

    Lower right as in Gaier & Ha (2019), then upper right, below and above.
    """
    for factor in _SMALLER:
        points = size * factor
        half = points / POINTS / 2
        yield Label(text, x + 0.75 * reach, y + 0.6 * reach + 0.3 * half, points, rotation=-18.0)
        yield Label(text, x + 0.75 * reach, y - 0.6 * reach - 0.3 * half, points, rotation=18.0)
        yield Label(text, x, y + reach + half, points, "center")
        yield Label(text, x, y - reach - half, points, "center")


def _overlaps(box: tuple[float, float, float, float], others: Floats, own: int) -> bool:
    """Whether `box` overlaps any of `others` but that of its own node."""
    left, top, right, bottom = box
    hits = (
        (others[:, 0] < right)
        & (others[:, 2] > left)
        & (others[:, 1] < bottom)
        & (others[:, 3] > top)
    )
    hits[own] = False
    return bool(hits.any())
