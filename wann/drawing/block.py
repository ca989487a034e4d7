"""All inputs of a network as one block of a drawing: an image of how much each of them is used."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from wann.drawing.frame import Frame
from wann.drawing.palette import GUIDE, INK, SHADES

_FONT = 8.0  # points

Floats = NDArray[np.float64]


def draw_block(axes: Axes, frame: Frame, uses: Floats) -> None:
    """Draw the block of inputs; `uses` (rows, columns) is how many connections each has."""
    right, middle = frame.x[1], frame.y[1]
    left, half = right - frame.block_width, 0.5 * frame.block_height
    limits = axes.get_xlim(), axes.get_ylim()
    axes.imshow(
        np.sqrt(uses),  # of few connections one more is seen
        cmap=SHADES,
        vmin=0.0,
        extent=(left, right, middle + half, middle - half),
        interpolation="nearest",
        aspect="auto",
        zorder=2,
    )
    axes.set(xlim=limits[0], ylim=limits[1])
    frame_of_it = Rectangle(
        (left, middle - half), right - left, 2 * half, fill=False, edgecolor=GUIDE, lw=0.8, zorder=3
    )
    axes.add_patch(frame_of_it)
    used, most = np.count_nonzero(uses), int(uses.max(initial=0))
    text = f"{used:,} of {uses.size:,} inputs\nshades: 0 to {most:,} connections"
    axes.text(
        right,
        middle + half + 0.06,
        text,
        ha="right",
        va="top",
        fontsize=_FONT,
        color=INK,
        zorder=4,
    )
