import math

import naive
import numpy as np
import pytest
from genome_toys import PROPERTY
from hypothesis import given
from ranking_toys import objectives

from wann.evolution.ranking.crowding import crowding_distance, reference_crowding


@PROPERTY
@given(objectives())
def test_crowding_is_that_of_the_paper(rows: np.ndarray) -> None:
    before = rows.copy()
    np.testing.assert_allclose(crowding_distance(rows), naive.crowding(rows), rtol=1e-12)
    assert (rows == before).all()


@pytest.mark.parametrize(
    ("rows", "distances"),
    [
        ([[1, 1]], [math.inf]),
        ([[0, 4], [4, 0]], [math.inf, math.inf]),
        # The example of WANN's nsga_sort: what its precedence bug turns into 20,000.
        ([[100], [200], [300]], [math.inf, 1.0, math.inf]),
        ([[0, 10], [1, 9], [4, 6], [10, 0]], [math.inf, 0.8, 1.8, math.inf]),
        ([[0, 7], [1, 7], [4, 7]], [math.inf, 1.0, math.inf]),
        ([[2, 2], [2, 2], [2, 2]], [math.inf, 0.0, math.inf]),
    ],
)
def test_crowding_by_hand(rows: list[list[float]], distances: list[float]) -> None:
    assert crowding_distance(np.array(rows, dtype=float)).tolist() == pytest.approx(distances)


def test_reference_crowding_has_the_bug_of_the_release() -> None:
    assert reference_crowding(np.array([[100.0], [200.0], [300.0]])).tolist()[1] == pytest.approx(
        20_000, rel=1e-3
    )
    assert crowding_distance(np.array([[100.0], [200.0], [300.0]])).tolist()[1] == 1.0
