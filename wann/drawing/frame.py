"""From a layout to paper: where things lie in inches, and how large they are in points.

At full size nodes, connections and labels have fixed sizes and the figure grows with the network.
Once it is as large as a screen, things shrink instead.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.drawing.labels import POINTS, text_width
from wann.drawing.layout import Layout

LEAST_FONT, TITLE_FONT, LEGEND_FONT = 4.3, 13.0, 9.0  # points
RING = 1.9  # points at full size

_MOST_WIDTH, _MOST_HEIGHT, _LEAST_WIDTH = 15.0, 9.5, 3.2  # inches, of the network alone
# Inches from one to the next
_COLUMN, _WIDEST_COLUMN, _TIGHT_COLUMN, _LEVEL = 0.92, 1.6, 0.34, 0.40
_MARGIN, _TITLE, _LEGEND_ROW, _LEGEND_ENTRY = 0.3, 0.42, 0.27, 1.08  # inches
_NODE, _LINE, _LABEL, _NAME = 14.4, 6.0, 9.0, 11.0  # points at full size
_LEAST_NODE, _LEAST_LINE = 5.5, 0.5  # points, where there is room
# Inches of the block of all inputs, and of what stands around and below it
_BLOCK, _LEAST_BLOCK, _BELOW_BLOCK, _AROUND_BLOCK, _CAPTION_OF_BLOCK = 2.6, 0.3, 0.6, 1.2, 2.0
_CLOSER = 1.6  # when levels are close, nodes shrink less than the distance between them

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Frame(NamedTuple):
    """A layout on paper: inches from the upper left corner, y downwards, and sizes in points."""

    layout: Layout
    x: Floats  # (rows,)
    y: Floats  # (rows,)
    stretch: Floats  # (connections,)
    column: float  # inches from one column to the next
    scale: float  # of nodes and their labels, next to full size
    line: float  # points, width of a connection
    input_name: float  # points, size of the font
    output_name: float  # points
    width: float  # inches
    height: float  # inches
    block_width: float  # inches, of the block of all inputs; 0 where each input is a node
    block_height: float  # inches

    @property
    def node(self) -> float:
        """Diameter of a node with its ring."""
        return _NODE * self.scale

    @property
    def label(self) -> float:
        """Font size of the labels of nodes."""
        return _LABEL * self.scale


def make_frame(
    layout: Layout,
    ins: Sequence[str],
    outs: Sequence[str],
    title: str | None,
    entries: int,
    block: tuple[int, int] | None = None,
    most_width: float = _MOST_WIDTH,
) -> Frame:
    """Return the frame of a layout.

    Args:
        layout: where the nodes go.
        ins: the names of bias and inputs.
        outs: the names of the outputs.
        title: above the drawing, if any.
        entries: how many entries the legend has.
        block: rows and columns of the block that stands for all inputs, if one does.
        most_width: inches that the columns may take.
    """
    gaps = max(layout.columns - 1, 1)
    level = min(_LEVEL, _MOST_HEIGHT / max(layout.height, 1.0))
    column = min(_COLUMN, most_width / gaps)
    scale = min(_CLOSER * level / _LEVEL, column / _TIGHT_COLUMN, 1.0)
    line = max(_LINE * min(level / _LEVEL, column / _TIGHT_COLUMN, 1.0), _LEAST_LINE)
    column = min(max(column, _LEAST_WIDTH / gaps), _WIDEST_COLUMN)
    rows = layout.drawn
    input_name = _name_size(level * layout.level[rows[rows < len(ins)]])
    output_name = _name_size(level * layout.level[-len(outs) :])
    left, right = _name_room(ins, input_name), _name_room(outs, output_name)
    across, down = _block_size(block)
    left = max(left, across, _CAPTION_OF_BLOCK if block else 0.0)
    height = max(layout.height * level, down + _AROUND_BLOCK if block else 0.0)
    needed = left + right + column * gaps + 2 * _MARGIN
    width = max(
        needed,
        _LEGEND_ENTRY * min(entries, 4) + _MARGIN,
        text_width(title or "", TITLE_FONT) + 2 * _MARGIN,
    )
    top = _MARGIN + (0.1 if title is None else _TITLE)
    legend = 0.15 + _LEGEND_ROW * -(-entries // max(1, legend_columns(width, entries)))
    sunk = 0.5 * (height - layout.height * level)  # of what is lower than the block
    y = top + sunk + level * layout.level
    if block:
        y[1] = top + 0.5 * (height - _BELOW_BLOCK)
        y[0] = y[1] + 0.5 * down + _BELOW_BLOCK  # the bias, and the caption between them
    return Frame(
        layout,
        x=column * layout.column.astype(np.float64) + (_MARGIN + left + (width - needed) / 2),
        y=y,
        stretch=top + sunk + level * layout.stretch,
        column=column,
        scale=scale,
        line=line,
        input_name=input_name,
        output_name=output_name,
        width=width,
        height=top + height + _MARGIN + legend,
        block_width=across,
        block_height=down,
    )


def legend_columns(width: float, entries: int) -> int:
    """Return how many columns a legend of `entries` entries needs, so that it fits `width` inches.

    Its rows are about equally long.
    """
    most = max(1, int((width - _MARGIN) / _LEGEND_ENTRY))
    rows = max(1, -(-entries // most))
    return -(-entries // rows)


def node_sizes(frame: Frame) -> Floats:
    """Return the diameters of the drawn nodes (drawn rows,) in points.

    They are that of the frame, or larger where that is tiny and there is room. No two nodes of a
    column touch.
    """
    column, y = frame.layout.column[frame.layout.drawn], frame.y[frame.layout.drawn]
    size = np.full(len(y), max(frame.node, _LEAST_NODE))
    for each in range(frame.layout.columns):
        members = np.flatnonzero(column == each)
        members = members[np.argsort(y[members], kind="stable")]
        apart = np.diff(y[members] * POINTS, prepend=-np.inf, append=np.inf)
        free = 0.85 * np.minimum(apart[:-1], apart[1:])
        if each == 0:  # inputs look alike
            free = np.full(len(members), free.min(initial=np.inf))
        size[members] = np.minimum(size[members], free)
    return size


def _block_size(block: tuple[int, int] | None) -> tuple[float, float]:
    """Return width and height (inches) of a block of so many rows and columns."""
    if block is None:
        return 0.0, 0.0
    rows, columns = block
    cell = _BLOCK / max(rows, columns)
    return max(columns * cell, _LEAST_BLOCK), rows * cell


def _name_size(y: Floats) -> float:
    """Return the font size of names at `y` inches: full size, or less where they are close."""
    apart = np.diff(np.sort(y)).min(initial=np.inf)
    return float(min(_NAME, 0.75 * POINTS * apart))


def _name_room(names: Sequence[str], size: float) -> float:
    """Return the width in inches of the widest of `names` and of its distance from the node."""
    return 0.22 + max(text_width(name, size) for name in names) if size >= LEAST_FONT else 0.1
