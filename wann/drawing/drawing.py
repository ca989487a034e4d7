"""Drawings of networks, left to right, nodes coloured by activation, as in Gaier & Ha (2019)."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.path import Path
from numpy.typing import NDArray

from wann.activations import Activation, Declaration
from wann.activations.table import by_code
from wann.drawing.figures import ShownFigure
from wann.drawing.frame import (
    LEAST_FONT,
    LEGEND_FONT,
    RING,
    TITLE_FONT,
    Frame,
    legend_columns,
    make_frame,
    node_sizes,
)
from wann.drawing.labels import POINTS, Label, place_labels
from wann.drawing.layout import lay_out
from wann.drawing.names import drawable
from wann.drawing.palette import BACKGROUND, EDGE, INK, NEGATIVE, POSITIVE, look_of
from wann.drawing.style import halo
from wann.network.network import Network

_MOST_LABELS = 150  # hidden nodes; beyond, colours have to do
_FADED, _FADED_NAME = 0.3, 0.45
_OPACITY = 0.27
_CAPTION = 8.0  # points
_CROWD = 300  # more connections than this are drawn fainter, or they would merge into one blot

Floats = NDArray[np.float64]


def draw_network(
    network: Network,
    *,
    input_names: Sequence[str] | None = None,
    output_names: Sequence[str] | None = None,
    title: str | None = None,
    weights: Floats | None = None,
) -> Figure:
    """Return a drawing of `network`, which a notebook shows.

    Args:
        network: what to draw.
        input_names: of the inputs without the bias.
        output_names: of the outputs.
        title: above the drawing.
        weights: (connections,) if given, the width of a connection shows the magnitude of its
            weight, and its colour the sign.

    Raises:
        ValueError: where names or weights are not as many as the network has inputs, outputs or
            connections.

    Example:
        >>> wann.draw_network(wann.load("runs/swingup-seed0"), title="swing-up")
    """
    ins = _checked_names("input", network.inputs, input_names)
    outs = _checked_names("output", network.outputs, output_names)
    title = None if title is None else drawable(title)
    if weights is not None and np.shape(weights) != (network.connections,):
        raise ValueError(
            f"weights must be one per connection ({network.connections},), got {np.shape(weights)}"
        )
    layout = lay_out(network)
    entries = [_node_entry(by_code(code)) for code in np.unique(network.activation).tolist()] + (
        _weight_entries() if weights is not None else []
    )
    frame = make_frame(layout, ["bias", *ins], outs, title, len(entries))
    figure = ShownFigure(figsize=(frame.width, frame.height), facecolor=BACKGROUND)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, frame.width), ylim=(frame.height, 0))
    axes.set_axis_off()
    _draw_connections(axes, frame, network, weights)
    _draw_nodes(axes, frame, network)
    _draw_labels(axes, frame, network, ["bias", *ins], outs)
    if title is not None:
        axes.text(
            frame.width / 2,
            0.3,
            title,
            ha="center",
            va="center",
            fontsize=TITLE_FONT,
            color=INK,
            parse_math=False,
        )
    axes.legend(
        handles=entries,
        loc="lower center",
        ncols=legend_columns(frame.width, len(entries)),
        frameon=False,
        fontsize=LEGEND_FONT,
        handlelength=1.5,
        columnspacing=1.4,
        borderaxespad=0.3,
    )
    return figure


def _checked_names(kind: str, count: int, names: Sequence[str] | None) -> list[str]:
    if names is None:
        return [kind if count == 1 else f"{kind} {i + 1}" for i in range(count)]
    if len(names) != count:
        raise ValueError(
            f"{kind}_names must name the network's {count} {kind}s, got {len(names)} names"
        )
    return [drawable(name) for name in names]


def _draw_connections(axes: Axes, frame: Frame, network: Network, weights: Floats | None) -> None:
    paths = [
        _curve(
            (frame.x[source], frame.y[source]),
            (frame.x[target], frame.y[target]),
            stretch,
            frame.column,
        )
        for source, target, stretch in zip(
            network.source, network.target, frame.stretch, strict=True
        )
    ]
    if weights is None:
        widths, colours, opacity = (
            np.full(len(paths), frame.line),
            [EDGE] * len(paths),
            np.full(len(paths), _OPACITY),
        )
    else:
        share = np.abs(weights) / (np.abs(weights).max(initial=0.0) or 1.0)
        widths, opacity = frame.line * (0.12 + 1.1 * share), _OPACITY + 0.4 * share
        colours = [POSITIVE if weight >= 0 else NEGATIVE for weight in weights]
    opacity *= 0.7 + 0.3 * min(1.0, _CROWD / max(len(paths), 1))
    axes.add_collection(
        PathCollection(
            paths,
            facecolors="none",
            edgecolors=_translucent(colours, opacity),
            linewidths=widths,
            capstyle="butt",
            zorder=1,
        ),
        autolim=False,
    )


def _curve(
    start: tuple[float, float], end: tuple[float, float], stretch: float, column: float
) -> Path:
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


def _draw_nodes(axes: Axes, frame: Frame, network: Network) -> None:
    rows = frame.layout.drawn
    activation = np.concatenate(
        [np.full(1 + network.inputs, Activation.LINEAR), network.activation]
    )[rows]
    looks = [look_of(value) for value in activation.tolist()]
    opacity = np.where(frame.layout.unused[rows], _FADED, 1.0)
    size = node_sizes(frame)
    ring = np.minimum(RING * frame.scale**0.5, size / 6)
    axes.scatter(
        frame.x[rows],
        frame.y[rows],
        s=(size - ring) ** 2,
        c=_translucent([look.fill for look in looks], opacity),
        edgecolors=_translucent([look.ring for look in looks], opacity),
        linewidths=ring,
        zorder=3,
    )


def _translucent(
    colours: Sequence[str], opacity: Floats
) -> list[tuple[float, float, float, float]]:
    return [to_rgba(colour, float(alpha)) for colour, alpha in zip(colours, opacity, strict=True)]


def _draw_labels(
    axes: Axes, frame: Frame, network: Network, ins: list[str], outs: list[str]
) -> None:
    """Write the names of inputs, outputs and activations, where they fit in a readable font."""
    layout, reach = frame.layout, 0.5 * frame.node / POINTS
    first_output = len(layout.column) - network.outputs
    names: list[Label] = []
    if frame.input_name >= LEAST_FONT:
        for row in layout.drawn[layout.drawn <= network.inputs]:
            names.append(
                Label(
                    ins[row], frame.x[row] - reach - 0.06, frame.y[row], frame.input_name, "right"
                )
            )
            _write(axes, names[-1], _FADED_NAME if layout.unused[row] else 1.0)
    else:
        # Without the bias, row 0
        used = np.count_nonzero(layout.drawn[layout.drawn <= network.inputs])
        top = frame.y[layout.column == 0].min()
        _write(
            axes,
            Label(
                f"{used} of {network.inputs} inputs",
                frame.x[layout.column == 0][0],
                top - 0.14,
                _CAPTION,
            ),
        )
    if frame.output_name >= LEAST_FONT:
        for row, text in enumerate(outs, first_output):
            names.append(Label(text, frame.x[row] + reach + 0.06, frame.y[row], frame.output_name))
            _write(axes, names[-1])
    if network.hidden <= _MOST_LABELS:
        hidden = np.arange(1 + network.inputs, first_output)
        rows = np.concatenate([hidden, np.setdiff1d(layout.drawn, hidden)])
        x, y = frame.x[rows], frame.y[rows]
        nodes = np.stack([x - reach, y - reach, x + reach, y + reach], axis=1)
        obstacles = np.concatenate([nodes, np.array([name.box for name in names]).reshape(-1, 4)])
        texts = [look_of(value).name for value in network.activation[: network.hidden].tolist()]
        for label in place_labels(texts, x, y, frame.label, LEAST_FONT, reach, obstacles):
            _write(axes, label)


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


def _node_entry(activation: Declaration) -> Line2D:
    look = look_of(activation.code)
    return Line2D(
        [],
        [],
        linestyle="none",
        marker="o",
        markersize=9,
        markerfacecolor=look.fill,
        markeredgecolor=look.ring,
        markeredgewidth=1.6,
        label=activation.name,
    )


def _weight_entries() -> list[Line2D]:
    return [
        Line2D([], [], color=colour, alpha=0.6, linewidth=4, label=label)
        for colour, label in ((POSITIVE, "weight > 0"), (NEGATIVE, "weight < 0"))
    ]
