import math

import pytest

pytest.importorskip("torch")

from wann.experiments.pruning.analysis import Plateau, Point, curves, kept_inputs, plateau
from wann.network.torch_module import torch
from wann.statistics import Interval


def test_kept_inputs_of_units_and_channels() -> None:
    masks = {
        "fc.weight": torch.tensor([[True, False, True], [False, False, False]]),
        "fc.bias": torch.tensor([True, False]),
        "conv.weight": torch.ones(2, 3, 2, 2).bool(),
    }
    found = kept_inputs(masks)
    assert {name: counts.tolist() for name, counts in found.items()} == {
        "fc.weight": [2, 0],
        "conv.weight": [12, 12],
    }


def test_curves_gather_seeds_and_go_from_dense_to_sparse() -> None:
    rows = [
        {"method": m, "density": d, "seed": s, "accuracy": d + s / 10}
        for s in (0, 1)
        for d in (0.1, 0.5)
        for m in "ab"
    ]
    found = curves(rows)
    assert list(found) == ["a", "b"]
    assert [(p.density, p.accuracy.mean, p.accuracy.n) for p in found["a"]] == [
        (0.5, pytest.approx(0.55), 2),
        (0.1, pytest.approx(0.15), 2),
    ]


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
