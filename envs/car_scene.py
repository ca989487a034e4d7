"""What CarRacing shows: the polygons of its track and car, and where its camera is."""

import math
from typing import Any

import numpy as np
from gymnasium.envs.box2d import car_dynamics, car_racing
from numpy.typing import NDArray

from wann.envs.polygons import Scene

_CORNERS = 8  # of the polygon with most of them, a part of the hull
_WHITE_BAR = 1.2  # radians of a wheel
_WIDE = car_dynamics.WHEEL_W * car_dynamics.SIZE
_LONG = car_dynamics.WHEEL_R * car_dynamics.SIZE
_FIELD = np.array([[1, 1], [1, -1], [-1, -1], [-1, 1]]) * car_racing.PLAYFIELD
_GROUND = 0  # the body that never moves

Floats = NDArray[np.float64]


class CarScene:
    """The scene of one episode."""

    def __init__(self, env: Any) -> None:
        """Lay the scene out, in the order in which Gymnasium draws it.

        Args:
            env: a CarRacing that was reset.
        """
        self._bodies = env.car.drawlist
        grass = _grass()
        road = np.array([polygon for polygon, _ in env.road_poly])
        ground = np.concatenate([_FIELD[None], grass, road])
        corners = [_with_all_corners(ground)]
        colours = [env.bg_color, *[env.grass_color] * len(grass)]
        first, road_colours = len(colours), [colour for _, colour in env.road_poly]
        colours += road_colours
        carriers = [_GROUND] * len(colours)
        self._bars: list[int] = []  # the polygon of each wheel's bar
        for number, body in enumerate(self._bodies, start=1):
            parts = [
                (fixture.shape.vertices, np.array(body.color) * 255) for fixture in body.fixtures
            ]
            if hasattr(body, "phase"):
                self._bars.append(len(colours) + len(parts))
                bar = [(-_WIDE, 0.0), (_WIDE, 0.0), (_WIDE, 0.0), (-_WIDE, 0.0)]
                parts.append((bar, np.array(car_dynamics.WHEEL_WHITE)))
            corners += [_with_all_corners(np.array([polygon])) for polygon, _ in parts]
            colours += [colour for _, colour in parts]
            carriers += [number] * len(parts)
        self._scene = Scene(
            np.concatenate(corners), np.array(carriers), np.array(colours).astype(np.uint8)
        )
        # Gymnasium changes the colour of a tile that is touched; those of borders are tuples
        rows = [i for i, colour in enumerate(road_colours) if isinstance(colour, np.ndarray)]
        for tile, row in zip(env.road, rows, strict=True):
            tile.color = self._scene.colours[first + row]
            env.road_poly[row] = (env.road_poly[row][0], tile.color)

    def now(self) -> tuple[Scene, Floats]:
        """Return the scene, and its bodies (x, y, cosine, sine) as they are at this step."""
        bodies = [(0.0, 0.0, 1.0, 0.0)]
        for body in self._bodies:
            (x, y), angle = body.position, body.angle
            bodies.append((x, y, math.cos(angle), math.sin(angle)))
        for bar, wheel in zip(self._bars, self._bodies, strict=False):
            low, high = _bar_of(wheel.phase)
            self._scene.corners[bar, :2, 1], self._scene.corners[bar, 2:, 1] = low, high
        return self._scene, np.array(bodies)


def camera_of(env: Any, side: int) -> Floats:
    """Return the camera of CarRacing, which follows the car, for a picture of `side` pixels."""
    angle = -env.car.hull.angle
    grown = min(env.t, 1.0)  # the first second zooms in
    zoom = 0.1 * car_racing.SCALE * (1.0 - grown) + car_racing.ZOOM * car_racing.SCALE * grown
    cosine, sine = zoom * math.cos(angle), zoom * math.sin(angle)
    across, along = side / car_racing.WINDOW_W, -side / car_racing.WINDOW_H
    x, y = env.car.hull.position
    a, b, c, d = cosine * across, sine * along, -sine * across, cosine * along
    return np.array([(a, b), (c, d), (side / 2.0 - x * a - y * c, side * 0.75 - x * b - y * d)])


def _grass() -> Floats:
    """Return the squares of grass (squares, 4, 2) that are lighter than the field."""
    size = car_racing.GRASS_DIM
    places = [(x * size, y * size) for x in range(-20, 20, 2) for y in range(-20, 20, 2)]
    return np.array(places)[:, None, :] + np.array([[1, 0], [0, 0], [0, 1], [1, 1]]) * size


def _with_all_corners(polygons: Floats) -> Floats:
    """Return polygons (n, corners, 2) with as many corners as all have: the last is repeated."""
    missing = _CORNERS - polygons.shape[1]
    return np.pad(polygons, ((0, 0), (0, missing), (0, 0)), mode="edge")


def _bar_of(phase: float) -> tuple[float, float]:
    """Return where the bar of a wheel that has turned by `phase` begins and ends, along the wheel.

    Where it is below, that is the same place.
    """
    cosine, sine = math.cos(phase), math.sin(phase)
    other, other_sine = math.cos(phase + _WHITE_BAR), math.sin(phase + _WHITE_BAR)
    if sine > 0.0 and other_sine > 0.0:
        return 0.0, 0.0
    cosine = math.copysign(1.0, cosine) if sine > 0.0 else cosine
    other = math.copysign(1.0, other) if other_sine > 0.0 else other
    return _LONG * cosine, _LONG * other
