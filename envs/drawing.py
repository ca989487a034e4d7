"""Pictures of a cart-pole, drawn with Pillow: no display, no game library."""

from types import ModuleType

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

_WIDTH, _HEIGHT = 600, 400
_METRES_ACROSS = 5.4
_SMOOTHING = 2  # drawn this many times larger, then reduced

_PAPER, _TRACK, _CART, _POLE, _AXLE = "#ffffff", "#9aa4b0", "#33475b", "#d1603d", "#f2c14e"


def draw_cartpole(x: float, theta: float, physics: ModuleType) -> NDArray[np.uint8]:
    """Return a picture (400, 600, 3) of a cart-pole.

    The cart is at `x` metres, the pole at `theta` radians from upright; `physics` is the module
    that says how long pole and track are.
    """
    scale = _SMOOTHING * _WIDTH / _METRES_ACROSS
    middle, level = _SMOOTHING * _WIDTH / 2, _SMOOTHING * _HEIGHT * 0.52
    image = Image.new("RGB", (_SMOOTHING * _WIDTH, _SMOOTHING * _HEIGHT), _PAPER)
    draw = ImageDraw.Draw(image)
    end = physics.TRACK_HALF_LENGTH * scale
    rail = level + 0.13 * scale
    draw.line((middle - end, rail, middle + end, rail), fill=_TRACK, width=3 * _SMOOTHING)
    for stop in (middle - end, middle, middle + end):
        draw.line(
            (stop, rail - 6 * _SMOOTHING, stop, rail + 6 * _SMOOTHING),
            fill=_TRACK,
            width=3 * _SMOOTHING,
        )
    cart = middle + x * scale
    draw.rounded_rectangle(
        (cart - 0.22 * scale, level - 0.1 * scale, cart + 0.22 * scale, level + 0.1 * scale),
        radius=0.04 * scale,
        fill=_CART,
    )
    # A positive angle leans left, as in the release's drawing.
    tip = (
        cart - physics.POLE_LENGTH * scale * np.sin(theta),
        level - physics.POLE_LENGTH * scale * np.cos(theta),
    )
    draw.line((cart, level, *tip), fill=_POLE, width=round(0.06 * scale))
    for (cx, cy), radius, colour in ((tip, 0.05, _POLE), ((cart, level), 0.035, _AXLE)):
        r = radius * scale
        draw.ellipse((cx - r, cy - r, cx + r, cy + r), fill=colour)
    return np.asarray(image.resize((_WIDTH, _HEIGHT), Image.Resampling.LANCZOS), dtype=np.uint8)
