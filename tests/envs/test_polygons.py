"""Polygons as pixels, held against a twin that asks of every point whether it lies inside."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from wann.envs.polygons import LOST, TIMES, Scene, draw

SIDE = 12
STILL = np.array([[0.0, 0.0, 1.0, 0.0]])
AS_IT_IS = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])  # a metre is a pixel

Picture = NDArray[np.uint8]


def drawn(scene: Scene, bodies: object = STILL, camera: object = AS_IT_IS) -> Picture:
    picture = np.full((SIDE, SIDE, 3), 77, dtype=np.uint8)
    draw(scene, np.array(bodies), np.array(camera), picture)
    return picture


def scene_of(*polygons: tuple[list[tuple[float, float]], int]) -> Scene:
    corners, colours = zip(*polygons, strict=True)
    return Scene(
        np.array(corners, dtype=np.float64),
        np.zeros(len(corners), dtype=np.int64),
        np.array([[colour, colour // 2, 0] for colour in colours], dtype=np.uint8),
    )


def inside(x: float, y: float, polygon: list[tuple[float, float]]) -> bool:
    """Whether a point lies on one side of all edges of a convex polygon."""
    turns = [
        (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
        for (x1, y1), (x2, y2) in pairwise([*polygon, polygon[0]])
    ]
    return min(turns) > 0.0 or max(turns) < 0.0


def slowly(scene: Scene) -> NDArray[np.float64]:
    points = (np.arange(SIDE * TIMES) + 0.5) / TIMES
    fine = np.zeros((SIDE * TIMES, SIDE * TIMES, 3))
    for corners, colour in zip(scene.corners.tolist(), scene.colours, strict=True):
        for row, y in enumerate(points):
            for column, x in enumerate(points):
                if inside(x, y, corners):
                    fine[row, column] = colour
    means = fine.reshape(SIDE, TIMES, SIDE, TIMES, 3).mean(axis=(1, 3))
    return np.maximum(np.floor(means) - LOST, 0.0)


@st.composite
def convex(draw_: st.DrawFn) -> list[tuple[float, float]]:
    """Four corners on a circle, some of them beyond the picture."""
    # Shifted by a little, so that edges do not run along the middles of pixels
    middle = [draw_(st.integers(-30, 150)) / 10 + 0.0123 for _ in range(2)]
    radius = draw_(st.floats(0.3, 9.0))
    angles = sorted(draw_(st.lists(st.integers(0, 99), min_size=4, max_size=4, unique=True)))
    turns = [angle * 2 * np.pi / 100 + 0.0045 for angle in angles]
    return [(middle[0] + radius * np.cos(a), middle[1] + radius * np.sin(a)) for a in turns]


@given(st.lists(st.tuples(convex(), st.integers(2, 255)), min_size=1, max_size=3))
@settings(max_examples=30, deadline=None)
def test_a_picture_is_that_of_the_twin(
    polygons: list[tuple[list[tuple[float, float]], int]],
) -> None:
    scene = scene_of(*polygons)
    # The middle of a pixel may lie on an edge, to the last bit
    differ = (drawn(scene) != slowly(scene)).any(axis=2)
    assert differ.sum() <= 2


def test_bodies_carry_polygons_and_the_camera_turns_them() -> None:
    square = [(0.0, 0.0), (2.0, 0.0), (2.0, 1.0), (0.0, 1.0)]
    there = [(5.0, 4.0), (5.0, 6.0), (4.0, 6.0), (4.0, 4.0)]
    quarter = [[5.0, 4.0, 0.0, 1.0]]  # at (5, 4), turned to the left by 90 degrees
    assert (drawn(scene_of((square, 200)), quarter) == drawn(scene_of((there, 200)))).all()
    seen = [(x, SIDE - y) for x, y in there]
    upside_down = [[1.0, 0.0], [0.0, -1.0], [0.0, SIDE]]
    flipped = drawn(scene_of((there, 200)), camera=upside_down)
    assert (flipped == drawn(scene_of((seen, 200)))).all()


def test_the_last_is_on_top_and_nothing_is_black() -> None:
    low = [(0.0, 0.0), (6.0, 0.0), (6.0, 6.0), (0.0, 6.0)]
    high = [(3.0, 3.0), (9.0, 3.0), (9.0, 9.0), (3.0, 9.0)]
    picture = drawn(scene_of((low, 100), (high, 200)))
    assert picture[1, 1].tolist() == [98, 48, 0]
    assert picture[4, 4].tolist() == picture[8, 8].tolist() == [198, 98, 0]
    assert not picture[10:].any()
    assert not picture[1, 7].any()


@pytest.mark.parametrize("shift", [-40.0, 40.0])
@pytest.mark.parametrize("axis", [0, 1])
def test_what_lies_beyond_an_edge_is_not_drawn(shift: float, axis: int) -> None:
    """Not on the other side either, as rows and columns below zero might be."""
    corners = np.array([(0.0, 0.0), (12.0, 0.0), (12.0, 12.0), (0.0, 12.0)])
    corners[:, axis] += shift
    assert not drawn(scene_of(([tuple(corner) for corner in corners.tolist()], 200))).any()
