"""Light and dark figures: any figure of this room is recoloured once it is drawn."""

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import Collection
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

from wann.drawing.palette import BACKGROUND, DARK_FOR, SHADES, SHADES_ON_DARK
from wann.errors import unknown

STYLES = ("light", "dark")
_HALO = 1.6  # points around letters that cross lines


def check_style(style: str) -> str:
    """Return `style`; UserError unless it is one of STYLES."""
    if style not in STYLES:
        raise unknown("style", style, STYLES)
    return style


def in_style(figure: Figure, style: str) -> Figure:
    """Give `figure`, which is drawn in light colours, those of `style`, and return it.

    Colours that the palette does not know, as those of one's own activations, stay as they are.
    UserError for an unknown style.
    """
    if check_style(style) == "dark":
        figure.draw_without_rendering()  # makes the ticks that the figure will have
        for artist in figure.findobj():
            _darken(artist)
    return figure


def halo(background: str, alpha: float) -> list[Any]:
    """Return the effect that sets letters off from the lines they cross."""
    return [withStroke(linewidth=_HALO, foreground=background, alpha=alpha)]


def _darken(artist: Artist) -> None:
    if isinstance(artist, Text):
        artist.set_color(_dark(artist.get_color()))
        if artist.get_path_effects():
            artist.set_path_effects(halo(DARK_FOR[BACKGROUND], 0.6 * (artist.get_alpha() or 1.0)))
    elif isinstance(artist, Line2D):
        artist.set_color(_dark(artist.get_color()))
        artist.set_markerfacecolor(_dark(artist.get_markerfacecolor()))
        artist.set_markeredgecolor(_dark(artist.get_markeredgecolor()))
    elif isinstance(artist, Patch):
        artist.set_facecolor(_dark(artist.get_facecolor()))
        artist.set_edgecolor(_dark(artist.get_edgecolor()))
    elif isinstance(artist, Collection):
        artist.set_facecolor(_all_dark(artist.get_facecolor()))
        artist.set_edgecolor(_all_dark(artist.get_edgecolor()))
    elif isinstance(artist, AxesImage) and artist.get_cmap() == SHADES:
        artist.set_cmap(SHADES_ON_DARK)


def _all_dark(colours: Any) -> list[Any]:
    return [_dark(colour) for colour in np.asarray(colours).reshape(-1, 4).tolist()]


def _dark(colour: Any) -> Any:
    """Return the dark counterpart of a colour, as opaque as it; one without any as it is."""
    if colour in ("none", "auto"):
        return colour
    red, green, blue, opacity = to_rgba(colour)
    found = DARK_FOR.get(to_hex((red, green, blue)))
    return colour if found is None else (found, opacity)
