"""Drawings of networks, left to right, nodes coloured by activation, as in Gaier & Ha (2019).

Of a network with many inputs, these are one block, an image of how much each is used, and the
connections from it to a node are one bundle. A node that has no inputs is a square, as what it
gives never changes. Heads say where lines lead; where there are too many lines for heads, these
lead from left to right all the same.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from wann.activations import Activation
from wann.activations.table import by_code
from wann.drawing.block import draw_block
from wann.drawing.figures import ShownFigure
from wann.drawing.frame import LEAST_FONT, RING, TITLE_FONT, Frame, make_frame, node_sizes
from wann.drawing.labels import POINTS, Label, place_labels
from wann.drawing.layout import lay_out
from wann.drawing.legend import draw_legend, entries_of
from wann.drawing.lines import draw_lines, translucent
from wann.drawing.names import drawable
from wann.drawing.palette import BACKGROUND, INK, look_of
from wann.drawing.shown import Shown, what_is_shown
from wann.drawing.style import halo, in_style
from wann.network.network import Network

_MOST_LABELS = 150  # hidden nodes; beyond, colours have to do
_FADED, _FADED_NAME = 0.3, 0.45
_CAPTION = 8.0  # points

Floats = NDArray[np.float64]


class Drawing(NamedTuple):
    """A drawing, and what of it changes while a network is at work."""

    figure: Figure
    frame: Frame
    shown: Shown
    lines: PathCollection
    heads: PolyCollection | None  # None where lines are too many for them
    nodes: list[tuple[NDArray[np.int64], PathCollection]]  # rows, and what shows them


def draw_network(
    network: Network,
    *,
    input_names: Sequence[str] | None = None,
    output_names: Sequence[str] | None = None,
    title: str | None = None,
    weights: Floats | None = None,
    style: str = "light",
) -> Figure:
    """Return a drawing of `network`, which a notebook shows.

    Args:
        network: what to draw.
        input_names: of the inputs without the bias.
        output_names: of the outputs.
        title: above the drawing.
        weights: (connections,) if given, the width of a connection shows the magnitude of its
            weight, and its colour the sign.
        style: "light" or "dark".

    Raises:
        ValueError: where names or weights are not as many as the network has inputs, outputs or
            connections.
        UserError: for another style.

    Example:
        >>> wann.draw_network(wann.load("runs/swingup-seed0"), title="swing-up")
    """
    drawing = draw(network, input_names, output_names, title=title, weights=weights)
    return in_style(drawing.figure, style)


def draw(
    network: Network,
    input_names: Sequence[str] | None,
    output_names: Sequence[str] | None,
    *,
    title: str | None = None,
    weights: Floats | None = None,
    legend: bool = True,
    most_width: float | None = None,
) -> Drawing:
    """Draw a network as `draw_network` does, and return what its drawing is made of.

    Args:
        network: what to draw.
        input_names: of the inputs without the bias.
        output_names: of the outputs.
        title: above the drawing.
        weights: (connections,) if given.
        legend: whether there is one.
        most_width: inches that the columns may take, where that is not for the drawing to choose.
    """
    ins = _checked_names("input", network.inputs, input_names)
    outs = _checked_names("output", network.outputs, output_names)
    title = None if title is None else drawable(title)
    if weights is not None and np.shape(weights) != (network.connections,):
        raise ValueError(
            f"weights must be one per connection ({network.connections},), got {np.shape(weights)}"
        )
    shown = what_is_shown(network, weights, ins)
    inputs = ["bias", ""] if shown.is_bundled else ["bias", *ins]
    title = title if shown.note is None else "; ".join([title or "", shown.note]).lstrip("; ")
    entries = entries_of(shown) if legend else []
    limits = {} if most_width is None else {"most_width": most_width}
    block = None if shown.uses is None else shown.uses.shape
    frame = make_frame(lay_out(shown.network), inputs, outs, title, len(entries), block, **limits)
    figure = ShownFigure(figsize=(frame.width, frame.height), facecolor=BACKGROUND)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, frame.width), ylim=(frame.height, 0))
    axes.set_axis_off()
    lines, heads = draw_lines(axes, frame, shown)
    if shown.uses is not None:
        draw_block(axes, frame, shown.uses)
    nodes = _draw_nodes(axes, frame, shown)
    _draw_labels(axes, frame, shown, inputs, outs)
    if title is not None:
        _write(axes, Label(title, frame.width / 2, 0.3, TITLE_FONT, "center"))
    draw_legend(axes, frame.width, entries)
    return Drawing(figure, frame, shown, lines, heads, nodes)


def _checked_names(kind: str, count: int, names: Sequence[str] | None) -> list[str]:
    if names is None:
        return [kind if count == 1 else f"{kind} {i + 1}" for i in range(count)]
    if len(names) != count:
        raise ValueError(
            f"{kind}_names must name the network's {count} {kind}s, got {len(names)} names"
        )
    return [drawable(name) for name in names]


def _draw_nodes(
    axes: Axes, frame: Frame, shown: Shown
) -> list[tuple[NDArray[np.int64], PathCollection]]:
    """Draw the nodes, those without inputs as squares; return what was drawn of which rows."""
    first, sizes = 1 + shown.network.inputs, np.zeros(len(frame.x))
    sizes[frame.layout.drawn] = node_sizes(frame)
    is_square = np.concatenate([np.zeros(first, dtype=np.bool_), shown.constant])
    rows = frame.layout.drawn
    rows = rows[rows != 1] if shown.is_bundled else rows
    return [
        (some, _scatter(axes, frame, shown, some, sizes[some], marker))
        for some, marker in ((rows[~is_square[rows]], "o"), (rows[is_square[rows]], "s"))
        if len(some)
    ]


def _scatter(
    axes: Axes,
    frame: Frame,
    shown: Shown,
    rows: NDArray[np.int64],
    size: Floats,
    marker: str,
) -> PathCollection:
    network = shown.network
    kinds = np.concatenate([np.full(1 + network.inputs, Activation.LINEAR), network.activation])
    looks = [look_of(value) for value in kinds[rows].tolist()]
    opacity = np.where(frame.layout.unused[rows], _FADED, 1.0)
    ring = np.minimum(RING * frame.scale**0.5, size / 6)
    return axes.scatter(
        frame.x[rows],
        frame.y[rows],
        s=(size - ring) ** 2,
        c=translucent([look.fill for look in looks], opacity),
        edgecolors=translucent([look.ring for look in looks], opacity),
        linewidths=ring,
        marker=marker,
        zorder=3,
    )


def _draw_labels(axes: Axes, frame: Frame, shown: Shown, ins: list[str], outs: list[str]) -> None:
    """Write the names of inputs, outputs and activations, where they fit in a readable font."""
    names = _write_inputs(axes, frame, shown, ins)
    layout, reach = frame.layout, 0.5 * frame.node / POINTS
    first_output = len(layout.column) - len(outs)
    if frame.output_name >= LEAST_FONT:
        for row, text in enumerate(outs, first_output):
            names.append(Label(text, frame.x[row] + reach + 0.06, frame.y[row], frame.output_name))
            _write(axes, names[-1])
    network = shown.network
    if network.hidden <= _MOST_LABELS:
        hidden = np.arange(1 + network.inputs, first_output)
        rows = np.concatenate([hidden, np.setdiff1d(layout.drawn, hidden)])
        x, y = frame.x[rows], frame.y[rows]
        nodes = np.stack([x - reach, y - reach, x + reach, y + reach], axis=1)
        obstacles = np.concatenate([nodes, np.array([name.box for name in names]).reshape(-1, 4)])
        texts = [
            _name_of_node(code, bool(constant))
            for code, constant in zip(network.activation, shown.constant, strict=True)
        ][: network.hidden]
        for label in place_labels(texts, x, y, frame.label, LEAST_FONT, reach, obstacles):
            _write(axes, label)


def _name_of_node(code: int, constant: bool) -> str:
    """Return the name of an activation, and what it gives where nothing comes in."""
    name = look_of(int(code)).name
    return f"{name} = {float(np.asarray(by_code(int(code))(0.0))):.3g}" if constant else name


def _write_inputs(axes: Axes, frame: Frame, shown: Shown, ins: list[str]) -> list[Label]:
    """Write the names of bias and inputs, or how many of them are drawn; return the names."""
    layout, reach = frame.layout, 0.5 * frame.node / POINTS
    rows = layout.drawn[layout.drawn <= shown.network.inputs]
    rows = rows[rows != 1] if shown.is_bundled else rows  # of the block is told below it
    if frame.input_name >= LEAST_FONT:
        names = [
            Label(ins[row], frame.x[row] - reach - 0.06, frame.y[row], frame.input_name, "right")
            for row in rows
        ]
        for row, name in zip(rows, names, strict=True):
            _write(axes, name, _FADED_NAME if layout.unused[row] else 1.0)
        return names
    used = np.count_nonzero(rows)  # without the bias, row 0
    text = f"{used} of {shown.network.inputs} inputs"
    first = layout.column == 0
    _write(axes, Label(text, frame.x[first][0], frame.y[first].min() - 0.14, _CAPTION))
    return []


def _write(axes: Axes, label: Label, alpha: float = 1.0) -> None:
    axes.text(
        label.x,
        label.y,
        label.text,
        ha=label.align,
        va="center_baseline" if label.rotation == 0.0 else "center",
        fontsize=label.size,
        rotation=label.rotation,
        rotation_mode="anchor",
        alpha=alpha,
        color=INK,
        parse_math=False,
        path_effects=halo(BACKGROUND, 0.6 * alpha),
        zorder=4,
    )
