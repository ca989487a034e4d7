"""Convex polygons as pixels: what an environment's own pictures are drawn with."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.kernels.jit import kernel

TIMES = 3  # a pixel that is shown is the mean of so many by so many that are drawn
LOST = 2  # of 255: a colour that pygame shrinks gets darker by so much, as its sums are cut off

Floats = NDArray[np.float64]
Drawn = NDArray[np.int16]


class Scene(NamedTuple):
    """Up to 32,767 polygons in the order in which they are drawn: the last is on top."""

    corners: Floats  # (polygons, corners, 2), each on the body that carries it; some may coincide
    carriers: NDArray[np.int64]  # (polygons,) the body of each
    colours: NDArray[np.uint8]  # (polygons, 3)


@kernel
def draw(scene: Scene, bodies: Floats, camera: Floats, result: NDArray[np.uint8]) -> None:
    """Fill `result` (side, side, 3) with what the camera sees; where nothing is, it is black.

    Args:
        scene: the polygons. They are convex.
        bodies: (bodies, 4) of each the place (x, y), and cosine and sine of its angle.
        camera: (3, 2) the first two rows multiply a place (x, y), the last is added: that gives
            columns and rows of the picture.
        result: filled.
    """
    side = len(result) * TIMES
    drawn = np.zeros((side, side), dtype=np.int16)  # the number of a polygon; 0: none
    colours = np.zeros((len(scene.colours) + 1, 3), dtype=np.uint8)
    colours[1:] = scene.colours
    shown = np.empty((scene.corners.shape[1], 2))
    for polygon in range(len(scene.corners)):
        x, y, cosine, sine = bodies[scene.carriers[polygon]]
        most_left, most_right, top, bottom = np.inf, -np.inf, np.inf, -np.inf
        for corner in range(len(shown)):
            right, up = scene.corners[polygon, corner, 0], scene.corners[polygon, corner, 1]
            across = x + cosine * right - sine * up
            along = y + sine * right + cosine * up
            column = across * camera[0, 0] + along * camera[1, 0] + camera[2, 0]
            row = across * camera[0, 1] + along * camera[1, 1] + camera[2, 1]
            shown[corner, 0], shown[corner, 1] = column * TIMES, row * TIMES
            most_left, most_right = min(most_left, column), max(most_right, column)
            top, bottom = min(top, row), max(bottom, row)
        if most_right > 0.0 and most_left < len(result) and bottom > 0.0 and top < len(result):
            _fill(shown, top * TIMES, bottom * TIMES, polygon + 1, drawn)
    _shrink(drawn, colours, result)


@kernel
def _fill(corners: Floats, top: float, bottom: float, value: int, drawn: Drawn) -> None:
    """Set the pixels to `value` whose middles lie in a convex polygon.

    Args:
        corners: (corners, 2) of the polygon: column and row.
        top: the least row of a corner.
        bottom: the greatest.
        value: which is set.
        drawn: (side, side), changed.
    """
    side = len(drawn)
    for row in range(max(0, int(np.ceil(top - 0.5))), min(side, int(np.floor(bottom - 0.5)) + 1)):
        middle, left, right = row + 0.5, np.inf, -np.inf
        x, y = corners[-1, 0], corners[-1, 1]
        for i in range(len(corners)):
            next_x, next_y = corners[i, 0], corners[i, 1]
            if (y <= middle) != (next_y <= middle):
                crossing = x + (middle - y) / (next_y - y) * (next_x - x)
                left, right = min(left, crossing), max(right, crossing)
            x, y = next_x, next_y
        if left <= right:
            first = int(max(0.0, np.ceil(left - 0.5)))
            behind = int(min(float(side), max(0.0, np.floor(right - 0.5) + 1.0)))
            drawn[row, first:behind] = value


@kernel
def _shrink(drawn: Drawn, colours: NDArray[np.uint8], result: NDArray[np.uint8]) -> None:
    """Fill `result` with the mean colour of each square of `TIMES` x `TIMES` drawn pixels."""
    side = len(result)
    for row in range(side):
        for column in range(side):
            y, x = row * TIMES, column * TIMES
            first = drawn[y, x]
            differ, red, green, blue = 0, 0, 0, 0
            for i in range(TIMES):
                for j in range(TIMES):
                    differ |= drawn[y + i, x + j] ^ first
            if differ == 0:
                red, green, blue = colours[first, 0], colours[first, 1], colours[first, 2]
            else:
                for i in range(TIMES):
                    for j in range(TIMES):
                        value = drawn[y + i, x + j]
                        red += colours[value, 0]
                        green += colours[value, 1]
                        blue += colours[value, 2]
                red, green, blue = red // TIMES**2, green // TIMES**2, blue // TIMES**2
            result[row, column, 0] = max(0, red - LOST)
            result[row, column, 1] = max(0, green - LOST)
            result[row, column, 2] = max(0, blue - LOST)
