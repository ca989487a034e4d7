"""A network as a picture, in the manner of the paper: left to right, smooth connections, colour says what a node does."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Curve
from numpy.typing import NDArray

from wann.activations import Activation
from wann.network import Network
from wann.render.layout import Layout, lay_out

_EDGE, _POSITIVE, _NEGATIVE = "#7fb3d5", "#4c78a8", "#d1603d"
_BIAS_AND_INPUT = "#ffffff"
# Distinguishable with the common colour deficiencies, in the legend's order.
_COLOURS = {
    Activation.LINEAR: "#e6e9ed",
    Activation.STEP: "#8c6d46",
    Activation.SIN: "#4c78a8",
    Activation.GAUSSIAN: "#f2c14e",
    Activation.TANH: "#d1603d",
    Activation.SIGMOID: "#e8a0bf",
    Activation.INVERSE: "#33475b",
    Activation.ABSOLUTE: "#72b7b2",
    Activation.RELU: "#59a14f",
    Activation.COSINE: "#9d7fc1",
    Activation.SQUARE: "#b5bd4c",
}
_LABELLED_NODES = 120
_NAMED_INPUTS = 40
_COLUMN_WIDTH = 1.6  # in nodes' rooms


def draw_network(
    network: Network,
    *,
    input_names: Sequence[str] | None = None,
    output_names: Sequence[str] | None = None,
    title: str | None = None,
    weights: NDArray[np.float64] | None = None,
) -> Figure:
    """Draw `network`; with `weights` (connections,) lines are as wide as weights are large, and coloured by sign."""
    layout = lay_out(network)
    size = _figure_size(layout)
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots()
    axes.set_axis_off()
    axes.set_xlim(-0.9 * _COLUMN_WIDTH, (layout.columns - 0.1) * _COLUMN_WIDTH)
    axes.set_ylim(layout.height + 0.8, -0.8)
    _draw_connections(axes, network, layout, weights)
    _draw_nodes(axes, network, layout, 26.0 * _shrink(layout, size))
    _draw_names(axes, network, layout, input_names, output_names)
    _draw_legend(figure, network, weights is not None)
    if title:
        axes.set_title(title, fontsize=10, loc="left")
    return figure


def _figure_size(layout: Layout) -> tuple[float, float]:
    width = min(14.0, max(5.0, 1.0 * layout.columns + 1.6))
    return width, min(18.0, max(2.8, 0.42 * layout.height + 1.2))


def _shrink(layout: Layout, size: tuple[float, float]) -> float:
    """How much smaller than full size the nodes must be to stay apart."""
    return min(1.0, (size[1] - 1.2) / 0.42 / max(layout.height, 1.0), (size[0] - 1.6) / layout.columns)


def _draw_connections(axes: Axes, network: Network, layout: Layout, weights: NDArray[np.float64] | None) -> None:
    crowd = max(0.25, min(1.0, 60.0 / max(network.connections, 1)))
    largest = 1.0 if weights is None else float(np.abs(weights).max(initial=0.0)) or 1.0
    for edge, (source, target) in enumerate(zip(network.source, network.target, strict=True)):
        colour, width = _EDGE, 3.2 * crowd
        if weights is not None:
            colour = _POSITIVE if weights[edge] >= 0 else _NEGATIVE
            width = (0.6 + 4.0 * abs(float(weights[edge])) / largest) * crowd
        curve = _curve(layout, int(source), int(target), float(layout.stretch[edge]))
        axes.add_patch(PathPatch(curve, fill=False, ec=colour, lw=width, alpha=0.55, capstyle="round", zorder=1))


def _curve(layout: Layout, source: int, target: int, stretch: float) -> Curve:
    """Return a spline that leaves and arrives level, along the level stretch where there is one."""
    first, last = layout.column[source] * _COLUMN_WIDTH, layout.column[target] * _COLUMN_WIDTH
    points = [(first, layout.level[source])]
    if np.isfinite(stretch):
        points += [(first + _COLUMN_WIDTH, stretch), (last - _COLUMN_WIDTH, stretch)]
    points.append((last, layout.level[target]))
    vertices, codes = [points[0]], [Curve.MOVETO]
    for (x0, y0), (x1, y1) in pairwise(points):
        middle = (x0 + x1) / 2
        vertices += [(middle, y0), (middle, y1), (x1, y1)]
        codes += [Curve.CURVE4] * 3
    return Curve(vertices, codes)


def _draw_nodes(axes: Axes, network: Network, layout: Layout, size: float) -> None:
    rows = layout.drawn
    first = 1 + network.inputs
    colours = [_BIAS_AND_INPUT if row < first else _COLOURS[_activation(network, row)] for row in rows]
    nodes: PathCollection = axes.scatter(
        layout.column[rows] * _COLUMN_WIDTH,
        layout.level[rows],
        s=(0.5 * size) ** 2,
        c=colours,
        edgecolors="#1b1b1b",
        linewidths=1.2,
        zorder=3,
    )
    nodes.set_alpha(np.where(layout.unused[rows], 0.3, 1.0).tolist())
    if len(network.activation) > _LABELLED_NODES:
        return
    for row in rows[rows >= first]:
        axes.annotate(
            _activation(network, row).label,
            (layout.column[row] * _COLUMN_WIDTH, layout.level[row]),
            xytext=(0, -0.27 * size),
            textcoords="offset points",
            ha="center",
            va="top",
            fontsize=max(4.0, 0.26 * size),
            color="#333333",
            zorder=4,
        )


def _draw_names(
    axes: Axes,
    network: Network,
    layout: Layout,
    input_names: Sequence[str] | None,
    output_names: Sequence[str] | None,
) -> None:
    inputs = ["bias", *(input_names or [f"input {i + 1}" for i in range(network.inputs)])]
    outputs = list(output_names or [f"output {i + 1}" for i in range(network.outputs)])
    rows = layout.drawn
    for row in rows[rows <= network.inputs] if (rows <= network.inputs).sum() <= _NAMED_INPUTS else []:
        alpha = 0.35 if layout.unused[row] else 1.0
        place = (layout.column[row] * _COLUMN_WIDTH - 0.25, layout.level[row])
        axes.text(*place, inputs[row], ha="right", va="center", fontsize=9, alpha=alpha)
    last = len(layout.column) - network.outputs
    for i in range(network.outputs):
        place = (layout.column[last + i] * _COLUMN_WIDTH + 0.25, layout.level[last + i])
        axes.text(*place, outputs[i], ha="left", va="center", fontsize=9)


def _draw_legend(figure: Figure, network: Network, signed: bool) -> None:
    present = [a for a in _COLOURS if a in network.activation]
    handles = [
        Line2D([], [], ls="", marker="o", ms=7, mfc=_COLOURS[a], mec="#1b1b1b", label=f"{a.label}  {a.formula}")
        for a in present
    ]
    if signed:
        handles += [Line2D([], [], color=c, lw=3, label=n) for c, n in ((_POSITIVE, "weight > 0"), (_NEGATIVE, "< 0"))]
    figure.legend(handles=handles, loc="outside lower center", ncols=4, frameon=False, fontsize=8)


def _activation(network: Network, row: int) -> Activation:
    return Activation(int(network.activation[row - 1 - network.inputs]))
