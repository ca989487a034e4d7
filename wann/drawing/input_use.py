"""What a network sees of an image: which pixels lead to each class, and to each of some nodes."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from wann.drawing.figures import ShownFigure
from wann.drawing.names import entitle, literal
from wann.drawing.palette import GUIDE, INK, SHADES, look_of
from wann.network.network import Network

_PER_ROW = 5
_MOST_CLASSES, _MOST_FIELDS = 20, 10
_SEEN_APART = 0.98  # of all shares differ in their shades; those above have the strongest one
_SIDE = 1.35  # inches of an image

Floats = NDArray[np.float64]


def draw_input_use(
    network: Network,
    shape: tuple[int, int],
    class_names: Sequence[str],
    *,
    title: str | None = None,
) -> Figure:
    """Draw of each class which pixels lead to it rather than to others, and receptive fields below.

    The shade of a pixel is the share of its paths that lead to the class. Receptive fields are
    those of the hidden nodes from which most connections go out: the pixels that are connected with
    the node itself. Of many classes the first ones are drawn, which is said.

    Args:
        network: whose inputs are the pixels of an image, row after row.
        shape: rows and columns of the image.
        class_names: of the outputs.
        title: above the figure.

    Raises:
        ValueError: the image has not as many pixels as the network has inputs.
    """
    if shape[0] * shape[1] != network.inputs:
        raise ValueError(f"expected an image of {network.inputs} pixels, got one of shape {shape}")
    paths = paths_to_outputs(network)[1 : 1 + network.inputs]
    total = paths.sum(axis=1, keepdims=True)
    share = np.divide(paths, total, out=np.zeros_like(paths), where=total > 0)
    most = _largest_but_a_few(share)
    classes = min(network.outputs, _MOST_CLASSES)
    nodes = _most_connected(network)
    rows = -(-classes // _PER_ROW), -(-len(nodes) // _PER_ROW)
    size = (_SIDE * _PER_ROW, (_SIDE + 0.25) * sum(rows) + 0.9)
    figure = ShownFigure(figsize=size, layout="constrained")
    panels = figure.subplots(sum(rows), _PER_ROW, squeeze=False)
    for number, axes in enumerate(panels[: rows[0]].ravel()):
        if number < classes:
            image = share[:, number].reshape(shape)
            _shade(axes, image, "to " + class_names[number], most)
        else:
            axes.set_axis_off()
    for number, axes in enumerate(panels[rows[0] :].ravel()):
        if number < len(nodes):
            node = nodes[number]
            name = f"node {node}: {look_of(int(network.activation[node])).name}"
            _shade(axes, receptive_field(network, node).reshape(shape), name, 1.0)
        else:
            axes.set_axis_off()
    left_out = f" (the first {classes} of {network.outputs})" if classes < network.outputs else ""
    or_more = " or more" if most < share.max(initial=0.0) else ""
    below = ";\nbelow, the pixels that single nodes see." if nodes else "."
    figure.supxlabel(
        f"Share of the paths from a pixel that lead to each class{left_out}, shades from 0 to "
        f"{100 * most:.0f} %{or_more}{below}",
        fontsize=8,
        color=INK,
    )
    entitle(figure, title)
    return figure


def paths_to_outputs(network: Network) -> Floats:
    """Return how many paths lead from each row to each output (rows, outputs)."""
    first = 1 + network.inputs
    paths = np.zeros((first + len(network.activation), network.outputs))
    paths[-network.outputs :] = np.eye(network.outputs)
    for node in range(len(network.activation) - 1, -1, -1):
        sources = network.source[network.edge_start[node] : network.edge_start[node + 1]]
        np.add.at(paths, sources, paths[first + node])
    return paths


def receptive_field(network: Network, node: int) -> Floats:
    """Return which inputs (inputs,) are connected with a computed node: 1.0, or else 0.0."""
    sources = network.source[network.edge_start[node] : network.edge_start[node + 1]]
    field = np.zeros(1 + network.inputs)
    field[sources[sources <= network.inputs]] = 1.0
    return field[1:]


def _largest_but_a_few(share: Floats) -> float:
    """Return the end of the scale of shades: a few pixels alone must not darken all others."""
    found = share[share > 0.0]
    return float(np.quantile(found, _SEEN_APART)) if len(found) else 0.0


def _most_connected(network: Network) -> list[int]:
    """Return the hidden nodes that see inputs, those with most connections going out first."""
    first = 1 + network.inputs
    out = np.bincount(network.source, minlength=first + len(network.activation))[first:]
    sees = np.zeros(len(network.activation), dtype=np.bool_)
    sees[network.target[(network.source > 0) & (network.source < first)] - first] = True
    sees[network.hidden :] = False
    order = np.argsort(-np.where(sees, out, -1), kind="stable")
    return [int(node) for node in order[:_MOST_FIELDS] if sees[node]]


def _shade(axes: Axes, image: Floats, name: str, most: float) -> None:
    axes.imshow(image, cmap=SHADES, vmin=0.0, vmax=most or 1.0, interpolation="nearest")
    axes.set_title(literal(name), fontsize=8, color=INK)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_color(GUIDE)
