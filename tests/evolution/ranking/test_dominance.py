import math

import naive
import numpy as np
import pytest
from genome_toys import PROPERTY
from hypothesis import given
from hypothesis import strategies as st
from ranking_toys import objectives

from wann.evolution.ranking.dominance import dominance_fronts


@PROPERTY
@given(objectives())
def test_fronts_are_their_definition(rows: np.ndarray) -> None:
    before = rows.copy()
    assert dominance_fronts(rows).tolist() == naive.fronts(rows)
    assert (rows == before).all()


@PROPERTY
@given(objectives(), st.randoms(use_true_random=False))
def test_fronts_do_not_depend_on_the_order(rows: np.ndarray, random) -> None:
    order = list(range(len(rows)))
    random.shuffle(order)
    assert dominance_fronts(rows[order]).tolist() == dominance_fronts(rows)[order].tolist()


@pytest.mark.parametrize(
    ("rows", "fronts"),
    [
        ([[1, 1]], [0]),
        ([[1, 1], [1, 1], [1, 1]], [0, 0, 0]),
        ([[3, 1], [2, 2], [1, 3]], [0, 0, 0]),
        ([[1, 1], [2, 2], [3, 3]], [2, 1, 0]),
        ([[1, 5], [2, 5], [2, 4]], [1, 0, 1]),
        ([[math.inf, 0], [0, 0], [-math.inf, 1]], [0, 1, 0]),
    ],
)
def test_fronts_by_hand(rows: list[list[float]], fronts: list[int]) -> None:
    assert dominance_fronts(np.array(rows, dtype=float)).tolist() == fronts
