import math

import pytest

pytest.importorskip("torch")

import numpy as np

from wann.errors import UserError
from wann.experiments.pruning.analysis import (
    Interval,
    Plateau,
    Point,
    curves,
    interval,
    kept_inputs,
    plateau,
    t_quantile,
)
from wann.network.torch_module import torch


@pytest.mark.parametrize(
    ("level", "freedom", "expected"),
    [
        (0.95, 1, 12.7062),
        (0.95, 2, 4.30265),
        (0.95, 3, 3.18245),
        (0.95, 4, 2.77645),
        (0.95, 9, 2.26216),
        (0.95, 19, 2.09302),
        (0.99, 4, 4.60409),
        (0.5, 7, 0.711142),
        (0.95, 1000, 1.96234),
    ],
)
def test_quantiles_are_those_of_the_tables(level: float, freedom: int, expected: float) -> None:
    assert t_quantile(level, freedom) == pytest.approx(expected, rel=2e-6)


def test_intervals() -> None:
    found = interval([0.9, 0.92, 0.94])
    half = 4.30265 * 0.02 / math.sqrt(3)
    assert found == pytest.approx((0.92, 0.92 - half, 0.92 + half, 3), rel=1e-5)
    single = interval([0.5])
    assert (single.mean, single.n) == (0.5, 1)
    assert math.isnan(single.low)
    with pytest.raises(UserError, match="at least one value"):
        interval([])


def test_ninety_five_of_a_hundred_intervals_hold_the_mean() -> None:
    rng = np.random.default_rng(0)
    held = [
        i.low <= 3.0 <= i.high for i in (interval(rng.normal(3.0, 2.0, 5)) for _ in range(2000))
    ]
    assert 0.935 < np.mean(held) < 0.965


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
