"""A network at work: what each node gives and each connection carries, one picture after the other.

Blue is positive and red negative; the larger a number, the stronger its colour (as the hyperbolic
tangent of its magnitude). Nodes are drawn in their values here, not in their activations.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from wann.drawing.drawing import Drawing, draw
from wann.drawing.palette import BACKGROUND, DARK_FOR, GUIDE, INK, NEGATIVE, POSITIVE
from wann.drawing.style import in_style
from wann.network.genome import node_of
from wann.network.network import Network

_NARROWEST = 0.5  # inches from a column to the next
_LEAST, _MOST = 0.10, 0.95  # opacity of a connection that carries nothing, and of one that does

Floats = NDArray[np.float64]
# What inputs and outputs are called, None where that is not known.
Names = tuple[Sequence[str] | None, Sequence[str] | None]


class LiveNetwork:
    """Draws one network with ever new values; what stays the same is drawn once."""

    def __init__(
        self,
        network: Network,
        weight: float | Floats,
        size: tuple[int, int],
        *,
        names: Names,
        style: str,
    ) -> None:
        """Draw what stays the same.

        Args:
            network: what is at work.
            weight: one that all connections share, or (connections,).
            size: width and height of the pictures, in pixels.
            names: of the network's inputs and outputs.
            style: "light" or "dark".
        """
        self._network, self._weight, self._size = network, weight, size
        self._drawing = _draw_to_fit(network, weight, size, names)
        figure, dark = self._drawing.figure, style == "dark"
        figure.set_dpi(min(size[0] / figure.get_figwidth(), size[1] / figure.get_figheight()))
        self._canvas: Any = FigureCanvasAgg(figure)  # of which matplotlib declares no types
        if self._drawing.heads is not None:
            self._drawing.heads.set_facecolor(GUIDE)
        in_style(figure, style)
        self._positive, self._negative, self._paper, self._ink = (
            np.array(to_rgb(DARK_FOR[colour] if dark else colour))
            for colour in (POSITIVE, NEGATIVE, BACKGROUND, INK)
        )
        self._background = DARK_FOR[BACKGROUND] if dark else BACKGROUND
        self._still = self._draw_still(figure)

    def picture(self, values: Floats, before: Floats) -> Image.Image:
        """Return the drawing with `values` (rows,) of bias, inputs and nodes.

        Recurrent connections carry what these were one step `before` (rows,).
        """
        drawing, shown = self._drawing, self._drawing.shown
        source = self._network.source
        heard = np.where(source < 0, before[node_of(source)], values[node_of(source)])
        carried = self._weight * heard
        seen = shown.line >= 0
        sums = np.zeros(len(shown.counts))
        np.add.at(sums, shown.line[seen], carried[seen])
        drawing.lines.set_edgecolor(self._translucent(sums).tolist())
        at_rows = np.concatenate([values[:1], [0.0], values[1 + self._network.inputs :]])
        at_rows = at_rows if shown.is_bundled else values
        for rows, nodes in drawing.nodes:
            nodes.set_facecolor(self._opaque(at_rows[rows]).tolist())
            nodes.set_edgecolor(self._ink.tolist())
        renderer = self._canvas.get_renderer()
        renderer.clear()
        for artist in (drawing.lines, *(nodes for _, nodes in drawing.nodes)):
            artist.draw(renderer)
        picture = Image.new("RGB", self._size, self._background)
        moving = Image.fromarray(np.asarray(renderer.buffer_rgba()))
        left, top = ((w - m) // 2 for w, m in zip(self._size, moving.size, strict=True))
        for layer in (moving, self._still):
            picture.paste(layer, (left, top), layer)
        return picture

    def _draw_still(self, figure: Figure) -> Image.Image:
        """Return what does not change, on nothing."""
        moving = [self._drawing.lines, *(nodes for _, nodes in self._drawing.nodes)]
        figure.patch.set_alpha(0.0)
        for artist in moving:
            artist.set_visible(False)
        self._canvas.draw()
        for artist in moving:
            artist.set_visible(True)
        return Image.fromarray(np.asarray(self._canvas.buffer_rgba()).copy())

    def _opaque(self, values: Floats) -> Floats:
        """Return a colour (values, 3) for each value: that of the paper for 0."""
        strength = np.tanh(np.abs(values))[:, None]
        mixed: Floats = (1 - strength) * self._paper + strength * self._signs(values)
        return mixed

    def _translucent(self, values: Floats) -> Floats:
        """Return a colour (values, 4) for each value, the more opaque the larger it is."""
        opacity = _LEAST + (_MOST - _LEAST) * np.tanh(np.abs(values))
        return np.concatenate([self._signs(values), opacity[:, None]], axis=1)

    def _signs(self, values: Floats) -> Floats:
        return np.where((values < 0)[:, None], self._negative, self._positive)


def _draw_to_fit(
    network: Network, weight: float | Floats, size: tuple[int, int], names: Names
) -> Drawing:
    """Return a drawing about as wide, next to its height, as `size`, if columns can be so close."""
    weights = None if np.ndim(weight) == 0 else np.asarray(weight)
    drawing = draw(network, *names, weights=weights, legend=False)
    frame = drawing.frame
    gaps = max(frame.layout.columns - 1, 1)
    too_wide = frame.width - frame.height * size[0] / size[1]
    if too_wide <= 0:
        return drawing
    most_width = max(gaps * _NARROWEST, gaps * frame.column - too_wide)
    return draw(network, *names, weights=weights, legend=False, most_width=most_width)
