"""The lines of a drawing of a network: where each runs, and the heads that say where it leads."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.colors import to_rgba
from matplotlib.path import Path
from numpy.typing import NDArray

from wann.drawing.frame import Frame, node_sizes
from wann.drawing.labels import POINTS
from wann.drawing.palette import EDGE, GUIDE, NEGATIVE, POSITIVE
from wann.drawing.shown import Shown
from wann.network.genome import node_of

MOST_HEADS = 400  # lines; of more, heads would cover the nodes
_OPACITY, _HEAD_OPACITY = 0.27, 0.55
_CROWD = 300  # more lines than this are drawn fainter, or they would merge into one blot
_DASHED = (0.0, (2.2, 1.2))  # next to the width of a line: of recurrent connections
_LEAST_TOP = 0.1  # inches, how near to the upper edge an arc may bend
# Columns that an arc beside a column takes up: the least, how much more, and a share of both where
# it leads down
_LEAST_ARC, _MORE_ARC, _DOWN = 0.12, 0.6, 0.75
_LEAST_HEAD, _HEAD_LENGTH = 4.0, 1.25  # points of its width, and its length next to that

Floats = NDArray[np.float64]
Point = tuple[float, float]


def draw_lines(
    axes: Axes, frame: Frame, shown: Shown
) -> tuple[PathCollection, PolyCollection | None]:
    """Draw the connections of `shown`; return the lines, and their heads where they have any."""
    network = shown.network
    starts = _starts(frame, shown)
    recurrent = network.source < 0
    paths = [
        _arc(start, (frame.x[target], frame.y[target]), frame.column)
        if back
        else _curve(start, (frame.x[target], frame.y[target]), stretch, frame.column)
        for start, target, stretch, back in zip(
            starts, network.target, frame.stretch, recurrent, strict=True
        )
    ]
    dashes = {"linestyles": [_DASHED if back else "solid" for back in recurrent]}
    widths, colours, opacity = _looks(frame, shown)
    faint = 0.7 + 0.3 * min(1.0, _CROWD / max(len(paths), 1))
    lines = PathCollection(
        paths,
        facecolors="none",
        edgecolors=translucent(colours, opacity * faint),
        linewidths=widths,
        capstyle="butt",
        zorder=1,
        **(dashes if recurrent.any() else {}),
    )
    axes.add_collection(lines, autolim=False)
    if len(paths) > MOST_HEADS:
        return lines, None
    corners = [
        _head(path, reach, max(_LEAST_HEAD, 1.6 * width) / POINTS)
        for path, reach, width in zip(paths, _reaches(frame, shown), widths, strict=True)
    ]
    shades = translucent(colours, np.maximum(opacity, _HEAD_OPACITY))
    heads = PolyCollection(corners, facecolors=shades, edgecolors="none", zorder=2)
    axes.add_collection(heads, autolim=False)
    return lines, heads


def _looks(frame: Frame, shown: Shown) -> tuple[Floats, list[str], Floats]:
    """Return width (points), colour and opacity of each line.

    Widths go with the magnitudes of weights, where there are any; those of bundles with how many
    connections they stand for.
    """
    count = len(shown.counts)
    bundled = np.sqrt(shown.counts) if shown.is_bundled else np.ones(count)
    if shown.weights is None:
        share = bundled / bundled.max(initial=1.0)
        widths = frame.line * (0.25 + 1.5 * share) if shown.is_bundled else frame.line * share
        return widths, [EDGE] * count, np.full(count, _OPACITY)
    size = np.abs(shown.weights)
    share = size / (size.max(initial=0.0) or 1.0)
    colours = [by_sign(weight) for weight in shown.weights.tolist()]
    return frame.line * (0.12 + 1.1 * share), colours, _OPACITY + 0.4 * share


def by_sign(weight: float) -> str:
    """Return the colour of a weight; one of 0 has neither sign."""
    return GUIDE if weight == 0 else POSITIVE if weight > 0 else NEGATIVE


def _starts(frame: Frame, shown: Shown) -> list[Point]:
    """Return where each line begins: at its node, or spread over the edge of the block."""
    source, target = node_of(shown.network.source), shown.network.target
    x, y = frame.x[source], frame.y[source]
    if shown.is_bundled:
        lines = np.flatnonzero(source == 1)
        order = lines[np.argsort(frame.y[target[lines]], kind="stable")]
        room = frame.block_height * (np.arange(len(order)) + 0.5) / max(len(order), 1)
        y = y.copy()
        y[order] = frame.y[1] - 0.5 * frame.block_height + room
    return list(zip(x.tolist(), y.tolist(), strict=True))


def _curve(start: Point, end: Point, stretch: float, column: float) -> Path:
    """Return a spline between two nodes.

    Unless `stretch` is NaN, the spline is level there in all columns between those of its ends.
    """
    (x0, y0), (x1, y1) = start, end
    if np.isnan(stretch):
        bend, rise = 0.4 * (x1 - x0), 0.22 * (y1 - y0)
        points = [start, (x0 + bend, y0 + rise), (x1 - bend, y1 - rise), end]
        return Path(points, [Path.MOVETO] + [Path.CURVE4] * 3)
    a, b = x0 + column, x1 - column
    points = [
        start,
        (x0 + 0.28 * column, y0 + 0.5 * (stretch - y0)),
        (x0 + 0.6 * column, stretch),
        (a, stretch),
    ]
    points += [
        (b, stretch),
        (x1 - 0.6 * column, stretch),
        (x1 - 0.28 * column, y1 + 0.5 * (stretch - y1)),
        end,
    ]
    return Path(points, [Path.MOVETO] + [Path.CURVE4] * 3 + [Path.LINETO] + [Path.CURVE4] * 3)


def _arc(start: Point, end: Point, column: float) -> Path:
    """Return an arc above two nodes, or a loop above one, for what is read one step later.

    Between two nodes of one column it runs beside them, or it would hide behind those between.
    """
    (x0, y0), (x1, y1) = start, end
    if x0 == x1 and start != end:
        return _arc_beside(start, end, column)
    reach = 0.5 * column if start == end else 0.25 * (x1 - x0)
    top = max(min(y0, y1) - 0.3 * column - 0.3 * abs(x1 - x0), _LEAST_TOP)
    points = [start, (x0 - 0.5 * column, top), (x1 + reach, top), end]
    if start != end:
        points = [start, (x0 + reach, top), (x1 - reach, top), end]
    return Path(points, [Path.MOVETO] + [Path.CURVE4] * 3)


def _arc_beside(start: Point, end: Point, column: float) -> Path:
    """Return an arc to the left of two nodes of a column, the wider the farther they are apart.

    An arc that leads down is narrower than one that leads up, so that both are seen where two
    nodes hear each other.
    """
    (x, y0), (_, y1) = start, end
    apart = abs(y1 - y0)
    width = (_LEAST_ARC + _MORE_ARC * apart / (apart + 2.0 * column)) * column
    bend = 4.0 / 3.0 * width * (1.0 if y1 < y0 else _DOWN)  # a curve goes 3/4 of the way
    rise = min(0.35 * apart, 0.3 * column) * np.sign(y1 - y0)
    points = [start, (x - bend, y0 + rise), (x - bend, y1 - rise), end]
    return Path(points, [Path.MOVETO] + [Path.CURVE4] * 3)


def _reaches(frame: Frame, shown: Shown) -> Floats:
    """Return the radius (inches) of the node at which each line ends."""
    radius = np.zeros(len(frame.x))
    radius[frame.layout.drawn] = 0.5 * node_sizes(frame) / POINTS
    return radius[shown.network.target]


def _head(path: Path, reach: float, width: float) -> Floats:
    """Return the corners (3, 2) of the head of a line, which ends at the rim of its node."""
    points = np.asarray(path.vertices)
    end, before = points[-1], points[-2]
    away = before - end
    length = float(np.hypot(*away))
    along = away / length if length else np.array([-1.0, 0.0])
    across = np.array([-along[1], along[0]])
    tip = end + reach * along
    back = tip + _HEAD_LENGTH * width * along
    return np.array([tip, back + 0.5 * width * across, back - 0.5 * width * across])


def translucent(colours: Sequence[str], opacity: Floats) -> list[tuple[float, float, float, float]]:
    """Return `colours`, each as opaque as `opacity` says."""
    return [to_rgba(colour, float(alpha)) for colour, alpha in zip(colours, opacity, strict=True)]
