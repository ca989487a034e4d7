import math

import pytest

pytest.importorskip("torch")

from wann.experiments.pruning.plateaus import Plateau, Point, plateau
from wann.statistics import Interval


def point(density: float, mean: float, half: float = 0.001) -> Point:
    return Point(density, Interval(mean, mean - half, mean + half, 5))


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (
            [point(0.5, 0.98), point(0.2, 0.975), point(0.1, 0.96), point(0.05, 0.98)],
            Plateau(0.2, 0.1, True),
        ),
        ([point(0.1, 0.96), point(0.5, 0.98), point(0.2, 0.9705)], Plateau(0.2, 0.1, False)),
        ([point(0.5, 0.98), point(0.1, 0.9695)], Plateau(0.5, 0.1, False)),
        ([point(0.5, 0.9)], Plateau(None, 0.5, False)),
        ([point(0.5, 0.98)], Plateau(0.5, None, False)),
        ([point(0.5, 0.98, math.nan), point(0.1, 0.9, math.nan)], Plateau(0.5, 0.1, False)),
    ],
)
def test_the_end_of_the_plateau(points: list[Point], expected: Plateau) -> None:
    assert plateau(points, 0.98) == expected
